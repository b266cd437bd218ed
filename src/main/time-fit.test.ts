import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { random } from '../../test/sound-recording.ts'
import { TimeFit } from './time-fit.ts'

const start = 1000
const jitterSeconds = 0.005

interface Device {
  readonly nominalRateHz: number
  /** Samples a second by the host's clock. */
  readonly rateHz: number
  readonly seconds: number
  readonly chunkFrames: number
  /** From taking the last frame of a chunk, `atSeconds` after the start, to its arrival. */
  delay(atSeconds: number, chance: () => number): number
}

interface Stamped {
  /** Fitted time − time taken, by sample. */
  readonly errors: Float64Array
  /** Of the period, ppm. */
  readonly periodError: number
  /** Worst error between two moments, in milliseconds, apart from a constant delay. */
  worstMs(from: number, to: number, delay?: number): number
}

const jitter = (_at: number, chance: () => number) => chance() * jitterSeconds

const cyton: Device = {
  nominalRateHz: 250,
  rateHz: 250 / (1 + 100e-6),
  seconds: 60,
  chunkFrames: 1,
  delay: jitter,
}

/** What comes of a device whose bytes arrive in order. */
function stamped(device: Partial<Device>): Stamped {
  const { nominalRateHz, rateHz, seconds, chunkFrames, delay: late } = { ...cyton, ...device }
  const chance = random(7)
  const fit = new TimeFit(nominalRateHz)
  const count = Math.floor((seconds * rateHz) / chunkFrames) * chunkFrames
  const errors = new Float64Array(count)
  const arrivals = new Float64Array(chunkFrames)
  const times = new Float64Array(chunkFrames)
  let arrival = 0
  for (let first = 0; first < count; first += chunkFrames) {
    const at = (first + chunkFrames - 1) / rateHz
    arrival = Math.max(arrival, start + at + late(at, chance))
    fit.stamp(first, chunkFrames, arrivals.fill(arrival), times)
    for (let f = 0; f < chunkFrames; f++)
      errors[first + f] = times[f]! - start - (first + f) / rateHz
  }
  const worstMs = (from: number, to: number, delay = 0) =>
    1000 *
    errors
      .subarray(Math.ceil(from * rateHz), Math.floor(to * rateHz))
      .reduce((worst, error) => Math.max(worst, Math.abs(error - delay)), 0)
  return { errors, periodError: (fit.periodSeconds * rateHz - 1) * 1e6, worstMs }
}

const step = fc.record({
  frames: fc.integer({ min: 1, max: 40 }),
  lostSamples: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3000)),
  restarts: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  lateSeconds: fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0, max: 0.005, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 5, noNaN: true }) },
  ),
  /** The host saw this chunk together with the one before. */
  inBurst: fc.boolean(),
})

test('times are strictly increasing, whatever arrives when', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 1, 100, 250, 30_000),
      fc.double({ min: -100, max: 100, noNaN: true }),
      fc.constantFrom(1, 1, 0.1, 8),
      fc.array(step, { minLength: 1, maxLength: 150 }),
      (nominalRateHz, ppm, speed, steps) => {
        const fit = new TimeFit(nominalRateHz)
        const period = (1 + ppm * 1e-6) / (nominalRateHz || 7) / speed
        let index = 0
        let arrival = 0
        let last = Number.NEGATIVE_INFINITY
        for (const { frames, lostSamples, restarts, lateSeconds, inBurst } of steps) {
          index += lostSamples
          if (restarts) fit.restart()
          const due = start + (index + frames) * period + lateSeconds
          if (!inBurst) arrival = Math.max(arrival, due)
          const times = new Float64Array(frames)
          fit.stamp(index, frames, new Float64Array(frames).fill(arrival), times)
          for (const time of times) {
            expect(time).toBeGreaterThan(last)
            last = time
          }
          index += frames
        }
      },
    ),
    { numRuns: 300, seed: 20_260_801 },
  )
})

describe('of a device at 250 Hz that drifts, behind 5 ms of jitter, times are the truth and the least delay', () => {
  test.each([-100, 0, 100])('%i ppm: within 1 ms from the first second on', (ppm) => {
    const { worstMs, periodError } = stamped({ rateHz: 250 / (1 + ppm * 1e-6) })
    expect(worstMs(1, 60)).toBeLessThan(0.4)
    expect(worstMs(50, 60)).toBeLessThan(0.1)
    expect(Math.abs(periodError)).toBeLessThan(3)
  })

  test('the same in chunks of ten frames, which are a tenth of the evidence', () => {
    const { worstMs, periodError } = stamped({ chunkFrames: 10 })
    expect(worstMs(1, 60)).toBeLessThan(0.8)
    expect(worstMs(50, 60)).toBeLessThan(0.3)
    expect(Math.abs(periodError)).toBeLessThan(8)
  })
})

