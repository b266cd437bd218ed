import { describe, expect, test } from 'vitest'
import {
  indicesInGaps,
  missingOn,
  type OpenBoard,
  openBoard,
  samplesOf,
} from '../../../test/device-ble-session.ts'
import { during } from '../../../test/device-clock.ts'
import { ganglionCounts, toldKohm } from './board.ts'
import { ganglionEmulator } from './emulator.ts'
import { openbciGanglion } from './index.ts'
import { uuids } from './packet.ts'

const open = (options = {}, driverOptions = {}) =>
  openBoard(openbciGanglion, ganglionEmulator, options, driverOptions)
const faults = { lose: 0.02, corrupt: 0.02, delay: 0.002, delaySeconds: 0.2, reorder: 0.02 }

function sampled(samples: number): Int32Array {
  const counts = ganglionCounts(1)
  const all = new Int32Array(samples * 4)
  for (let s = 0; s < samples; s++) counts.next(all, s * 4)
  return all
}

/** Every sample is the board's at its index, but for the bits that the packet has no room for. */
function expectSampled({ stream }: OpenBoard, within: (sent: number) => [number, number]): void {
  const eeg = stream('eeg')
  const all = sampled(eeg.next)
  expect(eeg.values.length).toBeGreaterThan(100)
  const wrong = eeg.values.findIndex((frame, i) =>
    frame.some((value, c) => {
      const [lowest, highest] = within(all[eeg.indices[i]! * 4 + c]!)
      return value < lowest || value > highest
    }),
  )
  expect(wrong).toBe(-1)
  expect(eeg.values.length + eeg.lost).toBe(eeg.next)
}

const cut =
  (bits: number) =>
  (sent: number): [number, number] => {
    const kept = ((sent >> bits) & ~1) << bits
    return [kept, kept]
  }

async function run(board: OpenBoard, seconds: number): Promise<void> {
  await during(board.clock, board.session.start())
  await board.clock.run(seconds)
  await during(board.clock, board.session.close())
  expect(board.out.violations).toEqual([])
}

describe('a Ganglion with firmware 3', () => {
  test('streams with its accelerometer, in one character a write', async () => {
    const board = await open()
    await run(board, 10)
    expect(board.stream('eeg').gaps).toEqual([])
    expectSampled(board, cut(6))
    expect(board.stream('accel').values.length).toBeGreaterThan(90)
    expect(new Set(board.stream('accel').values.map(String))).toEqual(new Set(['3,-5,62']))
    expect(board.air.written).toEqual(['n', 'b', 's'])
    expect(board.session.streams[0]!.origin.firmware).toBe('3.0.2')
  })

  test('has one bit more without the accelerometer', async () => {
    const board = await open({}, { accelerometer: false })
    await run(board, 3)
    expect(board.session.streams.map(({ id }) => id)).toEqual(['openbci-ganglion/eeg'])
    expectSampled(board, cut(5))
    expect(board.stream('eeg').sequence.every((id) => id >= 100 && id < 200)).toBe(true)
  })

  test.each([1, 2, 3])(
    'loses and corrupts: every gap is where a packet is missing, seed %i',
    async (seed) => {
      const board = await open({ ...faults, seed })
      await during(board.clock, board.session.start())
      await board.clock.run(60)
      await during(board.clock, board.session.close())
      const eeg = board.stream('eeg')
      const missing = missingOn(board.events, uuids.receive)
      expect(missing.size).toBeGreaterThan(150)
      expect(indicesInGaps(eeg)).toEqual(samplesOf(missing, 2, eeg.next))
      expect(eeg.gaps.every(({ exact }) => exact)).toBe(true)
      expect(board.out.violations).toEqual([])
    },
  )

  test.each([0.3, 0.8, 1.4, 3.1, 7.7])(
    'counts what is lost in %d s of silence, although the counter turns every second',
    async (seconds) => {
      const board = await open()
      const { session, clock, emulator, stream, events } = board
      await during(clock, session.start())
      await clock.run(5.03)
      emulator.command('lose 1')
      await clock.run(seconds)
      emulator.command('lose 0')
      await clock.run(3)
      await during(clock, session.close())
      const eeg = stream('eeg')
      const missing = missingOn(events, uuids.receive)
      expect(missing.size).toBeGreaterThan(seconds * 90)
      expect(indicesInGaps(eeg)).toEqual(samplesOf(missing, 2, eeg.next))
      expectSampled(board, cut(6))
    },
  )

  test('out of range again and again, it is resumed each time, and nothing is doubled', async () => {
    const board = await open()
    const { session, clock, emulator, stream, out } = board
    await during(clock, session.start())
    for (let times = 0; times < 100; times++) {
      await clock.run(0.3)
      emulator.command('unplug 0.2')
      const before = stream('eeg').values.length
      const pulledAt = clock.now()
      while (stream('eeg').values.length < before + 10) await clock.run(0.05)
      expect(clock.now() - pulledAt).toBeLessThan(3.2)
    }
    await during(clock, session.close())
    const eeg = stream('eeg')
    expect(out.violations).toEqual([])
    expect(eeg.gaps.length).toBe(100)
    for (const gap of eeg.gaps) {
      expect(gap).toMatchObject({ exact: false, reason: 'disconnected' })
      const at = eeg.indices.indexOf(gap.atSample + gap.lostSamples)
      const away = eeg.hostTimes[at]! - eeg.hostTimes[at - 1]!
      expect(Math.abs(gap.lostSamples + 2 - away * 200)).toBeLessThan(8)
    }
    // The board pauses when nobody is connected: its samples follow each other without a hole.
    const kept = cut(6)
    const all = sampled(eeg.values.length)
    const wrong = eeg.values.findIndex((frame, s) =>
      frame.some((value, c) => value !== kept(all[s * 4 + c]!)[0]),
    )
    expect(wrong).toBe(-1)
  })

  test('tells its impedances, halved into ohms, and the gap that they cost', async () => {
    const board = await open()
    const { session, clock, out, stream } = board
    const impedance = session.impedance!
    await expect(impedance.measure('2')).rejects.toMatchObject({ code: 'not-ready' })
    await expect(impedance.measure('9')).rejects.toMatchObject({ code: 'bad-option' })
    await during(clock, session.start())
    await clock.run(3)
    expect(impedance.inputs.map(({ id }) => id)).toEqual(['1', '2', '3', '4', 'ref'])
    for (const [i, { id }] of impedance.inputs.entries()) {
      const reading = await during(clock, impedance.measure(id))
      expect(reading).toEqual({ input: id, ohms: toldKohm[i]! * 500, uncertaintyOhms: null })
    }
    await clock.run(3)
    await during(clock, session.close())
    expect(impedance.method).toMatch(/kΩ/)
    expect(out.states).toEqual(['streaming', 'paused', 'closed'])
    expect(stream('eeg').gaps.length).toBe(5)
    expect(stream('eeg').gaps.every(({ exact }) => !exact)).toBe(true)
    expect(out.violations).toEqual([])
    const seconds = stream('eeg').hostTimes.at(-1)! - stream('eeg').hostTimes[0]!
    expect(Math.abs(stream('eeg').next / 200 - seconds)).toBeLessThan(0.2)
  })
})

