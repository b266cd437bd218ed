/**
 * Change of the sampling rate by a ratio of whole numbers, over every channel: `up` − 1 zeros after
 * each frame, an impulse response, and every `down`-th frame of that; only what is kept is
 * computed. float32 in and out, float64 sums. Crochiere and Rabiner 1983, ch. 3.
 */
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'
import { RowHistory, type RowHistoryState } from './row-history.ts'

/** Plain data, for a node's state. */
export type ResamplerState = {
  readonly history: RowHistoryState
  /** Place of the next output after the next frame, in steps of 1 / up frame. */
  offset: number
}

export class Resampler {
  readonly state: ResamplerState
  readonly #up: number
  readonly #down: number
  readonly #history: RowHistory
  readonly #taps: Float64Array
  /** Of one phase. */
  readonly #count: number
  readonly #stride: number
  readonly #raw: RawKernels

  /**
   * @param taps the impulse response at up times the input's rate: see `resamplingTaps`
   * @throws RangeError when `up` or `down` is no whole number from 1 on
   */
  constructor(
    memory: KernelMemory,
    up: number,
    down: number,
    taps: ArrayLike<number>,
    stride: number,
  ) {
    if (!(Number.isInteger(up) && Number.isInteger(down) && up > 0 && down > 0)) {
      throw new RangeError(`a ratio of ${up} / ${down} is not one of whole numbers`)
    }
    this.#up = up
    this.#down = down
    this.#stride = stride
    this.#count = Math.ceil(taps.length / up)
    this.#taps = memory.float64(this.#count * up)
    for (let i = 0; i < taps.length; i++) {
      const phase = i % up
      this.#taps[(phase + 1) * this.#count - 1 - Math.floor(i / up)] = taps[i]!
    }
    this.#history = new RowHistory(memory, this.#count - 1, stride)
    this.state = { history: this.#history.state, offset: 0 }
    this.#raw = rawKernelsOn(memory.wasm)
  }

  /** The most frames that `process` can write for so many frames of input. */
  mostFrames(frames: number): number {
    return Math.ceil((frames * this.#up) / this.#down)
  }

  /** As if nothing but zeros had come before, and the next frame were the first. */
  clear(): void {
    this.#history.clear()
    this.state.offset = 0
  }

  /**
   * y[n] = Σ_k h[n × down − k × up] x[k], as scipy.signal.upfirdn, as far as the input reaches.
   * @param output room for `mostFrames(frames)`; not `input`
   * @returns how many frames were written
   */
  process(input: Float32Array, frames: number, output: Float32Array): number {
    const { state } = this
    let written = 0
    for (let done = 0; done < frames; ) {
      const run = this.#history.take(input.byteOffset + done * this.#stride * 4, frames - done)
      const count = this.#raw.resampleRows(
        this.#history.reach(run),
        run,
        this.#stride,
        this.#taps.byteOffset,
        this.#count,
        this.#up,
        this.#down,
        state.offset,
        output.byteOffset + written * this.#stride * 4,
      )
      state.offset += count * this.#down - run * this.#up
      written += count
      done += run
    }
    return written
  }
}
