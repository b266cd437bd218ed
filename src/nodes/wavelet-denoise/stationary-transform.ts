/**
 * Stationary wavelet transform of a block whose ends meet: no level is halved, so that the result
 * does not depend on where the block begins (Nason & Silverman 1995; Coifman & Donoho 1995). As
 * pywt.swt; the inverse is the mean over all shifts, as pywt.iswt.
 */
import { type WaveletName, waveletFilters } from './wavelet-transform.ts'

export class StationaryTransform {
  /** Coefficients, `length` each: details from the finest level on, then the approximation. */
  readonly rows: readonly Float64Array[]
  readonly #low: Float64Array
  readonly #high: Float64Array
  readonly #scratch: Float64Array

  /** @param length of a block, a power of two and at least 2^levels */
  constructor(wavelet: WaveletName, length: number, levels: number) {
    const { low, high } = waveletFilters(wavelet)
    this.#low = low
    this.#high = high
    this.rows = Array.from({ length: levels + 1 }, () => new Float64Array(length))
    this.#scratch = new Float64Array(length)
  }

  forward(values: Float64Array): void {
    const levels = this.rows.length - 1
    const approximation = this.rows[levels]!
    approximation.set(values)
    for (let level = 0; level < levels; level++) {
      this.#scratch.set(approximation)
      split(this.#scratch, this.#low, this.#high, 2 ** level, approximation, this.rows[level]!)
    }
  }

  /** Rewrites the approximation on the way. */
  inverse(values: Float64Array): void {
    const levels = this.rows.length - 1
    const approximation = this.rows[levels]!
    for (let level = levels - 1; level >= 0; level--) {
      this.#scratch.set(approximation)
      join(this.#scratch, this.rows[level]!, this.#low, this.#high, 2 ** level, approximation)
    }
    values.set(approximation)
  }
}

/** @param step distance of the taps */
function split(
  values: Float64Array,
  low: Float64Array,
  high: Float64Array,
  step: number,
  approximation: Float64Array,
  detail: Float64Array,
): void {
  const n = values.length
  const taps = low.length
  for (let k = 0; k < n; k++) {
    let smooth = 0
    let rough = 0
    for (let j = 0; j < taps; j++) {
      const value = values[(k + (taps / 2 - j) * step) & (n - 1)]!
      smooth += low[j]! * value
      rough += high[j]! * value
    }
    approximation[k] = smooth
    detail[k] = rough
  }
}

/** Half of the transpose of `split`, which is the mean of its inverses on even and odd places. */
function join(
  approximation: Float64Array,
  detail: Float64Array,
  low: Float64Array,
  high: Float64Array,
  step: number,
  values: Float64Array,
): void {
  const n = values.length
  const taps = low.length
  for (let k = 0; k < n; k++) {
    let sum = 0
    for (let j = 0; j < taps; j++) {
      const at = (k - (taps / 2 - j) * step) & (n - 1)
      sum += low[j]! * approximation[at]! + high[j]! * detail[at]!
    }
    values[k] = sum / 2
  }
}
