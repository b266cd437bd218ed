/** How far a piece of work is, and whether it is still wanted: seen by two threads. */
import { SynapseError } from '../../signal/index.ts'

const cancelled = 0
const done = 1
const total = 2

export class Progress {
  readonly shared: SharedArrayBuffer
  readonly #cells: BigInt64Array

  constructor(shared = new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.shared = shared
    this.#cells = new BigInt64Array(shared)
  }

  get done(): number {
    return Number(Atomics.load(this.#cells, done))
  }

  /** 0 where nothing can be counted yet. */
  get total(): number {
    return Number(Atomics.load(this.#cells, total))
  }

  get isCancelled(): boolean {
    return Atomics.load(this.#cells, cancelled) === 1n
  }

  cancel(): void {
    Atomics.store(this.#cells, cancelled, 1n)
  }

  expect(count: number): void {
    Atomics.store(this.#cells, total, BigInt(Math.round(count)))
  }

  /** @throws SynapseError cancelled */
  advance(count: number): void {
    this.reach(this.done + count)
  }

  /** @throws SynapseError cancelled */
  reach(count: number): void {
    this.check()
    Atomics.store(this.#cells, done, BigInt(Math.round(count)))
  }

  /** @throws SynapseError cancelled */
  check(): void {
    if (this.isCancelled) throw new SynapseError('cancelled', 'working on files: it was cancelled')
  }
}
