import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { butterworth } from './iir.ts'
import { notch } from './resonators.ts'
import { gainAt } from './response.ts'
import type { Section } from './sections.ts'
import type { Band } from './zeros-poles.ts'

interface Golden {
  designs: {
    order: number
    band: Band
    rateHz: number
    sos: number[][]
    frequencies: number[]
    gain: number[]
  }[]
  notches: { frequencyHz: number; quality: number; rateHz: number; section: number[] }[]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/iir.json', import.meta.url), 'utf8'),
)

function name(band: Band): string {
  return 'cutHz' in band ? `${band.kind} ${band.cutHz}` : `${band.lowHz}–${band.highHz}`
}

for (const { order, band, rateHz, sos, frequencies, gain } of golden.designs) {
  test(`Butterworth order ${order}, ${name(band)} Hz at ${rateHz} Hz is SciPy's`, () => {
    const sections = butterworth(order, band, rateHz)
    expect(sections.length).toBe(sos.length)
    sections.forEach((section, s) => {
      const [b0, b1, b2, , a1, a2] = sos[s]!
      const wanted = [b0, b1, b2, a1, a2]
      section.forEach((value, k) => {
        expect(Math.abs(value - wanted[k]!)).toBeLessThan(1e-7)
      })
    })
    frequencies.forEach((hz, i) => {
      expect(Math.abs(gainAt({ sections, rateHz }, hz) - gain[i]!)).toBeLessThan(1e-7)
    })
  })
}

for (const { frequencyHz, quality, rateHz, section } of golden.notches) {
  test(`notch ${frequencyHz} Hz, quality ${quality} at ${rateHz} Hz is SciPy's`, () => {
    notch(frequencyHz, quality, rateHz).forEach((value, k) => {
      expect(value).toBeCloseTo(section[k]!, 12)
    })
  })
}

test('the cut-off stands at −3 dB', () => {
  const sections: Section[] = butterworth(4, { kind: 'band', lowHz: 1, highHz: 45 }, 250)
  expect(gainAt({ sections, rateHz: 250 }, 1)).toBeCloseTo(Math.SQRT1_2, 6)
  expect(gainAt({ sections, rateHz: 250 }, 45)).toBeCloseTo(Math.SQRT1_2, 6)
})

test('a filter impossible at the rate is refused, naming cut-off and limit', () => {
  expect(() => butterworth(4, { kind: 'low', cutHz: 125 }, 250)).toThrow(/125 Hz.*half the rate/)
  expect(() => butterworth(4, { kind: 'band', lowHz: 40, highHz: 10 }, 250)).toThrow(/not below/)
  expect(() => notch(60, 30, 100)).toThrow(/60 Hz/)
  expect(() => notch(50, 0, 250)).toThrow(/quality/)
})
