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
    const { input, re, im } = this.#fourier
    taperOff(segment, from, this.#taper, input)
    this.#fourier.transform()
    addPowers(re, im, this.#scale, input.length % 2 === 0, sums)
  }
}

/** Takes the mean off and lets the ends fade; what `input` has beyond stays 0. */
function taperOff(
  segment: Float64Array,
  from: number,
  taper: Float64Array,
  input: Float64Array,
): void {
  const { length } = taper
  let mean = 0
  for (let i = 0; i < length; i++) mean += segment[from + i]!
  mean /= length
  for (let i = 0; i < length; i++) input[i] = (segment[from + i]! - mean) * taper[i]!
}

/** Every bin stands for two frequencies but the first, and the last of an even length. */
function addPowers(
  re: Float64Array,
  im: Float64Array,
  scale: number,
  isLastAlone: boolean,
  sums: Float64Array,
): void {
  const last = re.length - 1
  const end = isLastAlone ? last : last + 1
  sums[0] = sums[0]! + (re[0]! * re[0]! + im[0]! * im[0]!) * scale
  for (let k = 1; k < end; k++) {
    sums[k] = sums[k]! + 2 * ((re[k]! * re[k]! + im[k]! * im[k]!) * scale)
  }
  if (isLastAlone && last > 0) {
    sums[last] = sums[last]! + (re[last]! * re[last]! + im[last]! * im[last]!) * scale
  }
}
