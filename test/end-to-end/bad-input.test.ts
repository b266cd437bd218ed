/** Wrong input on the command line: one clear line, a code, a remedy, exit 2. */
import { symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ptyOpener } from '../../src/devices/_pty/pty.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { type Finished, synapse } from './synapse.ts'

function expectRefused({ code, stderr, stdout }: Finished, errorCode: string, named: RegExp) {
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toContain(`[${errorCode}]. `)
  expect(stderr).toMatch(named)
  // After the code stands what to do about it.
  expect(stderr.split(']. ')[1]!.trim().length).toBeGreaterThan(10)
  expect(stdout).toBe('')
  expect(code).toBe(2)
}

const record = (device: string, out: string, ...more: string[]) =>
  synapse('record', '--device', device, '--seconds', '1', '--out', out, ...more)

test('a port that is not there', async () => {
  const out = scratchFolder().path('x.xdf')
  expectRefused(await record('/dev/ttyUSB77', out), 'port-missing', /ttyUSB77: no such port/)
})

test('a port that is a file', async () => {
  const folder = scratchFolder()
  const path = folder.write('notaport', new Uint8Array([1, 2, 3]))
  const refused = await record(`openbci-cyton:${path}`, folder.path('x.xdf'))
  expectRefused(refused, 'wrong-device', /notaport: not a serial port/)
})

test('a device that says nothing', async () => {
  const folder = scratchFolder()
  const pty = ptyOpener()()
  symlinkSync(pty.path, folder.path('port'))
  const refused = await record(`openbci-cyton:${folder.path('port')}`, folder.path('x.xdf'))
  pty.close()
  expectRefused(refused, 'silent-device', /port/)
})

test('a device that is another one', async () => {
  const folder = scratchFolder()
  const pty = ptyOpener()()
  const modem = setInterval(() => {
    if (pty.read()?.length) pty.write(new TextEncoder().encode('ERROR\r\n'))
  }, 10)
  symlinkSync(pty.path, folder.path('port'))
  const refused = await record(`openbci-cyton:${folder.path('port')}`, folder.path('x.xdf'))
  clearInterval(modem)
  pty.close()
  expectRefused(refused, 'wrong-device', /not an OpenBCI/)
})

test('a driver that there is not, and an option that it does not have', async () => {
  const out = scratchFolder().path('x.xdf')
  expectRefused(await record('cyton9000', out), 'unknown-device', /"cyton9000"/)
  expectRefused(await record('synthetic?chanels=4', out), 'bad-option', /chanels.*channels/)
  expectRefused(await record('synthetic?channels=4000', out), 'bad-option', /channels = 4000/)
})

test('a file that exists is never overwritten; a folder that does not exist is not made', async () => {
  const folder = scratchFolder()
  const taken = folder.write('taken.xdf', new Uint8Array([1]))
  expectRefused(await record('synthetic', taken), 'file-exists', /taken\.xdf/)
  const nowhere = folder.path('nowhere/x.xdf')
  expectRefused(await record('synthetic', nowhere), 'file-missing', /nowhere/)
  expectRefused(await record('synthetic', folder.path('x.edf')), 'bad-option', /XDF/)
})

test('files that are no recordings', async () => {
  const folder = scratchFolder()
  const path = folder.path('letter.txt')
  writeFileSync(path, 'Dear reader,\nthis is not a recording.\n')
  expectRefused(await synapse('info', path), 'file-unreadable', /letter\.txt/)
  expectRefused(await synapse('info', folder.path('none.xdf')), 'file-missing', /none\.xdf/)
  expectRefused(await record(`replay:${path}`, folder.path('x.xdf')), 'file-unreadable', /letter/)
})

test('commands and arguments that there are not', async () => {
  expectRefused(await synapse('rekord'), 'unknown-command', /"rekord"/)
  expectRefused(await synapse('record', '--fast'), 'bad-option', /--fast/)
  expectRefused(await synapse('record', '--device', 'synthetic'), 'bad-option', /--out/)
  expectRefused(await synapse('info'), 'bad-option', /file is missing/)
  const out = scratchFolder().path('x.xdf')
  expectRefused(await record('synthetic', out, '--seconds', 'soon'), 'bad-option', /soon/)
  expectRefused(await synapse('emulate', 'toaster'), 'unknown-device', /toaster/)
  expectRefused(await synapse('serve', '--port', '99999'), 'bad-option', /99999/)
})
