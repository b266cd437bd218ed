/** Tapers: what a segment is multiplied with, so that its ends do not smear the spectrum. */
export const taperNames = ['hann', 'hamming', 'blackman', 'none'] as const
export type TaperName = (typeof taperNames)[number]

/** Cosine terms, alternating in sign. */
const terms: Readonly<Record<TaperName, readonly number[]>> = {
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
  none: [1],
}

/** Periodic, as scipy.signal.get_window gives for spectra. */
export function taperOf(name: TaperName, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) =>
    terms[name].reduce((sum, a, k) => {
      const sign = k % 2 === 0 ? 1 : -1
      return sum + sign * a * Math.cos((2 * Math.PI * k * i) / length)
    }, 0),
  )
}
