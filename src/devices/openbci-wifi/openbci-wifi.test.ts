import { expect, test } from 'vitest'
import { during } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { memoryShield } from '../../../test/device-memory-shield.ts'
import { realClock, until } from '../../../test/device-real-clock.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { fuzzedPackets, fuzzTimeout } from '../../../test/fuzz/packets.ts'
import { readEndpoint, systemNetwork } from '../../network/index.ts'
import { parseOptions } from '../../signal/index.ts'
import { wifiEmulator } from './emulator.ts'
import { openbciWifi } from './index.ts'

async function opened(emulated: Record<string, unknown> = {}, given: Record<string, unknown> = {}) {
  const memory = await memoryShield(emulated)
  const out = new DeviceLog(() => undefined)
  const { clock, transports, address } = memory
  const options = parseOptions('openbci-wifi', openbciWifi.options, given)
  const session = await during(
    clock,
    openbciWifi.open(address, options, { out, clock, transports }),
  )
  return { ...memory, out, session, log: out.stream('openbci-wifi/eeg') }
}

/** Read without any of the driver's code: the counts of one packet or two. */
function countsOf(bytes: Uint8Array, channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => {
    const at = 33 * Math.floor(c / 8) + 2 + 3 * (c % 8)
    const raw = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    return raw >= 2 ** 23 ? raw - 2 ** 24 : raw
  })
}

test.each([
  ['cyton', 8, 250],
  ['cyton', 8, 1000],
  ['daisy', 16, 250],
  ['daisy', 16, 1000],
  ['ganglion', 4, 1600],
] as const)(
  '%s with %i channels at %i Hz streams bit for bit, stops and starts again',
  async (board, channels, rateHz) => {
    const { clock, session, log, out, made } = await opened({ board }, { rateHz })
    expect(session.streams[0]).toMatchObject({ nominalRateHz: rateHz })
    expect(session.streams[0]!.channels).toHaveLength(channels)
    await during(clock, session.start())
    await clock.run(3)
    await during(clock, session.stop())
    const before = log.values.length
    expect(before).toBeGreaterThan(2.9 * rateHz)
    await during(clock, session.start())
    await clock.run(1)
    await during(clock, session.close())
    expect([out.violations, log.gaps, out.states.at(-1)]).toEqual([[], [], 'closed'])
    expect(log.values).toEqual(
      made.slice(0, log.values.length).map((each) => countsOf(each, channels)),
    )
    expect(new Set(log.values.map((row) => row.join())).size).toBeGreaterThan(before / 2)
  },
)

test.each([
  ['cyton', 8],
  ['daisy', 16],
  ['ganglion', 4],
] as const)(
  '%s under loss and damage: every sample is the board’s at its index',
  async (board, channels) => {
    const faults = { lose: 0.02, corrupt: 0.02, delay: 0.005, sparePackets: 20 }
    const { clock, session, log, out, made, shield } = await opened(
      { board, ...faults },
      board === 'ganglion' ? { rateHz: 200 } : {},
    )
    await during(clock, session.start())
    await clock.run(40)
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    expect(log.values.length + log.lost).toBe(log.next)
    const truth = made.map((each) => countsOf(each, channels).join())
    const wrong = log.values.filter((row, i) => row.join() !== truth[log.indices[i]!])
    expect(wrong).toEqual([])
    const { lost, corrupted } = shield.summary()
    expect(log.lost).toBeGreaterThan(0.9 * (lost + corrupted))
    expect(log.lost).toBeLessThan(1.6 * (lost + corrupted))
  },
)

