import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LockIn } from './lock-in.ts'

function amplitude(lockIn: LockIn, sampleAt: (n: number) => number): number {
  for (let n = 0; ; n++) {
    const value = lockIn.push(sampleAt(n))
    if (!Number.isNaN(value)) return value
  }
}

describe('a window holds whole cycles', () => {
  test.each([
    [250, 31.25, 248],
    [200, 31.25, 192],
    [1000, 31.25, 992],
    [256, 30, 256],
  ])('at %i Hz of a tone of %f Hz', (rateHz, toneHz, frames) => {
    const lockIn = new LockIn(rateHz, toneHz)
    expect(lockIn.windowFrames).toBe(frames)
    expect((frames * toneHz) / rateHz).toBeCloseTo(Math.round((frames * toneHz) / rateHz), 9)
  })
})

test('the amplitude is the tone’s, whatever its phase, beside any offset, drift and mains', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 3000, noNaN: true }),
      fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
      fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      fc.double({ min: -100, max: 100, noNaN: true }),
      (peak, phase, offset, driftPerSecond) => {
        const lockIn = new LockIn(250, 31.25)
        const found = amplitude(lockIn, (n) => {
          const t = n / 250
          return peak * Math.sin(2 * Math.PI * 31.25 * t + phase) + offset + driftPerSecond * t
        })
        expect(Math.abs(found / peak - 1)).toBeLessThan(0.01)
      },
    ),
    { numRuns: 200, seed: 5 },
  )
})

test('a gap begins the window anew', () => {
  const lockIn = new LockIn(250, 31.25)
  for (let n = 0; n < 200; n++) lockIn.push(1e6)
  lockIn.restart()
  expect(amplitude(lockIn, (n) => Math.sin((2 * Math.PI * 31.25 * n) / 250))).toBeCloseTo(1, 2)
})