test('frames that the link delivers every 40 ms are spread as they were taken', () => {
  // The first of ten waits 36 ms for the last.
  const burst = (at: number) => 0.036 - (Math.round(at * cyton.rateHz) % 10) * 0.004
  const { worstMs, periodError } = stamped({ delay: burst })
  expect(worstMs(1, 60)).toBeLessThan(0.5)
  expect(Math.abs(periodError)).toBeLessThan(5)
})

describe('a late arrival is a busy host, and moves nothing', () => {
  test.each([0.5, 2, 30])('500 ms late, with all that stand behind it, after %f s', (when) => {
    const late = (at: number, chance: () => number) =>
      jitter(at, chance) + (at >= when && at < when + 0.004 ? 0.5 : 0)
    const moved = stamped({ delay: late })
    const unmoved = stamped({})
    const shifts = moved.errors.map((error, i) => Math.abs(error - unmoved.errors[i]!))
    expect(shifts.reduce((worst, shift) => Math.max(worst, shift), 0)).toBeLessThan(0.0005)
  })

  test('three seconds of silence, then all of them at once', () => {
    const stalled = (at: number, chance: () => number) =>
      jitter(at, chance) + (at >= 20 && at < 23 ? 23 - at : 0)
    const { worstMs, periodError } = stamped({ delay: stalled })
    expect(worstMs(1, 60)).toBeLessThan(0.4)
    expect(Math.abs(periodError)).toBeLessThan(3)
  })

  test('a first arrival that is late is forgotten within a second', () => {
    const delay = (at: number, chance: () => number) => jitter(at, chance) + (at < 0.004 ? 0.2 : 0)
    expect(stamped({ delay }).worstMs(1, 60)).toBeLessThan(0.6)
  })

  test('a delay that stays is taken over after a second', () => {
    const delay = (at: number, chance: () => number) => jitter(at, chance) + (at >= 20 ? 0.3 : 0)
    const { worstMs, periodError } = stamped({ delay })
    expect(worstMs(1, 20)).toBeLessThan(0.4)
    expect(worstMs(22, 60, 0.3)).toBeLessThan(0.8)
    expect(Math.abs(periodError)).toBeLessThan(10)
  })
})

describe('a nominal rate that is far from the real one gives way to it', () => {
  test.each([
    ['a replay at speed 8', 8, 8, 2],
    ['a replay at speed 100', 100, 100, 2],
    ['a replay at speed 1.1', 1.1, 1, 8],
    ['a replay at half the speed', 0.5, 1, 6],
    ['a replay at speed 0.1', 0.1, 1, 8],
  ])('%s', (_what, speed, chunkFrames, after) => {
    const device = { rateHz: 250 * speed, chunkFrames, seconds: 30 }
    const { worstMs, periodError } = stamped(device)
    // Until then they are within a second of the truth.
    expect(worstMs(0, after)).toBeLessThan(1000)
    expect(worstMs(after, 30)).toBeLessThan(1)
    expect(Math.abs(periodError)).toBeLessThan(20)
  })
})

test('a restart keeps what was learnt of the rate, and forgets the place', () => {
  const fit = new TimeFit(250)
  const chance = random(3)
  const period = (1 + 100e-6) / 250
  const time = new Float64Array(1)
  const stampAt = (index: number, taken: number) => {
    fit.stamp(index, 1, Float64Array.of(taken + chance() * jitterSeconds), time)
    return time[0]! - taken
  }
  for (let i = 0; i < 15_000; i++) stampAt(i, start + i * period)
  fit.restart()
  let error = 0
  // Samples that nobody counted: the index says nothing of the 10 s between.
  for (let i = 0; i < 250; i++) error = stampAt(15_000 + i, start + 10 + (15_000 + i) * period)
  expect(Math.abs(error)).toBeLessThan(0.0005)
  expect(Math.abs(fit.periodSeconds / period - 1)).toBeLessThan(5e-6)
})

test('an irregular stream has the times of its arrivals, kept apart where they coincide', () => {
  const fit = new TimeFit(0)
  const times = new Float64Array(4)
  fit.stamp(0, 4, Float64Array.of(5, 6, 6, 7.5), times)
  expect([...times]).toEqual([5, 6, expect.closeTo(6, 6), 7.5])
  expect(times[2]).toBeGreaterThan(6)
  expect(fit.periodSeconds).toBe(0)
})
