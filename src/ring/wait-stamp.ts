/**
 * Since when something waits in a ring for its one reader: stamped by the writer when nothing
 * waited, taken away by the reader when it has read all.
 */

/** Whole microseconds, modulo 2^31: 35 minutes. 0 stands for nothing. */
const wrap = 0x7fffffff

export class WaitStamp {
  readonly #cell: Int32Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.#cell = new Int32Array(shared)
  }

  get shared(): SharedArrayBuffer {
    return this.#cell.buffer as SharedArrayBuffer
  }

  /** Something waits already: its stamp stands. */
  get isSet(): boolean {
    return Atomics.load(this.#cell, 0) !== 0
  }

  /** @param now seconds on the host's clock */
  set(now: number): void {
    Atomics.store(this.#cell, 0, microseconds(now))
  }

  /** @returns seconds that the oldest has waited; −1 where nothing did */
  take(now: number): number {
    const since = Atomics.exchange(this.#cell, 0, 0)
    return since === 0 ? -1 : ((microseconds(now) - since) & wrap) / 1e6
  }
}

function microseconds(seconds: number): number {
  return Math.floor((seconds * 1e6) % (wrap + 1)) || 1
}
