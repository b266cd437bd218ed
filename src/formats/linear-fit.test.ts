/** The line through stamps must be as good as the stamps, whatever their clock counts from. */
import { describe, expect, it } from 'vitest'
import { LinearFit } from './linear-fit.ts'

describe('a line through the stamps of a regular stream', () => {
  it.each([
    ['from the start of a machine', 1000, 250],
    ['since 1970', 1.78e9, 250],
    ['since 1970, at 1 kHz', 1.78e9, 1000],
    ['beyond 2^33', 2 ** 33 + 0.5, 250],
    ['before zero', -500_000, 333.3],
  ])('%s: right to a microsecond at both ends of a million samples', (_, start, rateHz) => {
    const fit = new LinearFit(1 / rateHz)
    const rows = 1_000_000
    for (let i = 0; i < rows; i++) fit.add(i, start + i / rateHz)
    expect(Math.abs(fit.at(0) - start)).toBeLessThan(1e-6)
    expect(Math.abs(fit.at(rows - 1) - (start + (rows - 1) / rateHz))).toBeLessThan(2e-6)
    expect(Math.abs(fit.slope * rateHz - 1)).toBeLessThan(1e-10)
  })

  it.each([
    ['a clock that is 200 ppm fast', 1 / 250.05],
    ['no expectation', 0],
  ])('is that of the stamps and not the expected one: %s', (_, expected) => {
    const fit = new LinearFit(expected)
    const rows = 1_000_000
    for (let i = 0; i < rows; i++) fit.add(i, 1.78e9 + i / 250 + (i % 2 === 0 ? 0.004 : -0.004))
    expect(Math.abs(fit.at(0) - 1.78e9)).toBeLessThan(1e-6)
    expect(Math.abs(fit.at(rows - 1) - (1.78e9 + (rows - 1) / 250))).toBeLessThan(2e-6)
  })

  it('is right behind a jump of the index, too', () => {
    const fit = new LinearFit(1 / 250)
    for (let i = 0; i < 1_000_000; i++) {
      const x = i < 1000 ? i : i + 12_345_678
      fit.add(x, 1.78e9 + x / 250)
    }
    expect(Math.abs(fit.at(0) - 1.78e9)).toBeLessThan(1e-6)
  })

  it('has no slope through fewer than two pairs', () => {
    const fit = new LinearFit(1 / 250)
    expect(fit.slope).toBe(0)
    fit.add(3, 7)
    expect(fit.slope).toBe(0)
    expect(fit.at(3)).toBe(7)
  })
})
