/** Windows for spectra. */

/** Periodic Hann window, as scipy.signal.get_window('hann', length). */
export function hannWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length))
}
