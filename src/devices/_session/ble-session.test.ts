/** The life of a link, on a clock that the test moves, with an NPG Lite in air made of memory. */
import { expect, test } from 'vitest'
import { openBoard } from '../../../test/device-ble-session.ts'
import { during } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { airedBoard } from '../../../test/device-memory-air.ts'
import { parseOptions } from '../../signal/index.ts'
import { npgEmulator } from '../npg-lite/emulator.ts'
import { npgLite } from '../npg-lite/index.ts'

async function streaming() {
  const board = await openBoard(npgLite, npgEmulator)
  await during(board.clock, board.session.start())
  await board.clock.run(2)
  return { ...board, log: board.stream('signal') }
}

test('a connection that fails at first is tried again', async () => {
  const { address, clock, air } = await airedBoard(npgEmulator)
  const out = new DeviceLog(() => undefined)
  const open = () =>
    npgLite.open(address, parseOptions('npg-lite', npgLite.options, {}), {
      out,
      clock,
      transports: { ble: air } as never,
    })
  air.isJammed = true
  const refused = expect(during(clock, open())).rejects.toMatchObject({ code: 'bluetooth-failed' })
  await refused
  const opening = open()
  clock.after(0.7, () => {
    air.isJammed = false
  })
  const session = await during(clock, opening)
  expect([air.connections, session.streams.length]).toEqual([1, 1])
})

test('a board that is not there is not waited for', async () => {
  const { clock, air } = await airedBoard(npgEmulator)
  const options = parseOptions('npg-lite', npgLite.options, {})
  const context = { out: new DeviceLog(() => undefined), clock, transports: { ble: air } as never }
  const began = clock.now()
  const opening = npgLite.open('C0:00:00:00:00:09', options, context)
  await expect(during(clock, opening)).rejects.toMatchObject({ code: 'device-missing' })
  expect(clock.now() - began).toBeLessThan(1)
})

test('silence is told within 2 s; the board is told to start again, then the link is made anew', async () => {
  const { clock, emulator, out, air, session, log } = await streaming()
  emulator.command('lose 1')
  await clock.run(2)
  expect(out.links.at(-1)).toMatchObject({ state: 'stalled', cause: { code: 'silent-device' } })
  await clock.run(2.5)
  expect(air.written).toEqual(['START', 'START'])
  await clock.run(6)
  expect(out.states).toContain('reconnecting')
  expect(air.connections).toBe(2)
  emulator.command('lose 0')
  await clock.run(3)
  expect(out.states.at(-1)).toBe('streaming')
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  expect(log.values.length + log.lost).toBe(log.next)
  const seconds = log.hostTimes.at(-1)! - log.hostTimes[0]!
  expect(Math.abs(log.next / 500 - seconds)).toBeLessThan(0.3)
})

test('a board that comes back without being able to be connected to is tried until it can', async () => {
  const { clock, emulator, air, out, session, log } = await streaming()
  air.isJammed = true
  emulator.command('unplug 0.3')
  await clock.run(5)
  expect([out.states.at(-1), air.connections]).toEqual(['reconnecting', 1])
  expect(out.facts).toContainEqual({ name: 'reconnecting', value: 'bluetooth-failed' })
  air.isJammed = false
  await clock.run(2)
  expect([out.states.at(-1), air.connections]).toEqual(['streaming', 2])
  await during(clock, session.close())
  expect(log.gaps).toMatchObject([{ reason: 'disconnected' }])
})

test('closed while it is reconnecting, it connects no more', async () => {
  const { clock, emulator, air, out, session } = await streaming()
  emulator.command('unplug 0.4')
  await clock.run(0.1)
  await during(clock, session.close())
  await during(clock, session.close())
  await clock.run(5)
  expect([out.states.at(-1), air.connections]).toEqual(['closed', 1])
})

test('out of range while it is paused, it is paused when it is back, and starts when it is told', async () => {
  const { clock, emulator, out, session, log } = await streaming()
  await during(clock, session.stop())
  const before = log.next
  emulator.command('unplug 0.3')
  await clock.run(2)
  expect([out.states.at(-1), log.next]).toEqual(['paused', before])
  await during(clock, session.start())
  await clock.run(1)
  await during(clock, session.close())
  expect(log.next).toBeGreaterThan(before + 300)
  expect([log.gaps, out.violations]).toEqual([[], []])
})

test('tells how strong the signal is', async () => {
  const { clock, out, session } = await streaming()
  await clock.run(11)
  await during(clock, session.close())
  expect(out.facts).toContainEqual({ name: 'rssi', value: -58, unit: 'dBm' })
})
