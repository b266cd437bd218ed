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

/** Mean of a measure over the frequencies `first` to `end` (exclusive); 0 where nothing is known. */
export function measureOver(
  measure: Measure,
  sums: Float64Array,
  at: number,
  first: number,
  end: number,
): number {
  let mean = 0
  for (let k = first; k < end; k++) mean += measureAt(measure, sums, at + k * sumsPerBin)
  return mean / (end - first)
}

function measureAt(measure: Measure, sums: Float64Array, s: number): number {
  switch (measure) {
    case 'coherence': {
      const power = sums[s + powerX]! * sums[s + powerY]!
      return power > 0 ? (sums[s + re]! ** 2 + sums[s + im]! ** 2) / power : 0
    }
    case 'imaginary-coherence': {
      const power = sums[s + powerX]! * sums[s + powerY]!
      return power > 0 ? sums[s + im]! / Math.sqrt(power) : 0
    }
    case 'plv':
      return sums[s + count]! > 0
        ? Math.sqrt(sums[s + unitRe]! ** 2 + sums[s + unitIm]! ** 2) / sums[s + count]!
        : 0
    case 'pli':
      return sums[s + count]! > 0 ? Math.abs(sums[s + sign]!) / sums[s + count]! : 0
    case 'wpli':
      return sums[s + magnitude]! > 0 ? Math.abs(sums[s + im]!) / sums[s + magnitude]! : 0
    case 'wpli-debiased': {
      const pairs = sums[s + magnitude]! ** 2 - sums[s + square]!
      // With a single segment, or none, the difference is rounding error.
      const known = pairs > 1e-12 * sums[s + magnitude]! ** 2
      return known ? (sums[s + im]! ** 2 - sums[s + square]!) / pairs : 0
    }
  }
}
