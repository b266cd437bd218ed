// Two devices whose clocks run apart, over two hours: what happened at once stays at once.
import { describe, expect, test } from 'vitest'
import { random } from '../../test/sound-recording.ts'
import { TimeFit } from './time-fit.ts'

const hours = 2
const settleSeconds = 30
const start = 1000

interface Device {
  readonly nominalRateHz: number
  readonly ppm: number
  readonly chunkFrames: number
  /** From taking the last frame of a chunk to its arrival. */
  delay(atSeconds: number, chance: () => number): number
  /** Share of the chunks that are lost, their indices consumed. */
  readonly lossShare: number
}

/** A USB dongle: even jitter, and now and then a host that was busy for a quarter of a second. */
const serial: Device = {
  nominalRateHz: 250,
  ppm: 100,
  chunkFrames: 1,
  delay: (at, chance) => chance() * 0.005 + (at % 300 < 0.004 ? 0.25 : 0),
  lossShare: 0.01,
}

/** Bluetooth: twelve frames a packet, delays with a long tail, and a second of silence each hour. */
const wireless: Device = {
  nominalRateHz: 256,
  ppm: -100,
  chunkFrames: 12,
  delay: (at, chance) => -0.01 * Math.log(1 - 0.999 * chance()) + (at % 3600 < 0.05 ? 1 : 0),
  lossShare: 0.02,
}

/** Crystals follow the temperature of the room. */
function wander(seconds: number): number {
  return 5e-6 * (2400 / (2 * Math.PI)) * (1 - Math.cos((2 * Math.PI * seconds) / 2400))
}

/** By whole second since the start: fitted time − time taken. */
function errorsBySecond(device: Device, seed: number): { errors: Float64Array; fit: TimeFit } {
  const { nominalRateHz, ppm, chunkFrames, delay, lossShare } = device
  const chance = random(seed)
  const fit = new TimeFit(nominalRateHz)
  const errors = new Float64Array(hours * 3600).fill(Number.NaN)
  const arrivals = new Float64Array(chunkFrames)
  const times = new Float64Array(chunkFrames)
  const takenAt = (index: number) => {
    const seconds = (index / nominalRateHz) * (1 + ppm * 1e-6)
    return seconds + wander(seconds)
  }
  let arrival = 0
  for (let first = 0; takenAt(first + chunkFrames) < hours * 3600; first += chunkFrames) {
    if (chance() < lossShare) continue
    const taken = takenAt(first + chunkFrames - 1)
    arrival = Math.max(arrival, start + taken + delay(taken, chance))
    fit.stamp(first, chunkFrames, arrivals.fill(arrival), times)
    const error = times[chunkFrames - 1]! - start - taken
    errors[Math.floor(taken)] = error
  }
  return { errors, fit }
}

describe('a pair at ±100 ppm over 2 h', () => {
  const [a, b] = [errorsBySecond(serial, 3), errorsBySecond(wireless, 4)]

  test('stays within 1 ms', () => {
    let worst = 0
    let compared = 0
    for (let second = settleSeconds; second < a.errors.length; second++) {
      const apart = Math.abs(a.errors[second]! - b.errors[second]!)
      if (Number.isNaN(apart)) continue
      worst = Math.max(worst, apart)
      compared++
    }
    expect(compared).toBeGreaterThan(0.99 * hours * 3600)
    expect(worst).toBeLessThan(0.001)
  })

  test.each([
    ['serial', a.fit, serial, 0.005 / Math.sqrt(12)],
    ['wireless', b.fit, wireless, 0.01],
  ])('%s: drift, jitter and uncertainty are told', (_name, fit, { ppm }, jitter) => {
    expect(Math.abs(fit.clock.driftPpm - ppm)).toBeLessThan(12)
    expect(fit.clock.jitterSeconds).toBeGreaterThan(0.7 * jitter)
    expect(fit.clock.jitterSeconds).toBeLessThan(1.4 * jitter)
    expect(fit.clock.uncertaintySeconds).toBeLessThan(0.001)
    expect(fit.clock.uncertaintySeconds).toBeGreaterThan(1e-6)
  })
})