describe('a Ganglion with firmware 2', () => {
  test('streams differences that stay near the samples', async () => {
    const board = await open({ firmware: 2 })
    await run(board, 12)
    expect(board.stream('eeg').gaps).toEqual([])
    // Each difference that is odd is one count off, until the next whole sample.
    expectSampled(board, (sent) => [sent, sent + 200])
    expect(board.session.streams[0]!.origin.settings).toMatchObject({ packing: 2 })
  })

  test('after a loss, everything up to the next whole sample is lost, and said to be', async () => {
    const board = await open({ ...faults, lose: 0.003, corrupt: 0.003, firmware: 2 })
    await during(board.clock, board.session.start())
    await board.clock.run(60)
    await during(board.clock, board.session.close())
    const eeg = board.stream('eeg')
    expect(indicesInGaps(eeg)).toEqual(
      lostSamples(missingOn(board.events, uuids.receive), eeg.next),
    )
    expect(board.out.violations).toEqual([])
    expectSampled(board, (sent) => [sent, sent + 200])
  })
})

/** Samples that cannot be known when these packets of firmware 2 are missing. */
function lostSamples(missing: ReadonlySet<number>, end: number): number[] {
  const lost: number[] = []
  let isSeeded = false
  for (let packet = 0, sample = 0; sample < end; packet++) {
    const isSeed = packet % 101 === 0
    if (missing.has(packet)) isSeeded = false
    else if (isSeed) isSeeded = true
    for (let i = 0; i < (isSeed ? 1 : 2); i++, sample++) {
      if (!isSeeded && sample < end) lost.push(sample)
    }
  }
  return lost
}

test('set while it streams: the inputs that are off read 0 from the marked gap on, after a reconnection too', async () => {
  const board = await open()
  const { clock, session, out, emulator } = board
  await during(clock, session.start())
  await clock.run(3)
  const options = openbciGanglion.options.parse({ off: [2] })
  await during(clock, session.configure!(options))
  await clock.run(3)
  const eeg = board.stream('eeg')
  expect(eeg.gaps).toMatchObject([{ exact: false, reason: 'settings' }])
  const [gap] = eeg.gaps
  expect(out.settings[0]).toEqual({ stream: 'openbci-ganglion/eeg', sample: gap!.atSample })
  const before = eeg.values.filter((_, i) => eeg.indices[i]! < gap!.atSample)
  const after = eeg.values.slice(before.length)
  expect(before.slice(10).some(([, second]) => second !== 0)).toBe(true)
  expect(after.every(([, second]) => second === 0)).toBe(true)
  expect(after.slice(10).some(([first]) => first !== 0)).toBe(true)
  expect(session.streams[0]!.origin.settings).toMatchObject({ off: '2' })
  emulator.command('unplug 0.3')
  await clock.run(4)
  expect(eeg.values.slice(-100).every(([, second]) => second === 0)).toBe(true)
  await during(clock, session.configure!({ ...options, off: [], testSignal: true }))
  await clock.run(2)
  const tested = eeg.values.slice(-200).map(([, second]) => Math.abs(second!) * 0.00187)
  expect(Math.min(...tested)).toBeGreaterThan(490)
  await during(clock, session.close())
  const seconds = eeg.hostTimes.at(-1)! - eeg.hostTimes[0]!
  expect(Math.abs(eeg.next / 200 - seconds)).toBeLessThan(0.3)
  expect(out.violations).toEqual([])
})
