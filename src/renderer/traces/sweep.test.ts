import { describe, expect, it } from 'vitest'
import { axisStep, passOf, runsOf, stripsBetween, sweepX } from './sweep.ts'

describe('a sweep', () => {
  it('begins again at the left edge after each pass', () => {
    expect(sweepX(12.5, 10, 1000)).toBe(250)
    expect(sweepX(20, 10, 1000)).toBe(0)
    expect(passOf(19.99, 10)).toBe(1)
  })

  it('passes one strip, or two around the right edge', () => {
    expect(stripsBetween(1, 2, 10, 100)).toEqual([{ x0: 10, x1: 20 }])
    expect(stripsBetween(9, 11, 10, 100)).toEqual([
      { x0: 90, x1: 100 },
      { x0: 0, x1: 10 },
    ])
    expect(stripsBetween(9, 10, 10, 100)).toEqual([{ x0: 90, x1: 100 }])
    expect(stripsBetween(0, 25, 10, 100)).toEqual([{ x0: 0, x1: 100 }])
    expect(stripsBetween(3, 3, 10, 100)).toEqual([])
  })

  it('never draws a line over the edge of the screen', () => {
    const buffer = { start: 0, gaps: [], timeAt: (position: number) => position / 10 }
    expect(runsOf(buffer, 95, 105, 10)).toEqual([
      { from: 95, to: 100, joined: true },
      { from: 100, to: 105, joined: false },
    ])
  })

  it('never draws a line over missing bins, whether they lie within or just before', () => {
    const gaps = [{ position: 5 }, { position: 8 }]
    const buffer = { start: 0, gaps, timeAt: (position: number) => position / 100 }
    expect(runsOf(buffer, 5, 10, 10)).toEqual([
      { from: 5, to: 8, joined: false },
      { from: 8, to: 10, joined: false },
    ])
    expect(runsOf(buffer, 3, 5, 10)).toEqual([{ from: 3, to: 5, joined: true }])
    expect(runsOf(buffer, 3, 3, 10)).toEqual([])
  })

  it('joins what comes now to what came before, but not to what was overwritten', () => {
    const buffer = { start: 4, gaps: [], timeAt: (position: number) => position / 100 }
    expect(runsOf(buffer, 6, 7, 10)[0]?.joined).toBe(true)
    expect(runsOf(buffer, 4, 7, 10)[0]?.joined).toBe(false)
    expect(runsOf(buffer, 6, 7, 10, 0.06)[0]?.joined).toBe(false)
  })

  it('labels its axis at most ten times', () => {
    expect([1, 2, 5, 10, 20, 30, 60].map(axisStep)).toEqual([0.2, 0.2, 0.5, 1, 2, 5, 10])
  })
})
