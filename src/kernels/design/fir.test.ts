import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  type Band,
  type FirWindow,
  firByRemez,
  firByWindow,
  type GainBand,
  impulseResponse,
  kaiserPlan,
  responseOf,
  tapsForTransition,
} from '../index.ts'
import { gainAt } from './response.ts'

interface Golden {
  windowed: { band: Band; window: FirWindow; rateHz: number; taps: number[] }[]
  equiripple: { rateHz: number; taps: number[]; bands: Required<GainBand>[] }[]
  kaiser: { attenuationDb: number; transitionHz: number; rateHz: number; plan: number[] }[]
  delay: { taps: number[]; frequencies: number[]; samples: number[] }
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/design_fir.json', import.meta.url), 'utf8'),
)

for (const { band, window, rateHz, taps } of golden.windowed) {
  test(`${taps.length} taps, ${JSON.stringify(band)}, ${JSON.stringify(window)}: SciPy’s within 1e-12`, () => {
    const found = firByWindow(taps.length, band, window, rateHz)
    found.forEach((value, i) => {
      expect(Math.abs(value - taps[i]!)).toBeLessThan(1e-12)
    })
  })
}

/** Largest weighted error over the bands. */
function ripple(taps: ArrayLike<number>, bands: Required<GainBand>[], rateHz: number): number {
  return Math.max(
    ...bands.flatMap(({ lowHz, highHz, gain, weight }) =>
      Array.from({ length: 2001 }, (_, i) => {
        const hz = lowHz + ((highHz - lowHz) * i) / 2000
        return weight * Math.abs(gainAt({ taps, rateHz }, hz) - gain)
      }),
    ),
  )
}

for (const { rateHz, taps, bands } of golden.equiripple) {
  test(`${taps.length} taps by Remez exchange at ${rateHz} Hz are SciPy’s, and ripple no more`, () => {
    const found = firByRemez(taps.length, bands, rateHz)
    const worst = Math.max(...found.map((value, i) => Math.abs(value - taps[i]!)))
    const size = ripple(taps, bands, rateHz)
    expect(worst).toBeLessThan(1e-3 * size)
    expect(ripple(found, bands, rateHz)).toBeLessThan(size * (1 + 1e-4))
  })
}

test('Kaiser’s estimate is SciPy’s, made odd', () => {
  for (const { attenuationDb, transitionHz, rateHz, plan } of golden.kaiser) {
    const { taps, kaiserBeta } = kaiserPlan(attenuationDb, transitionHz, rateHz)
    expect(kaiserBeta).toBeCloseTo(plan[1]!, 12)
    expect(taps - plan[0]!).toBe((plan[0]! + 1) % 2)
  }
})

test('the group delay of taps is SciPy’s, and half their length where they are symmetric', () => {
  const { taps, frequencies, samples } = golden.delay
  const { groupDelaySamples } = responseOf({ taps, rateHz: 250 }, frequencies)
  const sound = frequencies.filter((hz) => gainAt({ taps, rateHz: 250 }, hz) > 1e-3)
  for (const hz of sound) {
    const i = frequencies.indexOf(hz)
    expect(Math.abs(groupDelaySamples[i]! - samples[i]!)).toBeLessThan(1e-6)
  }
  const low = firByWindow(51, { kind: 'low', cutHz: 40 }, 'hamming', 250)
  const even = responseOf({ taps: low, rateHz: 250 }, frequencies)
  expect(even.groupDelaySamples.every((delay) => delay === 25)).toBe(true)
  expect([...impulseResponse({ taps: low, rateHz: 250 }, 60).slice(0, 51)]).toEqual([...low])
})

test('a Hamming window is as steep as asked for', () => {
  const taps = tapsForTransition('hamming', 5, 250)
  expect(taps).toBe(165)
  const values = firByWindow(taps, { kind: 'low', cutHz: 40 }, 'hamming', 250)
  expect(gainAt({ taps: values, rateHz: 250 }, 37.5)).toBeGreaterThan(0.99)
  expect(gainAt({ taps: values, rateHz: 250 }, 42.5)).toBeLessThan(0.01)
})

test('the exchange settles also where it begins far from the optimum', () => {
  const bands = [
    { lowHz: 0, highHz: 86.27, gain: 1, weight: 1 },
    { lowHz: 95.87, highHz: 133.2, gain: 0, weight: 290 },
    { lowHz: 142.79, highHz: 250, gain: 1, weight: 1 },
  ]
  const taps = firByRemez(133, bands, 500)
  const stopped = Array.from({ length: 38 }, (_, i) => gainAt({ taps, rateHz: 500 }, 95.9 + i))
  expect(Math.max(...stopped)).toBeLessThan(2e-4)
  expect(ripple(taps, bands, 500)).toBeLessThan(0.05)
})

test('what cannot be is refused, naming the value and what is allowed', () => {
  const low: Band = { kind: 'low', cutHz: 200 }
  expect(() => firByWindow(51, low, 'hann', 250)).toThrow(/200 Hz.*125 Hz/)
  expect(() => firByWindow(50, { kind: 'high', cutHz: 20 }, 'hann', 250)).toThrow(/50 taps.*odd/)
  expect(() => firByWindow(1.5, { kind: 'high', cutHz: 20 }, 'hann', 250)).toThrow(/1.5 taps/)
  expect(() => kaiserPlan(10, 1, 250)).toThrow(/10 dB.*21/)
  expect(() => tapsForTransition('hann', 0, 250)).toThrow(/0 Hz/)
  const band = (lowHz: number, highHz: number, gain = 1) => ({ lowHz, highHz, gain })
  expect(() => firByRemez(51, [band(0, 30), band(20, 60, 0)], 250)).toThrow(/20–60 Hz.*30/)
  expect(() => firByRemez(51, [band(0, 300)], 250)).toThrow(/0–300 Hz.*125/)
  expect(() => firByRemez(50, [band(0, 10, 0), band(20, 125)], 250)).toThrow(/50 taps.*odd/)
  expect(() => firByRemez(51, [], 250)).toThrow(/no bands/)
})
