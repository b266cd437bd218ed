/**
 * A bell wakes one thread. Whoever has news for it rings; the thread remembers what it has heard
 * and waits only when nothing came since, so no ring is missed.
 */
export class Bell {
  readonly #count: Int32Array

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.#count = new Int32Array(shared)
  }

  get shared(): SharedArrayBuffer {
    return this.#count.buffer as SharedArrayBuffer
  }

  ring(): void {
    Atomics.add(this.#count, 0, 1)
    Atomics.notify(this.#count, 0)
  }

  /** Take this before looking for work, and hand it to `wait` when there was none. */
  heard(): number {
    return Atomics.load(this.#count, 0)
  }

  /** Blocks the thread until the bell rings or the time is over. Never in a window's thread. */
  wait(heard: number, timeoutMs: number): void {
    Atomics.wait(this.#count, 0, heard, timeoutMs)
  }

  /** As `wait`, for a thread with an event loop. */
  async waitAsync(heard: number, timeoutMs: number): Promise<void> {
    await Atomics.waitAsync(this.#count, 0, heard, timeoutMs).value
  }
}
