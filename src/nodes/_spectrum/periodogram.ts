/**
 * One-sided power spectral density of a windowed segment: Hann window (periodic), constant trend
 * removed, density scaling. As scipy.signal.periodogram(window="hann", detrend="constant") with
 * the segment zero-padded to `fftLength`.
 */
import FFT from 'fft.js'

export class Periodogram {
  readonly fftLength: number
  /** Power per Hz at k × rate / fftLength; rewritten by every call of `of`. */
  readonly density: Float64Array
  readonly #fft: FFT
  readonly #window: Float64Array
  readonly #padded: Float64Array
  readonly #spectrum: number[]
  readonly #scale: number

  constructor(length: number, rateHz: number) {
    this.fftLength = 2 ** Math.ceil(Math.log2(Math.max(8, length)))
    this.#fft = new FFT(this.fftLength)
    this.#window = Float64Array.from(
      { length },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length),
    )
    this.#padded = new Float64Array(this.fftLength)
    this.#spectrum = this.#fft.createComplexArray()
    this.density = new Float64Array(this.fftLength / 2 + 1)
    const windowPower = this.#window.reduce((sum, w) => sum + w * w, 0)
    this.#scale = 1 / (rateHz * windowPower)
  }

  /** @param segment `length` values from `start` on, `step` apart, in a ring of `size` values */
  of(segment: Float32Array, start: number, step: number, size: number): Float64Array {
    const { length } = this.#window
    let mean = 0
    for (
      let i = 0, at = start;
      i < length;
      i++, at = at + step < size ? at + step : at + step - size
    ) {
      const value = segment[at]!
      this.#padded[i] = value
      mean += value / length
    }
    for (let i = 0; i < length; i++) this.#padded[i] = (this.#padded[i]! - mean) * this.#window[i]!
    this.#fft.realTransform(this.#spectrum, this.#padded)
    const last = this.density.length - 1
    for (let k = 0; k <= last; k++) {
      const re = this.#spectrum[2 * k]!
      const im = this.#spectrum[2 * k + 1]!
      const sides = k === 0 || k === last ? 1 : 2
      this.density[k] = (re * re + im * im) * this.#scale * sides
    }
    return this.density
  }
}
