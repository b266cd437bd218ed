import { describe, expect, test } from 'vitest'
import { electrodeNames } from './electrodes.ts'
import { EegGenerator, type EegOptions } from './generator.ts'

const standard: EegOptions = { channels: 8, rateHz: 250, seed: 1, mainsHz: 50 }

function generate(options: EegOptions, frames: number, blocks: readonly number[] = [frames]) {
  const generator = new EegGenerator(options)
  const all = new Float32Array(options.channels * frames)
  for (let done = 0, i = 0; done < frames; i++) {
    const take = Math.min(frames - done, blocks[i % blocks.length]!)
    generator.fill(all.subarray(done * options.channels), options.channels, take)
    done += take
  }
  return all
}

function channelOf(all: Float32Array, channels: number, channel: number): Float64Array {
  return Float64Array.from(
    { length: all.length / channels },
    (_, f) => all[f * channels + channel]!,
  )
}

const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length
const rms = (x: Float64Array) => {
  const middle = mean(x)
  return Math.sqrt(x.reduce((sum, value) => sum + (value - middle) ** 2, 0) / x.length)
}

/** Mean power per Hz in a band, by the Fourier sums of Hann windows of 4 s. */
function power(x: Float64Array, rateHz: number, fromHz: number, toHz: number): number {
  const size = 4 * rateHz
  let sum = 0
  let bins = 0
  for (let start = 0; start + size <= x.length; start += size) {
    const middle = mean(x.subarray(start, start + size))
    for (let hz = fromHz; hz <= toHz; hz += 0.25) {
      let [re, im] = [0, 0]
      for (let n = 0; n < size; n++) {
        const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size)
        const value = (x[start + n]! - middle) * window
        re += value * Math.cos((2 * Math.PI * hz * n) / rateHz)
        im += value * Math.sin((2 * Math.PI * hz * n) / rateHz)
      }
      sum += (re * re + im * im) / (size * rateHz * 0.375)
      bins++
    }
  }
  return sum / bins
}

test('the same seed gives the same signal, sample for sample, in any block size', () => {
  const whole = generate(standard, 5000)
  for (const blocks of [[1], [7, 64], [256], [3, 1000]]) {
    expect(generate(standard, 5000, blocks)).toEqual(whole)
  }
  expect(generate({ ...standard, seed: 2 }, 5000)).not.toEqual(whole)
})

describe('the spectrum', () => {
  const rateHz = 250
  const all = generate(standard, 60 * rateHz)
  const occipital = channelOf(all, 8, electrodeNames(8).indexOf('O1'))

  test('has its alpha peak at 10 Hz, over the back of the head', () => {
    const alpha = power(occipital, rateHz, 9, 11)
    expect(alpha).toBeGreaterThan(5 * power(occipital, rateHz, 5, 7))
    expect(alpha).toBeGreaterThan(10 * power(occipital, rateHz, 14, 18))
    const frontal = channelOf(all, 8, electrodeNames(8).indexOf('Fp1'))
    expect(alpha).toBeGreaterThan(3 * power(frontal, rateHz, 9, 11))
  })

  test('has its hum at the mains frequency, and none where there are no mains', () => {
    const beside = power(occipital, rateHz, 46, 48)
    expect(power(occipital, rateHz, 50, 50)).toBeGreaterThan(50 * beside)
    const quiet = channelOf(generate({ ...standard, mainsHz: 0 }, 20 * rateHz), 8, 6)
    expect(power(quiet, rateHz, 50, 50)).toBeLessThan(3 * power(quiet, rateHz, 46, 48))
    const american = channelOf(generate({ ...standard, mainsHz: 60 }, 20 * rateHz), 8, 6)
    expect(power(american, rateHz, 60, 60)).toBeGreaterThan(50 * power(american, rateHz, 64, 66))
  })

  test('falls as the frequency rises, as that of a brain does', () => {
    const background = channelOf(
      generate({ ...standard, mainsHz: 0, alphaUv: 0, blinkUv: 0 }, 60 * rateHz),
      8,
      2,
    )
    const bands = [1, 4, 16, 64].map((hz) => power(background, rateHz, hz, hz * 1.5))
    for (let i = 1; i < bands.length; i++) expect(bands[i]).toBeLessThan(bands[i - 1]! / 2)
  })
})

test.each([100, 250, 1000, 30_000])(
  'the background is as strong as it is said to be, %i Hz',
  (rateHz) => {
    const options = { ...standard, channels: 2, rateHz, mainsHz: 0, alphaUv: 0, blinkUv: 0 }
    const all = generate({ ...options, backgroundUv: 10 }, 30 * rateHz)
    expect(rms(channelOf(all, 2, 0))).toBeGreaterThan(8)
    expect(rms(channelOf(all, 2, 0))).toBeLessThan(12)
  },
)

test('blinks come as often and as high as they should, and above all at the front', () => {
  const options = { ...standard, mainsHz: 0, alphaUv: 0, backgroundUv: 0, blinksPerMinute: 20 }
  const all = generate(options, 250 * 300)
  const frontal = channelOf(all, 8, 0)
  const floor = Math.min(...frontal)
  let blinks = 0
  for (let i = 1; i < frontal.length; i++) {
    if (frontal[i]! - floor > 60 && frontal[i - 1]! - floor <= 60) blinks++
  }
  expect(blinks / 5).toBeGreaterThan(13)
  expect(blinks / 5).toBeLessThan(27)
  const height = Math.max(...frontal) - floor
  expect(height).toBeGreaterThan(150)
  expect(height).toBeLessThan(240)
  const occipital = channelOf(all, 8, 6)
  expect(Math.max(...occipital) - Math.min(...occipital)).toBeLessThan(height / 10)
})

test('nothing is folded back: what the rate cannot hold is not there', () => {
  const slow = generate({ ...standard, rateHz: 16, backgroundUv: 0, blinkUv: 0 }, 320)
  expect(rms(channelOf(slow, 8, 6))).toBe(0)
})

test('no two channels have the same noise', () => {
  const options = { ...standard, channels: 64, mainsHz: 0, alphaUv: 0, blinkUv: 0 }
  const all = generate(options, 50)
  const courses = Array.from({ length: 64 }, (_, c) => {
    const x = channelOf(all, 64, c)
    return x.map((value) => Math.round((value - x[0]!) * 1000)).join()
  })
  expect(new Set(courses).size).toBe(64)
})
