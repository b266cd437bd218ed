/**
 * The last frames of a signal as float64 rows, one after the other without a seam, so that a sum
 * over them needs no wrapping. It is twice as long as what has to be remembered: when its end is
 * reached, what counts moves to the beginning.
 */
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'

/** Plain data: a part of a node's state. */
export type RowHistoryState = {
  readonly rows: Float64Array
  /** The row that comes next; never less than the rows remembered. */
  next: number
}

const shortestRun = 32

export class RowHistory {
  readonly state: RowHistoryState
  readonly #remembered: number
  readonly #stride: number
  readonly #raw: RawKernels

  constructor(memory: KernelMemory, remembered: number, stride: number) {
    const capacity = remembered + Math.max(remembered, shortestRun)
    this.#remembered = remembered
    this.#stride = stride
    this.#raw = rawKernelsOn(memory.wasm)
    this.state = { rows: memory.float64(capacity * stride), next: remembered }
  }

  /** As if nothing but zeros had come before. */
  clear(): void {
    this.state.rows.fill(0)
    this.state.next = this.#remembered
  }

  /**
   * Takes in as many of the frames from byte `from` on as there is room for.
   * @returns how many: at least one
   */
  take(from: number, frames: number): number {
    const { state } = this
    const rowBytes = this.#stride * 8
    const base = state.rows.byteOffset
    const capacity = state.rows.length / this.#stride
    if (state.next === capacity) {
      const kept = this.#remembered * rowBytes
      this.#raw.moveBytes(base + capacity * rowBytes - kept, base, kept)
      state.next = this.#remembered
    }
    const run = Math.min(frames, capacity - state.next)
    this.#raw.widenRows(from, run * this.#stride, base + state.next * rowBytes)
    state.next += run
    return run
  }

  /** Byte offset of the oldest row that the first of the last `run` frames reaches back to. */
  reach(run: number): number {
    const first = this.state.next - run - this.#remembered
    return this.state.rows.byteOffset + first * this.#stride * 8
  }
}
