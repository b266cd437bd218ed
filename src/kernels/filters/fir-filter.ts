/**
 * Finite impulse responses over every channel, computed directly: no delay but the filter's own.
 * float32 in and out, float64 sums. Several filters may share one history: a bank, or the real and
 * imaginary part of a complex filter.
 */
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'
import { RowHistory, type RowHistoryState } from './row-history.ts'

export class FirFilter {
  /** Plain data, for a node's state: the last frames. */
  readonly state: RowHistoryState
  readonly #history: RowHistory
  readonly #taps: Float64Array
  readonly #count: number
  readonly #filters: number
  readonly #stride: number
  readonly #raw: RawKernels

  /**
   * @param filters impulse responses h of one length each, or shorter ones, which end early
   * @param stride values per frame, a multiple of 8
   */
  constructor(memory: KernelMemory, filters: readonly ArrayLike<number>[], stride: number) {
    this.#filters = filters.length
    this.#stride = stride
    this.#count = Math.max(...filters.map(({ length }) => length))
    this.#taps = memory.float64(this.#count * filters.length)
    filters.forEach((filter, k) => {
      for (let i = 0; i < filter.length; i++) {
        this.#taps[(k + 1) * this.#count - 1 - i] = filter[i]!
      }
    })
    this.#history = new RowHistory(memory, this.#count - 1, stride)
    this.state = this.#history.state
    this.#raw = rawKernelsOn(memory.wasm)
  }

  /** As if nothing but zeros had come before. */
  clear(): void {
    this.#history.clear()
  }

  /**
   * y[n] = Σ_k h[k] x[n − k], as scipy.signal.lfilter(h, 1, x). A value that is not finite is gone
   * from the output after as many frames as the filter is long.
   * @param outputs one array per filter, frames × stride; one of them may be `input`
   */
  process(input: Float32Array, frames: number, outputs: readonly Float32Array[]): void {
    const frameBytes = this.#stride * 4
    for (let done = 0; done < frames; ) {
      const run = this.#history.take(input.byteOffset + done * frameBytes, frames - done)
      const rows = this.#history.reach(run)
      for (let k = 0; k < this.#filters; k++) {
        const taps = this.#taps.byteOffset + k * this.#count * 8
        const output = outputs[k]!.byteOffset + done * frameBytes
        this.#raw.firDirect(rows, run, this.#stride, taps, this.#count, output)
      }
      done += run
    }
  }
}
