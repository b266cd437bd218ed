import { expect, test } from 'vitest'
import { during, ManualClock } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { MemoryNetwork } from '../../../test/device-memory-network.ts'
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

/** Read without any of the driver's code. */
function countsOf(bytes: Uint8Array, channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => {
    const at = 33 * Math.floor(c / 8) + 2 + 3 * (c % 8)
    const raw = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    return raw >= 2 ** 23 ? raw - 2 ** 24 : raw
  })
}

test.each([
  ['cyton', 8, { rateHz: 250 }],
  ['cyton', 8, { rateHz: 1000, gains: [12] }],
  ['daisy', 16, { rateHz: 500 }],
  ['ganglion', 4, { rateHz: 200 }],
] as const)(
  '%s with %i channels in JSON, %j: count for count, with the shield’s clock',
  async (board, channels, given) => {
    const { clock, session, log, out, made } = await opened({ board }, { ...given, output: 'json' })
    expect(session.streams).toHaveLength(1)
    await during(clock, session.start())
    await clock.run(3)
    await during(clock, session.close())
    expect([out.violations, log.gaps]).toEqual([[], []])
    expect(log.values.length).toBeGreaterThan(2.9 * given.rateHz)
    expect(log.values).toEqual(
      made.slice(0, log.values.length).map((each) => countsOf(each, channels)),
    )
    expect(session.carries!['openbci-wifi/eeg']).toEqual({ deviceTime: true, sequence: true })
    for (const [i, time] of log.deviceTimes.entries()) {
      expect(Math.abs(time - log.hostTimes[i]!)).toBeLessThan(0.05)
    }
  },
)

test.each([1, 2, 3])(
  'in JSON under loss and damage every sample is the board’s, seed %i',
  async (seed) => {
    const faults = {
      lose: 0.02,
      corrupt: 0.02,
      delay: 0.003,
      delaySeconds: 0.06,
      sparePackets: 20,
      seed,
    }
    const { clock, session, log, out, made } = await opened(faults, { output: 'json' })
    await during(clock, session.start())
    await clock.run(40)
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    expect(log.values.length + log.lost).toBe(log.next)
    const truth = made.map((each) => countsOf(each, 8).join())
    expect(log.values.filter((row, i) => row.join() !== truth[log.indices[i]!])).toEqual([])
    expect(log.lost).toBeGreaterThan(300)
  },
)

test('samples of JSON of which each is damaged throw nothing, and none is counted twice', {
  timeout: fuzzTimeout,
}, async () => {
  const { clock, session, log, out, made } = await opened(
    { corrupt: 1, sparePackets: 0 },
    { rateHz: 1000, output: 'json' },
  )
  await during(clock, session.start())
  while (made.length < fuzzedPackets) await clock.run(0.5)
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  expect(log.values.length + log.lost).toBe(log.next)
})

test('the accelerometer of a Cyton, and of a Ganglion, which says each reading again and again', async () => {
  for (const [board, rateHz, most] of [
    ['cyton', 250, 27 * 3],
    ['ganglion', 200, 10 * 3 + 5],
  ] as const) {
    const { clock, session, out } = await opened({ board }, { rateHz })
    await during(clock, session.start())
    await clock.run(3)
    await during(clock, session.close())
    const accel = out.stream('openbci-wifi/accel')
    expect(accel.values.length).toBeGreaterThan(20)
    expect(accel.values.length).toBeLessThanOrEqual(most)
    const [first] = accel.values
    const { scale } = session.streams[1]!.channels[2]!
    expect(Math.abs(first![2]! * scale - 1)).toBeLessThan(0.05)
  }
})

test.each(['cyton', 'daisy'])(
  'a pin of a %s that rises is a marker, at its sample, and pins have the gaps of the samples',
  async (board) => {
    const { clock, session, out, log, shield } = await opened(
      { board, lose: 0.02 },
      { pins: 'digital' },
    )
    await during(clock, session.start())
    await clock.run(1)
    for (let pulse = 0; pulse < 5; pulse++) {
      shield.command('D17 1')
      await clock.run(0.1)
      shield.command('D17 0')
      await clock.run(0.2)
    }
    await during(clock, session.close())
    const pins = out.stream('openbci-wifi/pins')
    expect(out.violations).toEqual([])
    expect(pins.gaps).toEqual(log.gaps)
    expect(pins.indices).toEqual(log.indices)
    expect(out.markers).toHaveLength(5)
    for (const [i, marker] of out.markers.entries()) {
      const { stream, sample } = out.markerPlaces[i]!
      expect([marker.label, marker.source, stream]).toEqual([
        'D17',
        'openbci-wifi',
        'openbci-wifi/pins',
      ])
      const at = pins.indices.indexOf(sample)
      expect([pins.values[at - 1]![3], pins.values[at]![3]]).toEqual([0, 1])
    }
  },
)

