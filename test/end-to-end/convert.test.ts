/** `synapse convert`, `verify` and `repair` as a user runs them: files, tables and exit codes. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ExportResult, Verification } from '../../src/formats/index.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { soundRecording } from '../sound-recording.ts'
import { synapse } from './synapse.ts'

test('a sound recording becomes BDF+, and the table says what that could not keep', async () => {
  const folder = scratchFolder()
  const path = folder.write('sound.xdf', await soundRecording())
  const { code, stdout } = await synapse('convert', path, folder.path('out.bdf'), '--json')
  expect(code).toBe(0)
  const { files, losses, markers } = JSON.parse(stdout) as ExportResult
  expect(files.map((file) => file.path)).toEqual([folder.path('out.bdf')])
  expect(markers).toBe(2)
  expect(losses.map(({ kind }) => kind)).not.toContain('rounding')

  const verified = await synapse('verify', folder.path('out.bdf'), '--json')
  expect(verified.code).toBe(0)
  expect((JSON.parse(verified.stdout) as Verification).sound).toBe(true)

  const again = await synapse('convert', path, folder.path('out.bdf'))
  expect(again.code).toBe(2)
  expect(again.stderr).toMatch(/out\.bdf: .*\[file-exists\]/)

  const table = await synapse('convert', path, folder.path('out.csv'), '--stream', 'acc')
  expect(table.code).toBe(0)
  expect(table.stdout).toContain('Lost or changed:')
  expect(readFileSync(folder.path('out.csv'), 'utf8')).toMatch(/^sample_index,time \[s\],/)
})

test('what kill -9 left: verify says 3, repair writes a sound file and says 3', async () => {
  const folder = scratchFolder()
  const sound = await soundRecording()
  const path = folder.write('torn.xdf', sound.subarray(0, Math.floor(sound.length * 0.7) + 3))
  const torn = await synapse('verify', path, '--json')
  expect(torn.code).toBe(3)
  const { ledger, problems } = JSON.parse(torn.stdout) as Verification
  expect(problems.map(({ code }) => code)).toContain('truncated')

  const repaired = await synapse('repair', path, folder.path('whole.xdf'))
  expect(repaired.code).toBe(3)
  expect(repaired.stdout).toContain('[truncated]')
  const verified = await synapse('verify', folder.path('whole.xdf'), '--json')
  expect(verified.code).toBe(0)
  expect((JSON.parse(verified.stdout) as Verification).ledger).toEqual(ledger)

  const nothingLost = await synapse('repair', folder.path('whole.xdf'), folder.path('again.xdf'))
  expect(nothingLost.code).toBe(0)
  expect(nothingLost.stdout).toContain('Nothing was lost or changed.')
  const converted = await synapse('convert', path, folder.path('torn.edf'))
  expect(converted.code).toBe(3)
})

test('nothing to recover, and arguments that make no sense: exit 2, and no file', async () => {
  const folder = scratchFolder()
  const empty = folder.write('empty.xdf', (await soundRecording()).subarray(0, 30))
  const nothing = await synapse('repair', empty, folder.path('out.xdf'))
  expect(nothing.code).toBe(2)
  expect(nothing.stderr).toMatch(/\[file-(damaged|unreadable)\]/)
  expect(existsSync(folder.path('out.xdf'))).toBe(false)
  const sound = folder.write('sound.xdf', await soundRecording())
  const refusals = [
    [['convert', empty], /file to write is missing/],
    [['convert', empty, folder.path('out.mp3')], /out\.mp3: not \.xdf/],
    [['convert', empty, folder.path('out'), '--format', 'mp3'], /--format mp3/],
    [['convert', sound, folder.path(`${'long'.repeat(100)}.edf`)], /file-missing/],
    [['repair', empty, folder.path('out.edf')], /a repaired file is XDF/],
    [['verify', folder.path('none.xdf')], /none\.xdf/],
  ] as const
  for (const [args, named] of refusals) {
    const { code, stderr, stdout } = await synapse(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(named)
  }
})
