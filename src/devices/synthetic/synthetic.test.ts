import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { type DeviceOutput, parseOptions, type Transports } from '../../signal/index.ts'
import { synthetic } from './index.ts'

const transports = {} as Transports

async function opened(options: Record<string, unknown> = {}, into?: DeviceOutput) {
  const clock = new ManualClock()
  const out = new DeviceLog(() => undefined)
  const parsed = parseOptions('synthetic', synthetic.options, options)
  const session = await synthetic.open('', parsed, { out: into ?? out, clock, transports })
  return { clock, out, session, eeg: out.stream('synthetic/eeg') }
}

test('the same seed gives the same samples, however time passes', async () => {
  const runs = await Promise.all(
    [[0.004], [0.1], [1.9], [0.003, 0.7]].map(async (steps) => {
      const { clock, session, eeg, out } = await opened({ seed: 7 })
      await session.start()
      for (let i = 0; eeg.next < 1000; i++) {
        clock.sleepThrough(steps[i % steps.length]!)
        clock.advance(0.004)
      }
      expect([eeg.gaps, out.violations]).toEqual([[], []])
      return eeg.values.slice(0, 1000)
    }),
  )
  for (const run of runs) expect(run).toEqual(runs[0])
})

test('as many samples come as time has passed', async () => {
  for (const rateHz of [1, 250, 512.5, 30_000]) {
    const { clock, session, eeg } = await opened({ rateHz, channels: 1 })
    await session.start()
    clock.advance(2)
    expect(Math.abs(eeg.next - 2 * rateHz)).toBeLessThanOrEqual(rateHz * 0.005 + 1)
    expect(session.streams[0]!.nominalRateHz).toBe(rateHz)
  }
})

test.each([1, 8, 64, 1024])(
  '%i channels have names of their own and finite values',
  async (channels) => {
    const { clock, session, eeg, out } = await opened({ channels })
    await session.start()
    clock.advance(0.2)
    const { channels: described } = session.streams[0]!
    expect(new Set(described.map(({ label }) => label)).size).toBe(channels)
    expect(eeg.values.length).toBeGreaterThan(40)
    for (const frame of eeg.values) {
      expect(frame.length).toBe(channels)
      expect(frame.every((value) => Math.abs(value) < 2 ** 23)).toBe(true)
    }
    expect(out.violations).toEqual([])
  },
)

test('values are those of an amplifier: counts that scale to microvolts within its range', async () => {
  const { clock, session, eeg } = await opened()
  await session.start()
  clock.advance(10)
  const { scale, range } = session.streams[0]!.channels[0]!
  const microvolts = eeg.values.map((frame) => frame[0]! * scale)
  expect(range).toEqual([-(2 ** 23) * scale, (2 ** 23 - 1) * scale])
  expect(Math.max(...microvolts.map(Math.abs))).toBeLessThan(13_000)
  const spread = Math.max(...microvolts) - Math.min(...microvolts)
  expect(spread).toBeGreaterThan(30)
  expect(spread).toBeLessThan(1000)
})

test('a host that sleeps longer than the buffer loses the rest, in a gap that is marked', async () => {
  const { clock, session, eeg, out } = await opened()
  await session.start()
  clock.advance(1)
  const before = eeg.next
  clock.sleepThrough(10)
  clock.advance(0.004)
  expect(eeg.gaps).toMatchObject([{ atSample: before, exact: true, reason: 'lost' }])
  expect(eeg.lost).toBeGreaterThan(7.9 * 250)
  expect(eeg.lost).toBeLessThan(8.1 * 250)
  clock.advance(1)
  expect(eeg.values.length + eeg.lost).toBe(eeg.next)
  expect(eeg.next / 250).toBeCloseTo(12, 1)
  expect(out.violations).toEqual([])
})

test('a host too slow for the rate keeps its thread free, and loses with marked gaps', async () => {
  const clock = new ManualClock()
  const out = new DeviceLog(() => undefined)
  let longest = 0
  let tickStartedAt = 0
  const slow: DeviceOutput = {
    chunk(stream, chunk) {
      clock.sleepThrough((2 * chunk.frames) / 1000) // twice as long as the chunk lasts
      longest = Math.max(longest, clock.now() - tickStartedAt)
      out.chunk(stream, chunk)
    },
    gap: (stream, gap) => out.gap(stream, gap),
    clockOffset: () => undefined,
    marker: () => {},
    configured: () => undefined,
    fact: () => {},
    link: () => {},
  }
  const parsed = parseOptions('synthetic', synthetic.options, { rateHz: 1000, channels: 2 })
  const session = await synthetic.open('', parsed, { out: slow, clock, transports })
  await session.start()
  while (clock.now() < 115) {
    tickStartedAt = clock.now() + 0.001
    clock.advance(0.001)
  }
  expect(longest).toBeLessThan(0.15)
  const eeg = out.stream('synthetic/eeg')
  expect(eeg.gaps.length).toBeGreaterThan(0)
  expect(eeg.values.length + eeg.lost).toBe(eeg.next)
  expect(out.violations).toEqual([])
})

test('stopped, it is silent; started again, it goes on without a gap', async () => {
  const { clock, session, eeg, out } = await opened()
  await session.start()
  clock.advance(1)
  await session.stop()
  const before = eeg.next
  clock.advance(5)
  expect(eeg.next).toBe(before)
  await session.start()
  clock.advance(1)
  await session.close()
  clock.advance(1)
  expect([eeg.gaps, out.violations, eeg.next]).toEqual([[], [], 2 * before])
  expect(out.states).toEqual(['streaming', 'paused', 'streaming', 'paused', 'closed'])
})

describe('options that make no sense are refused', () => {
  test.each([
    [{ channels: 0 }],
    [{ channels: 1025 }],
    [{ channels: 1.5 }],
    [{ rateHz: 0 }],
    [{ rateHz: 30_001 }],
    [{ rateHz: Number.NaN }],
    [{ seed: -1 }],
    [{ mainsHz: 55 }],
    [{ alphaUv: -1 }],
    [{ nonsense: 1 }],
    [{ channels: '8' }],
  ])('%j', async (options) => {
    await expect(opened(options)).rejects.toMatchObject({ code: 'bad-option' })
  })
})

test('its signal is changed while it flows, and no sample is missing', async () => {
  const clock = new ManualClock()
  const out = new DeviceLog(() => undefined)
  const options = { channels: 2, mainsUv: 0, alphaUv: 0, blinksPerMinute: 0 }
  const parsed = parseOptions('synthetic', synthetic.options, options)
  const session = await synthetic.open('', parsed, { out, clock, transports })
  await session.start()
  await clock.run(2)
  await session.configure!({ ...parsed, backgroundUv: 0 })
  await clock.run(2)
  await session.close()
  const eeg = out.stream('synthetic/eeg')
  const [{ sample } = { sample: -1 }] = out.settings
  expect(sample).toBeGreaterThan(400)
  const steps = (from: number, to: number) =>
    new Set(eeg.values.slice(from, to).map(([first]) => first)).size
  expect(steps(0, sample)).toBeGreaterThan(100)
  // The background fades with the memory of its filters.
  expect(steps(eeg.next - 50, eeg.next)).toBeLessThan(steps(0, 50))
  expect([eeg.gaps, out.violations]).toEqual([[], []])
  expect(session.streams[0]!.origin.settings).toMatchObject({ backgroundUv: 0 })
})
