import { describe, expect, it } from 'vitest'
import {
  fittedDivision,
  isVoltage,
  scaleSteps,
  step,
  timeBases,
  unitsPerDivision,
  wantedBinRate,
} from './steps.ts'

describe('steps', () => {
  it('walk the 1-2-5 series and stop at its ends', () => {
    expect(step(scaleSteps, 100, 1)).toBe(200)
    expect(step(scaleSteps, 100, -1)).toBe(50)
    expect(step(scaleSteps, 5000, 1)).toBe(5000)
    expect(step(timeBases, 1, -1)).toBe(1)
  })

  it('find their way back into the series', () => {
    expect(step(scaleSteps, 70, 1)).toBe(100)
    expect(step(scaleSteps, 70, -1)).toBe(50)
  })

  it('ask for two or three bins per pixel, in steps', () => {
    expect(wantedBinRate(900, 10)).toBe(250)
    expect(wantedBinRate(910, 10)).toBe(250)
    expect(wantedBinRate(100, 60)).toBe(10)
    expect(wantedBinRate(9000, 1)).toBe(4000)
  })

  it('scale voltages together and leave other units alone', () => {
    expect(unitsPerDivision('uV', 50)).toBe(50)
    expect(unitsPerDivision('mV', 50)).toBeCloseTo(0.05)
    expect(unitsPerDivision('g', 50)).toBe(1)
    expect(['uV', 'mV', 'g', '1'].map(isVoltage)).toEqual([true, true, false, false])
  })

  it('fit a division to what fills it, in 1-2-5', () => {
    expect([0.13, 0.2, 7, 4200].map((span) => fittedDivision(span, 0))).toEqual([
      0.2, 0.2, 10, 5000,
    ])
    // A value that never changes, and nothing at all.
    expect([fittedDivision(0, 0.3), fittedDivision(0, 0)]).toEqual([0.5, 1])
    expect(unitsPerDivision('uV^2', 100, 0.2)).toBe(0.2)
    expect(unitsPerDivision('uV', 100, 0.2)).toBe(100)
  })
})
