/**
 * Cross-spectral statistics of one pair of channels, gathered segment by segment, and the measures
 * made of them. Per frequency ten sums stand one after the other in this order.
 */
import type { Measure } from './options.ts'

/** Sums per frequency. */
export const sumsPerBin = 10
const re = 0
const im = 1
const powerX = 2
const powerY = 3
/** Sum of unit phasors. */
const unitRe = 4
const unitIm = 5
/** Sums of the sign, the magnitude and the square of the imaginary part. */
const sign = 6
const magnitude = 7
const square = 8
/** Segments in which both channels had power. */
const count = 9

/** Adds one segment: `x` and `y` hold real and imaginary part per frequency. */
export function addSegment(
  spectra: Float64Array,
  x: number,
  y: number,
  bins: number,
  sums: Float64Array,
  at: number,
): void {
  for (let k = 0, s = at; k < bins; k++, s += sumsPerBin) {
    const xr = spectra[x + 2 * k]!
    const xi = spectra[x + 2 * k + 1]!
    const yr = spectra[y + 2 * k]!
    const yi = spectra[y + 2 * k + 1]!
    const crossRe = xr * yr + xi * yi
    const crossIm = xi * yr - xr * yi
    const length = Math.sqrt(crossRe * crossRe + crossIm * crossIm)
    if (!(length > 0)) continue
    sums[s + re] = sums[s + re]! + crossRe
    sums[s + im] = sums[s + im]! + crossIm
    sums[s + powerX] = sums[s + powerX]! + xr * xr + xi * xi
    sums[s + powerY] = sums[s + powerY]! + yr * yr + yi * yi
    sums[s + unitRe] = sums[s + unitRe]! + crossRe / length
    sums[s + unitIm] = sums[s + unitIm]! + crossIm / length
    sums[s + sign] = sums[s + sign]! + Math.sign(crossIm)
    sums[s + magnitude] = sums[s + magnitude]! + Math.abs(crossIm)
    sums[s + square] = sums[s + square]! + crossIm * crossIm
    sums[s + count] = sums[s + count]! + 1
  }
}

/** A weight w enters the sum of squares as w², so that the debiased index stays unbiased. */
export function fadeSums(sums: Float64Array, fade: number): void {
  for (let s = 0; s < sums.length; s += sumsPerBin) {
    for (let i = 0; i < sumsPerBin; i++) sums[s + i] = sums[s + i]! * fade
    sums[s + square] = sums[s + square]! * fade
  }
}

/**
 * Mean of a measure over the frequencies `first` to `end` (exclusive), to `into[to]`; 0 where
 * nothing is known.
 */
export function measureOver(
  measure: Measure,
  sums: Float64Array,
  at: number,
  first: number,
  end: number,
  into: Float32Array,
  to: number,
): void {
  const from = at + first * sumsPerBin
  const after = at + end * sumsPerBin
  const write = measures[measure]
  write(sums, from, after, end - first, into, to)
}

/** One loop per measure: a number given back for every frequency would be garbage. */
type Write = (
  sums: Float64Array,
  from: number,
  after: number,
  bins: number,
  into: Float32Array,
  to: number,
) => void

const measures: Readonly<Record<Measure, Write>> = {
  coherence(sums, from, after, bins, into, to) {
    let sum = 0
    for (let s = from; s < after; s += sumsPerBin) {
      const power = sums[s + powerX]! * sums[s + powerY]!
      const x = sums[s + re]!
      const y = sums[s + im]!
      if (power > 0) sum += (x * x + y * y) / power
    }
    into[to] = sum / bins
  },
  'imaginary-coherence'(sums, from, after, bins, into, to) {
    let sum = 0
    for (let s = from; s < after; s += sumsPerBin) {
      const power = sums[s + powerX]! * sums[s + powerY]!
      if (power > 0) sum += sums[s + im]! / Math.sqrt(power)
    }
    into[to] = sum / bins
  },
  plv(sums, from, after, bins, into, to) {
    let sum = 0
    for (let s = from; s < after; s += sumsPerBin) {
      const x = sums[s + unitRe]!
      const y = sums[s + unitIm]!
      if (sums[s + count]! > 0) sum += Math.sqrt(x * x + y * y) / sums[s + count]!
    }
    into[to] = sum / bins
  },
  pli(sums, from, after, bins, into, to) {
    let sum = 0
    for (let s = from; s < after; s += sumsPerBin) {
      if (sums[s + count]! > 0) sum += Math.abs(sums[s + sign]!) / sums[s + count]!
    }
    into[to] = sum / bins
  },
  wpli(sums, from, after, bins, into, to) {
    let sum = 0
    for (let s = from; s < after; s += sumsPerBin) {
      if (sums[s + magnitude]! > 0) sum += Math.abs(sums[s + im]!) / sums[s + magnitude]!
    }
    into[to] = sum / bins
  },
  'wpli-debiased'(sums, from, after, bins, into, to) {
    let sum = 0
    for (let s = from; s < after; s += sumsPerBin) {
      const whole = sums[s + magnitude]! * sums[s + magnitude]!
      const pairs = whole - sums[s + square]!
      const imaginary = sums[s + im]! * sums[s + im]!
      // With a single segment, or none, the difference is rounding error.
      if (pairs > 1e-12 * whole) sum += (imaginary - sums[s + square]!) / pairs
    }
    into[to] = sum / bins
  },
}
