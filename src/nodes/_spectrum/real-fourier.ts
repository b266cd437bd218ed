/**
 * Fourier transform of a real segment of any length, float64: bins stand exactly at k × rate /
 * length, without padding. Two neighbours make one complex value where the length is even; a
 * length with a prime factor above 5 goes by a convolution (Bluestein 1970). Nothing is allocated
 * after the constructor.
 */
import { type ComplexArray, ComplexFourier, isSmooth } from './complex-fourier.ts'

export class RealFourier {
  readonly length: number
  /** Bins from 0 to half the rate: floor(length / 2) + 1. */
  readonly bins: number
  /** Rough cost of `transform`. */
  readonly nanoseconds: number
  /** To be filled with `length` values before every `transform`. */
  readonly input: Float64Array
  /** X[k] = Σ x[i] exp(−2πi k i / length); rewritten by every `transform`. */
  readonly re: Float64Array
  readonly im: Float64Array
  readonly #work: ComplexArray
  readonly #transform: (work: ComplexArray) => void
  /** exp(−2πi k / length) for every bin where neighbours are paired, else null. */
  readonly #turns: Float64Array | null

  constructor(length: number) {
    this.length = length
    this.bins = Math.floor(length / 2) + 1
    this.input = new Float64Array(length)
    this.re = new Float64Array(this.bins)
    this.im = new Float64Array(this.bins)
    const isPaired = length % 2 === 0
    const size = isPaired ? length / 2 : length
    this.#work = new Float64Array(2 * size)
    const { nanoseconds, transform } = transformOf(size)
    this.nanoseconds = nanoseconds + 6 * length
    this.#transform = transform
    this.#turns = isPaired ? circle(length, this.bins) : null
  }

  transform(): void {
    const work = this.#work
    if (this.#turns) {
      work.set(this.input)
      this.#transform(work)
      unpair(work, this.#turns, this.re, this.im)
      return
    }
    for (let i = 0; i < this.length; i++) {
      work[2 * i] = this.input[i]!
      work[2 * i + 1] = 0
    }
    this.#transform(work)
    for (let k = 0; k < this.bins; k++) {
      this.re[k] = work[2 * k]!
      this.im[k] = work[2 * k + 1]!
    }
  }
}

/**
 * Even and odd samples went as real and imaginary parts: their spectra apart, then joined.
 */
function unpair(work: ComplexArray, turns: Float64Array, re: Float64Array, im: Float64Array): void {
  const size = re.length - 1
  joinBin(work, turns, re, im, 0, 0, 0)
  for (let k = 1; k < size; k++) joinBin(work, turns, re, im, k, 2 * k, 2 * (size - k))
  joinBin(work, turns, re, im, size, 0, 0)
}

/** Bin `k`, made of the values at `a` and, mirrored, at `b`. */
function joinBin(
  work: ComplexArray,
  turns: Float64Array,
  re: Float64Array,
  im: Float64Array,
  k: number,
  a: number,
  b: number,
): void {
  const evenRe = (work[a]! + work[b]!) / 2
  const evenIm = (work[a + 1]! - work[b + 1]!) / 2
  const oddRe = (work[a + 1]! + work[b + 1]!) / 2
  const oddIm = (work[b]! - work[a]!) / 2
  const cos = turns[2 * k]!
  const sin = turns[2 * k + 1]!
  re[k] = evenRe + oddRe * cos - oddIm * sin
  im[k] = evenIm + oddRe * sin + oddIm * cos
}

/** exp(−2πi k / length) for k below `count`. */
function circle(length: number, count: number): Float64Array {
  const turns = new Float64Array(2 * count)
  for (let k = 0; k < count; k++) {
    turns[2 * k] = Math.cos((2 * Math.PI * k) / length)
    turns[2 * k + 1] = -Math.sin((2 * Math.PI * k) / length)
  }
  return turns
}

function transformOf(size: number) {
  if (!isSmooth(size)) return newConvolution(size)
  const fourier = new ComplexFourier(size)
  const { nanoseconds } = fourier
  return { nanoseconds, transform: (work: ComplexArray) => fourier.transform(work) }
}

/** Bluestein: with k i = (k² + i² − (k − i)²) / 2 the transform is a convolution with a chirp. */
function newConvolution(size: number) {
  const length = 2 ** Math.ceil(Math.log2(2 * size))
  const fourier = new ComplexFourier(length)
  // exp(−iπ k² / size); k² modulo 2 × size, so that the angle keeps its digits.
  const chirp = new Float64Array(2 * size)
  const kernel = new Float64Array(2 * length)
  for (let k = 0; k < size; k++) {
    const angle = (Math.PI * ((k * k) % (2 * size))) / size
    chirp[2 * k] = Math.cos(angle)
    chirp[2 * k + 1] = -Math.sin(angle)
    for (const at of [k, (length - k) % length]) {
      kernel[2 * at] = Math.cos(angle)
      kernel[2 * at + 1] = Math.sin(angle)
    }
  }
  fourier.transform(kernel)
  const padded = new Float64Array(2 * length)

  return {
    nanoseconds: 2 * fourier.nanoseconds + 10 * length,
    transform(work: ComplexArray): void {
      padded.fill(0)
      multiply(work, chirp, padded, size)
      fourier.transform(padded)
      multiply(padded, kernel, padded, length)
      // The inverse transform: conjugate before and after, divide by the length.
      for (let i = 1; i < padded.length; i += 2) padded[i] = -padded[i]!
      fourier.transform(padded)
      for (let i = 0; i < 2 * size; i += 2) {
        padded[i] = padded[i]! / length
        padded[i + 1] = -padded[i + 1]! / length
      }
      multiply(padded, chirp, work, size)
    },
  }
}

function multiply(a: Float64Array, b: Float64Array, into: Float64Array, count: number): void {
  for (let i = 0; i < 2 * count; i += 2) {
    const re = a[i]! * b[i]! - a[i + 1]! * b[i + 1]!
    const im = a[i]! * b[i + 1]! + a[i + 1]! * b[i]!
    into[i] = re
    into[i + 1] = im
  }
}
