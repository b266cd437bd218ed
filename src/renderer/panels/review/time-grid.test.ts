import { describe, expect, it } from 'vitest'
import { timeLines } from './time-grid.ts'

const strong = (lines: ReturnType<typeof timeLines>) =>
  lines.filter(({ isStrong }) => isStrong).map(({ seconds }) => seconds)

describe('the lines of time', () => {
  it('stand at every second where there is room', () => {
    const lines = timeLines(3.5, 10, 800)
    expect(lines.map(({ seconds }) => seconds)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    expect(strong(lines)).toEqual([4, 6, 8, 10, 12])
  })

  it('become fewer as the stretch becomes longer, and every label has a line', () => {
    for (const seconds of [0.1, 1, 7, 60, 600, 5000, 86_400]) {
      const lines = timeLines(0, seconds, 900)
      expect(lines.length).toBeLessThanOrEqual(900 / 12 + 1)
      expect(strong(lines).length).toBeGreaterThan(1)
      expect(strong(lines).length).toBeLessThanOrEqual(900 / 84 + 1)
    }
  })
})
