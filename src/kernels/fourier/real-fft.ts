/**
 * Discrete Fourier transform of real signals in float32, every channel at once. Tables and scratch
 * are taken from lent memory once; a transform allocates nothing and keeps nothing.
 */
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'
import { type FourierPlan, planFourier } from './plan.ts'

export class RealFft {
  /** N. */
  readonly length: number
  /** N / 2 + 1: bin k stands for k × rate / N. */
  readonly bins: number
  readonly stride: number
  readonly #plan: FourierPlan
  readonly #raw: RawKernels

  /**
   * @param length a power of two, 8 or more
   * @param stride values per frame, a multiple of 8
   * @throws RangeError for any other length or stride
   */
  constructor(memory: KernelMemory, length: number, stride: number) {
    this.length = length
    this.bins = length / 2 + 1
    this.stride = stride
    this.#raw = rawKernelsOn(memory.wasm)
    this.#plan = planFourier(memory, {
      length,
      segmentFrames: length,
      stride,
      detrend: false,
      windows: [],
      weights: [],
    })
  }

  /**
   * X[k] = Σ x[n] e^(−2πikn/N), as numpy.fft.rfft.
   * @param input frames of `stride` values; N frames from frame `first` on, which go on at the
   * array's beginning after its end, so that it may be a ring of a whole number of frames
   * @param re bins × stride
   * @param im bins × stride
   */
  forward(input: Float32Array, first: number, re: Float32Array, im: Float32Array): void {
    const ring = input.byteOffset
    const end = ring + input.length * 4
    const at = ring + first * this.stride * 4
    const { byteOffset } = this.#plan.words
    this.#raw.fftForward(byteOffset, ring, end, at, re.byteOffset, im.byteOffset)
  }

  /**
   * The inverse, scaled by 1/N, as numpy.fft.irfft; the imaginary parts of bins 0 and N/2 count
   * for nothing.
   * @param output N frames from frame `first` on are written
   */
  inverse(re: Float32Array, im: Float32Array, output: Float32Array, first = 0): void {
    const at = output.byteOffset + first * this.stride * 4
    this.#raw.fftInverse(this.#plan.words.byteOffset, re.byteOffset, im.byteOffset, at)
  }
}
