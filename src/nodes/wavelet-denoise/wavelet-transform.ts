/**
 * Orthogonal discrete wavelet transform of a block whose ends meet (pywt's mode "periodization"),
 * after Mallat (1989). In place: the coefficients stand as approximation of the last level, then
 * details from the coarsest to the finest.
 */

/** Daubechies (1992), tables 6.1 and 6.3. */
const lowPasses = {
  db4: [
    -0.010597401785069032, 0.0328830116668852, 0.030841381835560764, -0.18703481171909309,
    -0.027983769416859854, 0.6308807679298589, 0.7148465705529157, 0.2303778133088965,
  ],
  sym4: [
    -0.07576571478927333, -0.02963552764599851, 0.49761866763201545, 0.8037387518059161,
    0.29785779560527736, -0.09921954357684722, -0.012603967262037833, 0.0322231006040427,
  ],
} as const

export type WaveletName = keyof typeof lowPasses

/** Low-pass and high-pass of the decomposition. */
export function waveletFilters(wavelet: WaveletName): { low: Float64Array; high: Float64Array } {
  const low = Float64Array.from(lowPasses[wavelet])
  const { length: taps } = low
  // The mirror of the low-pass with alternating signs.
  return { low, high: low.map((_, j) => (j % 2 ? 1 : -1) * low[taps - 1 - j]!) }
}

export class WaveletTransform {
  readonly #low: Float64Array
  readonly #high: Float64Array
  readonly #scratch: Float64Array

  /** @param length of the longest block */
  constructor(wavelet: WaveletName, length: number) {
    const { low, high } = waveletFilters(wavelet)
    this.#low = low
    this.#high = high
    this.#scratch = new Float64Array(length)
  }

  /** @param values a multiple of 2^levels of them */
  forward(values: Float64Array, levels: number): void {
    for (let level = 0, n = values.length; level < levels; level++, n /= 2) this.#split(values, n)
  }

  inverse(values: Float64Array, levels: number): void {
    for (let level = levels - 1; level >= 0; level--) this.#join(values, values.length / 2 ** level)
  }

  #split(values: Float64Array, n: number): void {
    const half = n / 2
    const taps = this.#low.length
    for (let k = 0; k < half; k++) {
      let approximation = 0
      let detail = 0
      for (let j = 0; j < taps; j++) {
        const value = values[(2 * k + taps / 2 - j + n * taps) % n]!
        approximation += this.#low[j]! * value
        detail += this.#high[j]! * value
      }
      this.#scratch[k] = approximation
      this.#scratch[half + k] = detail
    }
    for (let i = 0; i < n; i++) values[i] = this.#scratch[i]!
  }

  /** The transpose of `#split`, which is its inverse. */
  #join(values: Float64Array, n: number): void {
    const half = n / 2
    const taps = this.#low.length
    for (let i = 0; i < n; i++) this.#scratch[i] = 0
    for (let k = 0; k < half; k++) {
      for (let j = 0; j < taps; j++) {
        const at = (2 * k + taps / 2 - j + n * taps) % n
        const part = this.#low[j]! * values[k]! + this.#high[j]! * values[half + k]!
        this.#scratch[at] = this.#scratch[at]! + part
      }
    }
    for (let i = 0; i < n; i++) values[i] = this.#scratch[i]!
  }
}
