import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type Band,
  comb,
  filterZeroPhase,
  type IirShape,
  iirSections,
  iirZerosPoles,
  impulseResponse,
  peak,
  responseOf,
  type Section,
  stepResponse,
  transitionWidthHz,
} from '../index.ts'
import type { Complex } from './complex.ts'
import { gainAt } from './response.ts'

type Pair = [re: number, im: number]
interface Golden {
  designs: {
    shape: IirShape
    order: number
    band: Band
    rateHz: number
    zeros: Pair[]
    poles: Pair[]
    gain: number
    sos: number[][]
    frequencies: number[]
    response: Pair[]
  }[]
  bessel: Pair[][]
  peaks: { frequencyHz: number; quality: number; rateHz: number; section: number[] }[]
  combs: {
    frequencyHz: number
    quality: number
    rateHz: number
    kind: 'notch' | 'peak'
    withZero: boolean
    frequencies: number[]
    response: Pair[]
  }[]
  response: Record<
    'frequencies' | 'magnitudeDb' | 'phase' | 'groupDelay' | 'impulse' | 'step',
    number[]
  >
  zeroPhase: {
    input: number[]
    rateHz: number
    filters: { order: number; band: Band; output: number[] }[]
  }
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/design_iir.json', import.meta.url), 'utf8'),
)

/** Largest distance of a root from the nearest wanted one, each taken once. */
function rootError(roots: readonly Complex[], wanted: readonly Pair[]): number {
  expect(roots.length).toBe(wanted.length)
  const left = [...wanted]
  return roots.reduce((worst, { re, im }) => {
    const distances = left.map(([r, i]) => Math.hypot(re - r, im - i))
    const best = distances.indexOf(Math.min(...distances))
    left.splice(best, 1)
    return Math.max(worst, distances[best]!)
  }, 0)
}

function worstGain(sections: Section[], rateHz: number, frequencies: number[], wanted: Pair[]) {
  return frequencies.reduce((worst, hz, i) => {
    const target = Math.hypot(...wanted[i]!)
    const error = Math.abs(gainAt({ sections, rateHz }, hz) - target)
    return Math.max(worst, error / Math.max(target, 0.1))
  }, 0)
}

describe.each([...new Set(golden.designs.map(({ shape }) => JSON.stringify(shape)))])(
  '%s',
  (key) => {
    const designs = golden.designs.filter(({ shape }) => JSON.stringify(shape) === key)
    test.each(
      designs.map((each) => [each.order, JSON.stringify(each.band), each.rateHz, each] as const),
    )('order %d, %s at %d Hz is SciPy’s within 1e-9', (order, _band, rateHz, wanted) => {
      const { shape, band } = wanted
      const filter = iirZerosPoles(shape, order, band, rateHz)
      expect(rootError(filter.zeros, wanted.zeros)).toBeLessThan(1e-9)
      expect(rootError(filter.poles, wanted.poles)).toBeLessThan(1e-9)
      expect(Math.abs(filter.gain / wanted.gain - 1)).toBeLessThan(1e-9)
      const sections = iirSections(shape, order, band, rateHz)
      expect(sections.length).toBe(wanted.sos.length)
      expect(worstGain(sections, rateHz, wanted.frequencies, wanted.response)).toBeLessThan(1e-9)
    })

    test('no section has more gain on the way than SciPy’s', () => {
      for (const { shape, order, band, rateHz, sos } of designs) {
        const ours = iirSections(shape, order, band, rateHz)
        const theirs = sos.map(
          ([b0, b1, b2, , a1, a2]) => [b0, b1, b2, a1, a2] as unknown as Section,
        )
        expect(largestOnTheWay(ours, rateHz)).toBeLessThanOrEqual(
          largestOnTheWay(theirs, rateHz) * 1.01,
        )
      }
    })
  },
)

/** Largest gain after any section but the last, whatever the overall gain's place. */
function largestOnTheWay(sections: readonly Section[], rateHz: number): number {
  let largest = 0
  for (let count = 1; count < sections.length; count++) {
    const part = sections.slice(0, count)
    for (let hz = rateHz / 4000; hz < rateHz / 2; hz *= 1.05) {
      largest = Math.max(largest, gainAt({ sections: part, rateHz }, hz))
    }
  }
  return largest
}

test('Bessel poles up to order 15 are SciPy’s within 1e-9', () => {
  golden.bessel.forEach((wanted, i) => {
    const prototype = iirZerosPoles(
      { kind: 'bessel', cut: 'phase' },
      i + 1,
      { kind: 'low', cutHz: 1 },
      4,
    )
    // At a quarter of the rate the bilinear map takes s to (1 + s) / (1 − s).
    const mapped = wanted.map(([re, im]): Pair => {
      const d = (1 - re) ** 2 + im ** 2
      return [(1 - re * re - im * im) / d, (2 * im) / d]
    })
    expect(rootError(prototype.poles, mapped)).toBeLessThan(1e-9)
  })
})

