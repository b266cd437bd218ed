/**
 * Writes of one client on their way to the writer: sent in batches, kept until the table's receipt
 * tells that they are written. Bounded; the writer may be in another thread. In a live graph none is
 * sent before a snapshot has it: a thread that goes on from the snapshot must not find what came
 * after it.
 */
import { SynapseError } from '../signal/index.ts'
import { noEnd, type Table, type Write } from './table.ts'

/** What a client sends: plain data, for a message to another thread. */
export interface Batch {
  readonly client: string
  readonly instance: string
  /** Of the last write in it. */
  readonly number: number
  /** Of the last write of the batch before: without that one it is not to be written. */
  readonly after: number
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
  /** With so many waiting they go at once; with 64 times as many unwritten, no more are taken. */
  readonly mostWaiting: number
  /** None is sent before `cover` was called. */
  readonly isHeld: boolean
  /** Hands a batch to the writer, which may write it later. */
  send(batch: Batch): void
}

/** So many batches' worth of writes may be unwritten. */
const mostBatches = 64
/** And so many bytes of them. */
const mostBytes = 2 ** 24
/** Of a write, beside its value. */
const bytesOfWrite = 256

export class Outbox {
  readonly #table: Table
  readonly #options: OutboxOptions
  /** By key; in the order of their numbers. */
  readonly #unwritten = new Map<string, { readonly write: Write; readonly number: number }>()
  #bytes = 0
  #number = 0
  #sent = 0
  /** A snapshot has the writes up to this number. */
  #covered = 0
  #coveredTime = Number.NEGATIVE_INFINITY
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

  /** So much waits for a snapshot that one should be taken. */
  get isFarAhead(): boolean {
    const { isHeld, mostWaiting } = this.#options
    if (!isHeld || this.#covered === this.#number) return false
    return this.#number - this.#covered > 4 * mostWaiting || this.#bytes > mostBytes / 4
  }

  /** @throws SynapseError io-failed when the writer has taken nothing for too long */
  add(write: Write, time: number): void {
    const { mostWaiting } = this.#options
    if (this.#isFull) this.flush(time)
    if (this.#isFull) throw this.#overflow()
    this.#put(write)
    if (this.#unsent >= mostWaiting) this.#send(time)
    else this.keepUp(time)
  }

  /** Sends what has waited long enough, and looks at what others have written meanwhile. */
  keepUp(time: number): void {
    if (Number.isNaN(this.#flushedAt)) this.#flushedAt = time
    // The other way round after a restore: time goes back.
    if (Math.abs(time - this.#flushedAt) >= this.#options.flushSeconds) this.flush(time)
  }

  /**
   * Lets go of what is written, and sends what may be sent: also once more what is not known to be
   * written, because it may be lost.
   */
  flush(time: number): void {
    this.#settle()
    this.#sent = this.#receipt
    this.#send(time)
    this.#settle()
  }

  #send(time: number): void {
    const { client, instance, isHeld, send } = this.#options
    this.#flushedAt = time
    const upTo = isHeld ? this.#covered : this.#number
    const writes: Write[] = []
    for (const { write, number } of this.#unwritten.values()) {
      if (number > this.#sent && number <= upTo) writes.push(write)
    }
    const after = this.#sent
    if (writes.length > 0) {
      this.#sent = upTo
      const swept = isHeld ? this.#coveredTime : time
      send({ client, instance, number: upTo, after, time: swept, writes })
    }
  }

  /** A snapshot has all of it. @param time of the newest write or reading */
  cover(time: number): void {
    this.#covered = this.#number
    this.#coveredTime = time
  }

  /** Lets go of everything, written or not: what it was laid over is another now. */
  discard(): void {
    this.#unwritten.clear()
    this.#bytes = 0
    this.#covered = this.#number
    this.#sent = this.#receipt
    this.#flushedAt = Number.NaN
  }

  /** As it stood at a snapshot: all of it is sent again. */
  restore(writes: readonly Write[]): void {
    this.discard()
    for (const write of writes) this.#put(write)
    this.#covered = this.#number
  }

  get #unsent(): number {
    const { isHeld } = this.#options
    return (isHeld ? this.#covered : this.#number) - this.#sent
  }

  get #isFull(): boolean {
    const { mostWaiting } = this.#options
    return this.#unwritten.size >= mostBatches * mostWaiting || this.#bytes >= mostBytes
  }

  #put(write: Write): void {
    this.#remove(write.key)
    this.#unwritten.set(write.key, { write, number: ++this.#number })
    this.#bytes += bytesOfWrite + (write.value?.length ?? 0)
  }

  #remove(key: string): void {
    const known = this.#unwritten.get(key)
    if (!known) return
    this.#unwritten.delete(key)
    this.#bytes -= bytesOfWrite + (known.write.value?.length ?? 0)
  }

  /** Number up to which the table has what this client sent. */
  get #receipt(): number {
    const { client, instance } = this.#options
    const receipt = this.#table.receipt(client)
    return receipt?.instance === instance ? receipt.number : 0
  }

  #settle(): void {
    this.#table.refresh()
    if (this.#unwritten.size === 0) return
    const upTo = this.#receipt
    for (const [key, { number }] of this.#unwritten) {
      if (number > upTo) return
      this.#remove(key)
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
/** A thread that goes back to its last snapshot finds what lived then. */
const sweptAfterSeconds = 60

/** The writer's part: everything of a batch, with its receipt, and a few expired entries out. */
export function applyBatch(table: Table, batch: Batch): void {
  const { client, instance, number, after, time, writes } = batch
  table.exclusive(() => {
    const receipt = table.receipt(client)
    const written = receipt?.instance === instance ? receipt.number : 0
    // It was sent twice; or one before it was lost, and comes again with this one.
    if (written >= number || written < after) return
    table.commit(writes, { client, instance, number })
    sweepOld(table, time, sweptAtLeast + sweptPerWrite * writes.length)
  })
}

/** Takes out some of what has been over for so long that nobody goes back to it. */
export function sweepOld(table: Table, time: number, limit: number): void {
  sweep(table, time - sweptAfterSeconds, limit)
}

/** Takes out at most so many entries whose life is over. @returns how many it found */
export function sweep(table: Table, time: number, limit: number): number {
  if (table.expired(time, 1).length === 0) return 0
  return table.exclusive(() => {
    // As deletions: an older snapshot may have what was under the key before.
    const keys = table.expired(time, limit)
    table.commit(keys.map((key) => ({ key, value: null, deadline: noEnd })))
    return keys.length
  })
}
