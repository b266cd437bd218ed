/**
 * The analytic signal of a block of frames, by FFT: the signal itself is its real part, the
 * Hilbert transform its imaginary part. It belongs to the block as a whole (both ends count as
 * joined): for whole recordings and windows. A running signal takes `hilbertTaps` instead.
 * Marple 1999, IEEE Trans. Signal Process. 47, 2600–2603.
 */
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'
import { RealFft } from './real-fft.ts'

export class AnalyticSignal {
  readonly length: number
  readonly #fft: RealFft
  readonly #stride: number
  readonly #re: Float32Array
  readonly #im: Float32Array
  readonly #raw: RawKernels

  /**
   * @param length of a block: a power of two, 8 or more; a shorter signal is filled up with zeros,
   * as scipy.signal.hilbert(x, N=length) does
   */
  constructor(memory: KernelMemory, length: number, stride: number) {
    this.length = length
    this.#stride = stride
    this.#fft = new RealFft(memory, length, stride)
    this.#re = memory.float32(this.#fft.bins * stride)
    this.#im = memory.float32(this.#fft.bins * stride)
    this.#raw = rawKernelsOn(memory.wasm)
  }

  /**
   * @param input `length` frames
   * @param output the Hilbert transform of each channel: `length` frames; may be `input`
   */
  hilbert(input: Float32Array, output: Float32Array): void {
    const [re, im] = [this.#re, this.#im]
    this.#fft.forward(input, 0, re, im)
    // A quarter turn back: −i (re + i im) = im − i re; nothing at 0 and at half the rate.
    for (let i = 0; i < re.length; i++) re[i] = -re[i]!
    const last = this.length / 2
    im.fill(0, 0, this.#stride)
    im.fill(0, last * this.#stride)
    this.#fft.inverse(im, re, output)
  }

  /** √(x² + y²): the envelope of a signal and its Hilbert transform; may overwrite either. */
  envelope(signal: Float32Array, hilbert: Float32Array, frames: number, into: Float32Array): void {
    const count = frames * this.#stride
    const [re, im] = [signal.byteOffset, hilbert.byteOffset]
    this.#raw.magnitudes(re, im, count, into.byteOffset)
  }
}

/**
 * Hilbert transformer as an impulse response, Blackman window: for `FirFilter`, beside a signal
 * delayed by (length − 1) / 2 frames. It passes from about 3 × rate / length to as far below half
 * the rate. Oppenheim and Schafer, 12.4.
 * @throws RangeError when the length is even or below 3
 */
export function hilbertTaps(length: number): Float64Array {
  if (length < 3 || length % 2 === 0) {
    throw new RangeError(
      `a Hilbert transformer of ${length} taps is not of an odd number from 3 on`,
    )
  }
  const half = (length - 1) / 2
  return Float64Array.from({ length }, (_, i) => {
    const n = i - half
    const angle = (2 * Math.PI * i) / (length - 1)
    const window = 0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle)
    return n % 2 === 0 ? 0 : (2 / (Math.PI * n)) * window
  })
}