test('peaks and combs are SciPy’s', () => {
  for (const { frequencyHz, quality, rateHz, section } of golden.peaks) {
    peak(frequencyHz, quality, rateHz).forEach((value, k) => {
      expect(value).toBeCloseTo(section[k]!, 12)
    })
  }
  for (const each of golden.combs) {
    const sections = comb(each.frequencyHz, each.quality, each.rateHz, each)
    expect(worstGain(sections, each.rateHz, each.frequencies, each.response)).toBeLessThan(1e-9)
  }
})

test('the response as data is SciPy’s', () => {
  const rateHz = 250
  const shape: IirShape = { kind: 'elliptic', rippleDb: 1, attenuationDb: 50 }
  const sections = iirSections(shape, 4, { kind: 'band', lowHz: 8, highHz: 13 }, rateHz)
  const wanted = golden.response
  const filter = { sections, rateHz }
  const found = responseOf(filter, wanted.frequencies)
  const turns = Math.round((found.phase[0]! - wanted.phase[0]!) / (2 * Math.PI))
  wanted.frequencies.forEach((_, i) => {
    expect(Math.abs(found.magnitudeDb[i]! - wanted.magnitudeDb[i]!)).toBeLessThan(1e-6)
    expect(Math.abs(found.phase[i]! - turns * 2 * Math.PI - wanted.phase[i]!)).toBeLessThan(1e-6)
    expect(Math.abs(found.groupDelaySamples[i]! - wanted.groupDelay[i]!)).toBeLessThan(1e-6)
  })
  const impulse = impulseResponse(filter, 300)
  const step = stepResponse(filter, 300)
  for (let i = 0; i < 300; i++) {
    expect(Math.abs(impulse[i]! - wanted.impulse[i]!)).toBeLessThan(1e-10)
    expect(Math.abs(step[i]! - wanted.step[i]!)).toBeLessThan(1e-10)
  }
})

test('an elliptic filter falls the fastest, and the transition is measured on either side', () => {
  const width = (shape: IirShape, edgeHz: number) =>
    transitionWidthHz(
      {
        sections: iirSections(shape, 4, { kind: 'band', lowHz: 8, highHz: 13 }, 250),
        rateHz: 250,
      },
      edgeHz,
      -3,
      -40,
    )
  const elliptic: IirShape = { kind: 'elliptic', rippleDb: 1, attenuationDb: 50 }
  for (const edgeHz of [8, 13]) {
    expect(width(elliptic, edgeHz)).toBeLessThan(width({ kind: 'chebyshev1', rippleDb: 1 }, edgeHz))
    expect(width(elliptic, edgeHz)).toBeGreaterThan(0.1)
    expect(width({ kind: 'butterworth' }, edgeHz)).toBeLessThan(10)
  }
  const low = iirSections({ kind: 'butterworth' }, 4, { kind: 'low', cutHz: 10 }, 250)
  expect(transitionWidthHz({ sections: low, rateHz: 250 }, 10, 1, -40)).toBeNaN()
})

test('forward and backward over a recording is SciPy’s sosfiltfilt', () => {
  const { input, rateHz, filters } = golden.zeroPhase
  for (const { order, band, output } of filters) {
    const signal = Float64Array.from(input)
    filterZeroPhase(iirSections({ kind: 'butterworth' }, order, band, rateHz), signal)
    signal.forEach((value, i) => {
      expect(Math.abs(value - output[i]!)).toBeLessThan(1e-7)
    })
  }
  const sections = iirSections({ kind: 'butterworth' }, 4, { kind: 'low', cutHz: 30 }, rateHz)
  expect(() => filterZeroPhase(sections, new Float64Array(10))).toThrow(/10 samples.*15/)
})

test('what cannot be is refused, naming the value and what is allowed', () => {
  const band: Band = { kind: 'band', lowHz: 1, highHz: 40 }
  const bad = (shape: IirShape, order = 4) => expect(() => iirSections(shape, order, band, 250))
  bad({ kind: 'butterworth' }, 2.5).toThrow(/order 2.5.*from 1 to 24/)
  bad({ kind: 'bessel', cut: 'phase' }, 16).toThrow(/order 16.*from 1 to 15/)
  bad({ kind: 'chebyshev1', rippleDb: 0 }).toThrow(/ripple 0 dB.*0.001 and 20/)
  bad({ kind: 'chebyshev2', attenuationDb: 300 }).toThrow(/attenuation 300 dB.*1 and 200/)
  bad({ kind: 'elliptic', rippleDb: 3, attenuationDb: 2 }).toThrow(/attenuation 2 dB.*3 and 200/)
  expect(() =>
    iirSections({ kind: 'butterworth' }, 24, { kind: 'band', lowHz: 0.001, highHz: 0.002 }, 30_000),
  ).toThrow(/order 24.*float64 at 30000 Hz/)
  expect(() => comb(60, 30, 250, { kind: 'notch', withZero: true })).toThrow(/60 Hz.*50 and 62.5/)
  expect(() => comb(50, 2, 250, { kind: 'notch', withZero: true })).toThrow(/quality 2/)
  expect(() => peak(200, 30, 250)).toThrow(/200 Hz/)
})
