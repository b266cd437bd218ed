/** The part of fft.js that is used here. */
declare module 'fft.js' {
  class FFT {
    /** @param size a power of two, at least 2 */
    constructor(size: number)
    createComplexArray(): number[]
    /** Fills the first half of `out` (interleaved complex) from `size` real values. */
    realTransform(out: number[], data: ArrayLike<number>): void
    /** Both interleaved complex; `out` and `data` must not be the same. */
    transform(out: number[], data: ArrayLike<number>): void
    /** Divides by the size, so that it undoes `transform`. */
    inverseTransform(out: number[], data: ArrayLike<number>): void
  }
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it.
  export default FFT
}
