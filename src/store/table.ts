/**
 * The port of a backend: entries in order of their keys, each with the end of its life and the
 * number of the write that made it. Writes are numbered one after the other, whoever makes them, and
 * that numbering is the change log: one row for each key, that of its last write.
 */

export interface Entry {
  readonly value: Uint8Array
  /** When its life ends, on the clock of its writer; Infinity: never. */
  readonly deadline: number
  readonly sequence: number
}

export interface Write {
  readonly key: string
  /** null: the key is deleted. */
  readonly value: Uint8Array | null
  readonly deadline: number
}

/** So much of what a client has sent has been written. */
export interface Receipt {
  /** The client; a later one of the same name takes its place. */
  readonly client: string
  /** Which of the clients of this name: those before do not count any more. */
  readonly instance: string
  readonly number: number
}

/** The deadline of what has none. */
export const noEnd = Number.POSITIVE_INFINITY

export interface Table {
  /** Number of the last write. */
  readonly sequence: number
  /** Deletions up to this number are forgotten: changes since an earlier one cannot be told. */
  readonly forgotten: number
  get(key: string): Entry | undefined
  /** In the order of the code points. */
  scan(prefix: string, take: (key: string, entry: Entry) => void): void
  /** Writes after `since`, in the order of their numbers; only the last one of each key. */
  changes(since: number, take: (write: Write) => void): void
  /** Keys of entries whose life ended at or before this time, the oldest first. */
  expired(time: number, limit: number): string[]
  /** All or nothing; on the disk when it returns, where the backend has one. */
  commit(writes: readonly Write[], receipt?: Receipt): void
  /** Runs `work` while nobody else writes; its commits are one. */
  exclusive<T>(work: () => T): T
  receipt(client: string): Receipt | undefined
  /** From here on reads see what other threads and processes have committed. */
  refresh(): void
  close(): Promise<void>
}

/** Deletions that the log remembers; older ones cost an increment its smallness, nothing else. */
export const mostTombstones = 65_536
