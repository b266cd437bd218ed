/**
 * One-sided power spectral density of a tapered segment, its mean taken off first: as
 * scipy.signal.periodogram(window=…, detrend="constant", scaling="density"), zero-padded to
 * `fftLength` where that is longer than the segment. float64.
 */
import { RealFourier } from './real-fourier.ts'

export class Periodogram {
  /** Length of a segment. */
  readonly length: number
  readonly bins: number
  readonly binHz: number
  /** Rough cost of `add`. */
  readonly nanoseconds: number
  readonly #fourier: RealFourier
  readonly #taper: Float64Array
  readonly #scale: number

  /** @param weight what the density is multiplied with before it is added */
  constructor(taper: Float64Array, rateHz: number, fftLength = taper.length, weight = 1) {
    this.length = taper.length
    this.binHz = rateHz / fftLength
    this.#fourier = new RealFourier(fftLength)
    this.bins = this.#fourier.bins
    this.nanoseconds = this.#fourier.nanoseconds + 3 * fftLength
    this.#taper = taper
    const power = taper.reduce((sum, w) => sum + w * w, 0)
    this.#scale = weight / (rateHz * power)
  }

  /**
   * Adds the density of `length` values of `segment` from `from` on to the values in `sums`: power
   * per Hz at k × binHz, `bins` of them.
   */
  add(segment: Float64Array, from: number, sums: Float64Array): void {
    const { length } = this
    const { input, re, im, bins } = this.#fourier
    let mean = 0
    for (let i = 0; i < length; i++) mean += segment[from + i]!
    mean /= length
    for (let i = 0; i < length; i++) input[i] = (segment[from + i]! - mean) * this.#taper[i]!
    this.#fourier.transform()
    const lone = input.length % 2 === 0 ? bins - 1 : bins
    for (let k = 0; k < bins; k++) {
      const power = (re[k]! * re[k]! + im[k]! * im[k]!) * this.#scale
      sums[k] = sums[k]! + (k === 0 || k === lone ? power : 2 * power)
    }
  }
}
