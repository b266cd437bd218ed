/**
 * Long impulse responses by FFT, for whole recordings: blocks overlap by the filter's length less
 * one, and what the circular convolution spoils is thrown away. Answers come a block at a time,
 * which costs delay; live, `FirFilter` is the right one. float32 throughout: errors are about 1e-7
 * of the largest value in a block, offset included. Oppenheim and Schafer, ch. 8.
 */
import { RealFft } from '../fourier/real-fft.ts'
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'

/** Plain data, for a node's state. */
export type OverlapSaveState = {
  /** What one FFT takes in: the frames remembered, then those of the block that is being filled. */
  readonly frames: Float32Array
  /** Frames in the block so far. */
  filled: number
}

/** The FFT is at least this many times as long as the filter. */
const fewestLengths = 4

export class OverlapSave {
  readonly state: OverlapSaveState
  /** Frames that come out at once. */
  readonly blockFrames: number
  readonly #remembered: number
  readonly #stride: number
  readonly #fft: RealFft
  readonly #response: Float32Array
  readonly #re: Float32Array
  readonly #im: Float32Array
  readonly #result: Float32Array
  readonly #raw: RawKernels

  constructor(memory: KernelMemory, taps: ArrayLike<number>, stride: number) {
    const length = 2 ** Math.ceil(Math.log2(Math.max(64, taps.length * fewestLengths)))
    this.#remembered = taps.length - 1
    this.blockFrames = length - this.#remembered
    this.#stride = stride
    this.#fft = new RealFft(memory, length, stride)
    this.#response = memory.float32(this.#fft.bins * 2)
    this.#response.set(responseOf(taps, length))
    this.#re = memory.float32(this.#fft.bins * stride)
    this.#im = memory.float32(this.#fft.bins * stride)
    this.#result = memory.float32(length * stride)
    this.#raw = rawKernelsOn(memory.wasm)
    this.state = { frames: memory.float32(length * stride), filled: 0 }
  }

  /** As if nothing but zeros had come before. */
  clear(): void {
    this.state.frames.fill(0)
    this.state.filled = 0
  }

  /**
   * y[n] = Σ_k h[k] x[n − k], for all blocks that become full.
   * @param output room for `frames` + `blockFrames` frames; not `input`
   * @returns how many frames were written: they follow on those written before
   */
  process(input: Float32Array, frames: number, output: Float32Array): number {
    const { state } = this
    const frameBytes = this.#stride * 4
    let written = 0
    for (let done = 0; done < frames; ) {
      const run = Math.min(frames - done, this.blockFrames - state.filled)
      const to = state.frames.byteOffset + (this.#remembered + state.filled) * frameBytes
      this.#raw.moveBytes(input.byteOffset + done * frameBytes, to, run * frameBytes)
      state.filled += run
      done += run
      if (state.filled === this.blockFrames) {
        this.#convolve(output.byteOffset + written * frameBytes, this.blockFrames)
        written += this.blockFrames
      }
    }
    return written
  }

  /**
   * The rest, for the end of a recording; what follows must begin with `clear`.
   * @returns how many frames were written
   */
  flush(output: Float32Array): number {
    const { filled, frames } = this.state
    frames.fill(0, (this.#remembered + filled) * this.#stride)
    this.#convolve(output.byteOffset, filled)
    return filled
  }

  #convolve(output: number, frames: number): void {
    const { state } = this
    const frameBytes = this.#stride * 4
    const [re, im] = [this.#re, this.#im]
    this.#fft.forward(state.frames, 0, re, im)
    const response = this.#response.byteOffset
    this.#raw.applyResponse(re.byteOffset, im.byteOffset, this.#fft.bins, this.#stride, response)
    this.#fft.inverse(re, im, this.#result)
    const good = this.#result.byteOffset + this.#remembered * frameBytes
    this.#raw.moveBytes(good, output, frames * frameBytes)
    const from = state.frames.byteOffset
    this.#raw.moveBytes(from + this.blockFrames * frameBytes, from, this.#remembered * frameBytes)
    state.filled = 0
  }
}

/** The filter's frequency response at the bins of an FFT, in float64: pairs. */
function responseOf(taps: ArrayLike<number>, length: number): Float64Array {
  const response = new Float64Array(length + 2)
  const cosines = Float64Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * i) / length))
  const quarter = (length * 3) / 4
  for (let k = 0; k <= length / 2; k++) {
    for (let i = 0; i < taps.length; i++) {
      const at = (k * i) % length
      response[2 * k] = response[2 * k]! + taps[i]! * cosines[at]!
      // −sin(a) = cos(a + π/2)
      const turned = (at + length - quarter) % length
      response[2 * k + 1] = response[2 * k + 1]! + taps[i]! * cosines[turned]!
    }
  }
  return response
}
