/**
 * Writes of one client on their way to the writer: sent in batches, kept until the table's receipt
 * tells that they are written. Bounded; the writer may be in another thread.
 */
import { SynapseError } from '../signal/index.ts'
import type { Table, Write } from './table.ts'

/** What a client sends: plain data, for a message to another thread. */
export interface Batch {
  readonly client: string
  readonly instance: string
  /** Of the last write in it. */
  readonly number: number
  /** The client's time; what expired before may be swept. */
  readonly time: number
  readonly writes: readonly Write[]
}

export interface OutboxOptions {
  /** Name of the client: the same again when it is opened again. */
  readonly client: string
  /** Another one for every client, also of the same name. */
  readonly instance: string
  /** Writes wait so long, in the client's time, for others to go with them. */
  readonly flushSeconds: number
  /** With so many waiting they go at once; with sixteen times as many unwritten, no more are taken. */
  readonly mostWaiting: number
  /** Hands a batch to the writer, which may write it later. */
  send(batch: Batch): void
}

export class Outbox {
  readonly #table: Table
  readonly #options: OutboxOptions
  /** By key; in the order of their numbers. */
  readonly #unwritten = new Map<string, { readonly write: Write; readonly number: number }>()
  #number = 0
  #sent = 0
  #flushedAt = Number.NaN

  constructor(table: Table, options: OutboxOptions) {
    this.#table = table
    this.#options = options
  }

  get size(): number {
    return this.#unwritten.size
  }

  get(key: string): Write | undefined {
    return this.#unwritten.get(key)?.write
  }

  writes(): readonly Write[] {
    return [...this.#unwritten.values()].map(({ write }) => write)
  }

  /** @throws SynapseError io-failed when the writer has taken nothing for too long */
  add(write: Write, time: number): void {
    const { mostWaiting } = this.#options
    if (this.#unwritten.size >= 16 * mostWaiting) {
      this.flush(time)
      if (this.#unwritten.size >= 16 * mostWaiting) throw this.#overflow()
    }
    this.#unwritten.delete(write.key)
    this.#unwritten.set(write.key, { write, number: ++this.#number })
    if (this.#number - this.#sent >= mostWaiting) this.flush(time)
    else this.keepUp(time)
  }

  /** Sends what has waited long enough, and looks at what others have written meanwhile. */
  keepUp(time: number): void {
    if (Number.isNaN(this.#flushedAt)) this.#flushedAt = time
    // The other way round after a restore: time goes back.
    if (Math.abs(time - this.#flushedAt) >= this.#options.flushSeconds) this.flush(time)
  }

  /** Sends what waits, and lets go of what is written. */
  flush(time: number): void {
    const { client, instance, send } = this.#options
    this.#flushedAt = time
    const writes: Write[] = []
    for (const { write, number } of this.#unwritten.values()) {
      if (number > this.#sent) writes.push(write)
    }
    this.#sent = this.#number
    if (writes.length) send({ client, instance, number: this.#number, time, writes })
    this.#settle()
  }

  /** Lets go of everything, written or not: what it was laid over is another now. */
  discard(): void {
    this.#unwritten.clear()
    this.#sent = this.#number
    this.#flushedAt = Number.NaN
  }

  #settle(): void {
    const { client, instance } = this.#options
    this.#table.refresh()
    const receipt = this.#table.receipt(client)
    if (receipt?.instance !== instance) return
    for (const [key, { number }] of this.#unwritten) {
      if (number > receipt.number) return
      this.#unwritten.delete(key)
    }
  }

  #overflow(): SynapseError {
    return new SynapseError(
      'io-failed',
      `keeping state of ${this.#options.client}: ${this.#unwritten.size} changes are not written yet`,
    )
  }
}

/** Entries whose life is over are taken out in passing, so many for each write. */
const sweptPerWrite = 2
const sweptAtLeast = 16

/** The writer's part: everything of a batch, with its receipt, and a few expired entries out. */
export function applyBatch(table: Table, { client, instance, number, time, writes }: Batch): void {
  table.commit(writes, { client, instance, number })
  sweep(table, time, sweptAtLeast + sweptPerWrite * writes.length)
}

/** Takes out at most so many entries whose life is over. @returns how many it found */
export function sweep(table: Table, time: number, limit: number): number {
  if (table.expired(time, 1).length === 0) return 0
  return table.exclusive(() => {
    // As deletions: an older snapshot may have what was under the key before.
    const keys = table.expired(time, limit)
    table.commit(keys.map((key) => ({ key, value: null, deadline: Number.POSITIVE_INFINITY })))
    return keys.length
  })
}