test('out of range 100 times it resumes within 3 s, with the gap, and nothing doubled', async () => {
  const { clock, session, log, out, made, shield } = await opened()
  await during(clock, session.start())
  await clock.run(1)
  for (let round = 0; round < 100; round++) {
    shield.command('unplug 0.3')
    await clock.run(0.35)
    const before = log.values.length
    const since = clock.now()
    while (log.values.length === before) await clock.run(0.05)
    expect(clock.now() - since).toBeLessThan(3)
    await clock.run(0.2)
  }
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  expect(log.gaps.length).toBeGreaterThanOrEqual(100)
  const truth = made.map((each) => countsOf(each, 8).join())
  let at = 0
  for (const row of log.values) {
    while (at < truth.length && truth[at] !== row.join()) at++
    expect(at).toBeLessThan(truth.length)
    at++
  }
  expect(Math.abs(log.next - truth.length)).toBeLessThan(100 * 0.02 * 250 + 10)
})

test('the impedance of emulated electrodes is right to 2 %, at 1 kHz, too', async () => {
  for (const rateHz of [250, 1000]) {
    const emulated = { impedanceKohm: [5, 50, 500] }
    const { clock, session } = await opened(emulated, { rateHz })
    await during(clock, session.start())
    await clock.run(0.5)
    for (const [i, kohm] of emulated.impedanceKohm.entries()) {
      const reading = await during(clock, session.impedance!.measure(`${i + 1}N`))
      expect(Math.abs(reading.ohms / 1000 - kohm) / kohm).toBeLessThan(0.02)
    }
    await during(clock, session.close())
  }
})

test('what is refused says so: a rate that there is not, a shield that does not answer, no shield', async () => {
  await expect(opened({}, { rateHz: 300 })).rejects.toMatchObject({ code: 'bad-option' })
  const memory = await memoryShield()
  const { clock, transports, address, shield, network } = memory
  const options = parseOptions('openbci-wifi', openbciWifi.options, {})
  const open = () =>
    during(
      clock,
      openbciWifi.open(address, options, {
        out: new DeviceLog(() => undefined),
        clock,
        transports,
      }),
    )
  shield.isAway = true
  await expect(open()).rejects.toMatchObject({ code: 'device-missing' })
  network.server = () => ({ status: 200, text: '<html>' })
  await expect(open()).rejects.toMatchObject({ code: 'wrong-device' })
  network.server = () => ({ status: 200, text: '{"board_connected":false,"board_type":"none"}' })
  await expect(open()).rejects.toMatchObject({ code: 'wrong-device' })
})

test('over real sockets: found by SSDP, opened, streaming, torn and taken up again', async () => {
  const emulated = parseOptions('emulator', wifiEmulator.options, {})
  const running = await wifiEmulator.start(emulated, { clock: realClock, event: () => {} })
  const ssdpAt = readEndpoint(running.environment!.SYNAPSE_SSDP!, 'testing')
  const network = systemNetwork(realClock, [ssdpAt])
  const transports = transportsWith({ network })
  const found = await openbciWifi.discover({ transports })
  expect(found).toMatchObject([{ driver: 'openbci-wifi', address: running.address }])
  const out = new DeviceLog(() => undefined)
  const options = parseOptions('openbci-wifi', openbciWifi.options, {})
  const context = { out, clock: realClock, transports }
  const session = await openbciWifi.open(found[0]!.address, options, context)
  await session.start()
  const log = out.stream('openbci-wifi/eeg')
  await until(() => log.values.length > 100, 'samples')
  running.command('unplug 0.3')
  await until(() => out.states.includes('reconnecting'), 'the loss')
  const before = log.values.length
  await until(() => log.values.length > before + 50, 'samples again')
  expect(log.gaps.length).toBeGreaterThan(0)
  await session.close()
  await running.close()
  expect([out.violations, out.states.at(-1)]).toEqual([[], 'closed'])
})

test('packets of which each is damaged throw nothing, and none is counted twice', {
  timeout: fuzzTimeout,
}, async () => {
  const { clock, session, log, out, made } = await opened(
    { corrupt: 1, sparePackets: 0 },
    { rateHz: 16_000 },
  )
  await during(clock, session.start())
  while (made.length < fuzzedPackets) await clock.run(0.5)
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  expect(log.values.length + log.lost).toBe(log.next)
})
