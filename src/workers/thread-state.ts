/**
 * What the nodes of one thread keep by key: read in place from the host's folder, sent to the host
 * to be written. Without a folder it is kept as long as the thread. Opened with the first node that
 * wants it.
 */
import type { Consistency } from '../signal/index.ts'
import {
  type Batch,
  type FlushedKeyed,
  LmdbTable,
  MemoryTable,
  newGraphKeyed,
  type Table,
} from '../store/index.ts'

export class ThreadState {
  readonly #folder: string | null
  readonly #epochSeconds: number
  readonly #send: (batch: Batch) => void
  #table: Table | null = null

  constructor(folder: string | null, epochSeconds: number, send: (batch: Batch) => void) {
    this.#folder = folder
    this.#epochSeconds = epochSeconds
    this.#send = send
  }

  /** @param name of the graph */
  keyed(name: string): FlushedKeyed {
    let opened: FlushedKeyed | null = null
    const keyed = () => {
      opened ??= this.#open(name)
      return opened
    }
    return {
      open: (node: string, consistency: Consistency) => keyed().open(node, consistency),
      snapshot: (since) => keyed().snapshot(since),
      restore: (saved) => keyed().restore(saved),
      flush: () => opened?.flush(),
    }
  }

  #open(name: string): FlushedKeyed {
    const epochSeconds = this.#epochSeconds
    this.#table ??= this.#folder === null ? new MemoryTable() : new LmdbTable(this.#folder)
    const send = this.#folder === null ? {} : { send: this.#send }
    return newGraphKeyed(this.#table, { name, epochSeconds, ...send })
  }
}
