import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/device-clock.ts'
import { portError, serialTransport } from './serial-transport.ts'

test.each([
  ['Error: No such file or directory, cannot open /dev/ttyUSB0', 'port-missing'],
  ['Opening COM9: File not found', 'port-missing'],
  ['ENOENT: no such file or directory, access', 'port-missing'],
  ['Error: Resource temporarily unavailable, cannot lock port', 'port-busy'],
  ['Error Resource busy, cannot open /dev/cu.usbserial-1', 'port-busy'],
  ['Opening COM3: Access denied', 'port-busy'],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', 'port-denied'],
  ['EACCES: permission denied, access', 'port-denied'],
  ['Error: Inappropriate ioctl for device, cannot open', 'wrong-device'],
  ['Error: Is a directory, cannot open /dev', 'wrong-device'],
  ['Error: Input/output error', 'port-failed'],
] as const)('the system’s %j is %s', (words, code) => {
  const cause = new Error(words)
  const error = portError('/dev/ttyUSB0', cause)
  expect(error).toMatchObject({ code, cause })
  expect(error.message).toMatch(/^opening \/dev\/ttyUSB0: /)
  expect(error.remedy).not.toBe('')
})

test('a port that may not be opened names the group to join', () => {
  const error = portError('/dev/ttyUSB0', new Error('Permission denied'))
  expect(error.line).toMatch(/dialout/)
})

test('added ports are listed, with what is wrong with them', async () => {
  const ports = await serialTransport(new ManualClock(), ['/dev/null', '/nowhere/port']).list()
  expect(ports.find(({ path }) => path === '/dev/null')).toEqual({ path: '/dev/null', added: true })
  const missing = ports.find(({ path }) => path === '/nowhere/port')
  expect(missing).toMatchObject({ added: true, problem: { code: 'port-missing' } })
})
