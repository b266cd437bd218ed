/**
 * The way from a thread of graphs to the thread that writes what nodes keep by key. This thread is
 * never in LMDB's write lock: it may be ended at any moment, and would keep the lock for ever.
 */
import { BroadcastChannel } from 'node:worker_threads'
import { SynapseError } from '../signal/index.ts'
import type { Batch } from '../store/index.ts'
import { lineCells, type StateLine, type StateMessage } from './state-messages.ts'

/** Disks may take long; a thread that waits shows that it lives. */
const lookMs = 100
const patienceMs = 30_000

export class WriterLine {
  readonly #cells: Int32Array
  readonly #alive: () => void
  readonly #channel: BroadcastChannel

  /** @param alive called while it waits */
  constructor({ channel, cells }: StateLine, alive: () => void) {
    this.#cells = new Int32Array(cells)
    this.#channel = new BroadcastChannel(channel)
    // It hears nothing there, and is not to live for it.
    this.#channel.unref()
    this.#alive = alive
  }

  /** It is written when it is written. */
  send(batch: Batch): void {
    this.#post(batch)
  }

  /** On the disk when it returns. @throws SynapseError io-failed */
  write(batch: Batch): void {
    const what = `keeping state of ${batch.client}`
    if (!this.#wait(batch)) throw new SynapseError('io-failed', `${what}: it cannot be written`)
  }

  /** Everything that was sent by this line is done with, also by threads before this one. */
  settle(): void {
    this.#wait(null)
  }

  #post(batch: Batch | null): number {
    const number = (Atomics.add(this.#cells, lineCells.sent, 1) + 1) | 0
    const message: StateMessage = { number, batch }
    this.#channel.postMessage(message)
    return number
  }

  /** @returns false when it failed */
  #wait(batch: Batch | null): boolean {
    const began = performance.now()
    const writer = this.#writer(began)
    const number = this.#post(batch)
    for (;;) {
      const done = Atomics.load(this.#cells, lineCells.done)
      if (((done - number) | 0) >= 0) break
      if (Atomics.load(this.#cells, lineCells.heard) !== writer) return this.#wait(batch)
      this.#sleep(lineCells.done, done, began)
    }
    return Atomics.load(this.#cells, lineCells.failed) !== number
  }

  /** Until somebody hears. @returns which of the writers it is */
  #writer(began: number): number {
    for (;;) {
      const heard = Atomics.load(this.#cells, lineCells.heard)
      if (heard > 0) return heard
      this.#sleep(lineCells.heard, heard, began)
    }
  }

  #sleep(cell: number, value: number, began: number): void {
    Atomics.wait(this.#cells, cell, value, lookMs)
    this.#alive()
    if (performance.now() - began < patienceMs) return
    const what = `keeping state: nothing was written for ${patienceMs / 1000} s`
    throw new SynapseError('io-failed', what)
  }
}

/** The writer's end. */
export class HeardLine {
  readonly channel: BroadcastChannel
  readonly #cells: Int32Array

  constructor({ channel, cells }: StateLine) {
    this.channel = new BroadcastChannel(channel)
    this.#cells = new Int32Array(cells)
  }

  /** From here on nothing that is sent is lost. */
  hears(): void {
    Atomics.add(this.#cells, lineCells.heard, 1)
    Atomics.notify(this.#cells, lineCells.heard)
  }

  /** In the order of the messages. */
  done({ number }: StateMessage, isWritten: boolean): void {
    if (!isWritten) Atomics.store(this.#cells, lineCells.failed, number)
    Atomics.store(this.#cells, lineCells.done, number)
    Atomics.notify(this.#cells, lineCells.done)
  }
}
