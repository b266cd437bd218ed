/**
 * Spectra of windowed segments, every channel at once: the periodogram behind Welch's method, the
 * multitaper estimate, and the short-time Fourier transform. Float32 transforms; powers are summed
 * in float64. Tables and scratch are taken from lent memory once.
 */
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'
import { type FourierPlan, planFourier } from './plan.ts'

export interface SpectrumOptions {
  readonly rateHz: number
  /** Values per frame, a multiple of 8. */
  readonly stride: number
  /** One for Welch and STFT, several tapers for multitaper; all as long as the segment. */
  readonly windows: readonly ArrayLike<number>[]
  /** Share of each window in the density; equal shares unless told. */
  readonly shares?: readonly number[]
  /** A power of two from the window's length on; the next one unless told. Zeros fill it up. */
  readonly fftLength?: number
  /** Each channel's mean over the segment is taken away before the window; true unless told. */
  readonly detrend?: boolean
}

/** Segments that lie in so much memory are taken together: they stay in the second cache. */
const nearBytes = 2 ** 19

export class Spectrum {
  readonly fftLength: number
  readonly segmentFrames: number
  /** fftLength / 2 + 1: bin k stands for k × rateHz / fftLength. */
  readonly bins: number
  readonly stride: number
  readonly #plan: FourierPlan
  readonly #raw: RawKernels

  /** @throws RangeError when the window is longer than the FFT or the FFT is no power of two */
  constructor(memory: KernelMemory, options: SpectrumOptions) {
    const { windows, rateHz, stride, detrend = true } = options
    this.segmentFrames = windows[0]!.length
    this.fftLength = options.fftLength ?? 2 ** Math.ceil(Math.log2(Math.max(8, this.segmentFrames)))
    this.bins = this.fftLength / 2 + 1
    this.stride = stride
    this.#raw = rawKernelsOn(memory.wasm)
    this.#plan = planFourier(memory, {
      length: this.fftLength,
      segmentFrames: this.segmentFrames,
      stride,
      detrend,
      windows,
      // The kernel gives half of this to the bins 0 and N/2, which have no mirror image.
      weights: windows.map((window, k) => {
        const share = options.shares?.[k] ?? 1 / windows.length
        return (2 * share) / (rateHz * energy(window))
      }),
    })
  }

  /**
   * Adds the one-sided power spectral density of one segment to `sums`, in unit² / Hz: as
   * scipy.signal.periodogram with scaling 'density', averaged over the windows.
   * @param input frames of `stride` values; the segment begins with frame `first` and goes on at
   * the array's beginning after its end, so that it may be a ring of a whole number of frames
   * @param sums bins × stride
   */
  addDensity(input: Float32Array, first: number, sums: Float64Array): void {
    this.#addSegments(input, first, 1, 0, sums)
  }

  /**
   * Spectrum of one segment behind one window, not scaled: a column of the short-time Fourier
   * transform.
   * @param input as for `addDensity`
   * @param re bins × stride
   * @param im bins × stride
   */
  transform(
    input: Float32Array,
    first: number,
    re: Float32Array,
    im: Float32Array,
    window = 0,
  ): void {
    const ring = input.byteOffset
    const end = ring + input.length * 4
    const at = ring + first * this.stride * 4
    const { words, windows } = this.#plan
    const shape = windows.byteOffset + window * this.fftLength * 4
    this.#raw.fftWindowed(words.byteOffset, ring, end, at, shape, re.byteOffset, im.byteOffset)
  }

  /**
   * Welch's method over the whole of `input`: the mean of the densities of segments `hopFrames`
   * apart; as scipy.signal.welch. Welch 1967, IEEE Trans. Audio Electroacoust. 15, 70–73.
   * @param density bins × stride, overwritten
   * @returns how many segments there were; without one, `density` is NaN
   */
  welch(input: Float32Array, frames: number, hopFrames: number, density: Float64Array): number {
    density.fill(0)
    const segments = Math.max(0, Math.floor((frames - this.segmentFrames) / hopFrames) + 1)
    const hopBytes = hopFrames * this.stride * 4
    const atOnce =
      1 + Math.floor(Math.max(0, nearBytes - this.segmentFrames * this.stride * 4) / hopBytes)
    for (let done = 0; done < segments; done += atOnce) {
      const count = Math.min(atOnce, segments - done)
      this.#addSegments(input, done * hopFrames, count, hopBytes, density)
    }
    for (let i = 0; i < density.length; i++) density[i] = density[i]! / segments
    return segments
  }

  #addSegments(
    input: Float32Array,
    first: number,
    segments: number,
    hopBytes: number,
    sums: Float64Array,
  ): void {
    const ring = input.byteOffset
    const end = ring + input.length * 4
    const at = ring + first * this.stride * 4
    const plan = this.#plan.words.byteOffset
    this.#raw.fftPowers(plan, ring, end, at, segments, hopBytes, sums.byteOffset)
  }
}

function energy(window: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < window.length; i++) sum += window[i]! * window[i]!
  return sum
}