test('a Ganglion tells its impedances over the shield, halved into ohms, and the gap that they cost', async () => {
  const emulated = { board: 'ganglion', impedanceKohm: [5, 50, 500, 2, 10] }
  const { clock, session, out, log } = await opened(emulated, { rateHz: 200 })
  const impedance = session.impedance!
  await expect(impedance.measure('1')).rejects.toMatchObject({ code: 'not-ready' })
  await during(clock, session.start())
  await clock.run(1)
  expect(impedance.inputs.map(({ id }) => id)).toEqual(['1', '2', '3', '4', 'ref'])
  for (const [i, { id }] of impedance.inputs.entries()) {
    const reading = await during(clock, impedance.measure(id))
    expect(Math.abs(reading.ohms / 1000 / emulated.impedanceKohm[i]! - 1)).toBeLessThan(0.02)
    await clock.run(0.5)
  }
  expect(impedance.method).toMatch(/kΩ/)
  await clock.run(1)
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  expect(log.gaps).toHaveLength(5)
  expect(log.gaps.every(({ exact }) => !exact)).toBe(true)
  const seconds = log.hostTimes.at(-1)! - log.hostTimes[0]!
  expect(Math.abs(log.next / 200 - seconds)).toBeLessThan(0.2)
  expect(new Set(out.facts.map(({ name }) => name))).toContain(
    'impedance in series with ground, REF',
  )
})

test('the impedance of all sixteen electrodes of a Cyton with Daisy is right to 2 %', async () => {
  const impedanceKohm = Array.from({ length: 16 }, (_, i) => [5, 50, 500][i % 3]!)
  const { clock, session } = await opened({ board: 'daisy', impedanceKohm })
  await during(clock, session.start())
  for (const input of [1, 2, 9, 11, 16]) {
    const reading = await during(clock, session.impedance!.measure(`${input}N`))
    expect(Math.abs(reading.ohms / 1000 / impedanceKohm[input - 1]! - 1)).toBeLessThan(0.02)
  }
  await during(clock, session.close())
})

test('in JSON the impedance of a Cyton is as right', async () => {
  const { clock, session } = await opened({ impedanceKohm: [50] }, { output: 'json' })
  await during(clock, session.start())
  const reading = await during(clock, session.impedance!.measure('1N'))
  expect(Math.abs(reading.ohms / 50_000 - 1)).toBeLessThan(0.02)
  await during(clock, session.close())
})

test.each([
  ['cyton', { output: 'json', pins: 'digital' }, /JSON bears no pins/],
  ['cyton', { output: 'json', gains: [24, 12, 24, 24, 24, 24, 24, 24] }, /gain of the first/],
  ['cyton', { output: 'json', rateHz: 2000 }, /at most 10 samples/],
  ['daisy', { output: 'json', rateHz: 1000 }, /at most 6 samples/],
  ['ganglion', { rateHz: 200, pins: 'digital' }, /sends no pins/],
  ['ganglion', { rateHz: 250 }, /no rate of 250 Hz/],
])('%s with %j is refused, and why', async (board, given, why) => {
  const message = expect.stringMatching(why)
  await expect(opened({ board }, given)).rejects.toMatchObject({ code: 'bad-option', message })
})

test('where nobody answers to the search, the shield whose own network this is does', async () => {
  const clock = new ManualClock()
  const network = new MemoryNetwork(clock)
  const transports = transportsWith({ network })
  const asked: string[] = []
  network.server = (_method, url) => {
    asked.push(url)
    const text = '{"board_connected":true,"board_type":"cyton","num_channels":8}'
    return url === 'http://192.168.4.1/board' ? { status: 200, text } : { status: 200, text: 'v2' }
  }
  expect(await openbciWifi.discover({ transports })).toEqual([])
  expect(asked).toEqual([])
  network.addressTowards = async () => '192.168.4.2'
  expect(await openbciWifi.discover({ transports })).toMatchObject([{ address: '192.168.4.1' }])
  network.server = () => null
  expect(await openbciWifi.discover({ transports })).toEqual([])
  const options = parseOptions('openbci-wifi', openbciWifi.options, {})
  const out = new DeviceLog(() => undefined)
  const missing = openbciWifi.open('', options, { out, clock, transports })
  await expect(missing).rejects.toMatchObject({ code: 'device-missing' })
})

test('two shields at once, over real sockets: both are found, and each has a connection of its own', async () => {
  const start = (board: string) =>
    wifiEmulator.start(parseOptions('emulator', wifiEmulator.options, { board }), {
      clock: realClock,
      event: () => {},
    })
  const running = [await start('cyton'), await start('ganglion')]
  const at = running.map(({ environment }) => readEndpoint(environment!.SYNAPSE_SSDP!, 'testing'))
  const network = systemNetwork(realClock, at)
  const transports = transportsWith({ network })
  const found = await openbciWifi.discover({ transports })
  expect(found.map(({ address }) => address).sort()).toEqual(
    running.map(({ address }) => address).sort(),
  )
  const sessions = await Promise.all(
    running.map(async ({ address }, i) => {
      const out = new DeviceLog(() => undefined)
      const options = parseOptions('x', openbciWifi.options, { rateHz: [250, 200][i] })
      const session = await openbciWifi.open(address, options, {
        out,
        clock: realClock,
        transports,
      })
      await session.start()
      return { out, session, log: out.stream('openbci-wifi/eeg') }
    }),
  )
  await until(() => sessions.every(({ log }) => log.values.length > 100), 'samples of both')
  for (const [i, { out, session, log }] of sessions.entries()) {
    await session.close()
    expect([out.violations, log.gaps, log.values[0]!.length]).toEqual([[], [], [8, 4][i]])
    await running[i]!.close()
  }
})
