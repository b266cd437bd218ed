/**
 * What the nodes of one thread keep by key: read in place from the host's folder, sent to another
 * thread to be written. Opened with the first node that wants it.
 */
import type { Consistency } from '../signal/index.ts'
import { type LiveKeyed, LmdbTable, type Notes, newGraphKeyed, type Table } from '../store/index.ts'
import { WriterLine } from './state-line.ts'
import type { StateLine } from './state-messages.ts'

export interface ThreadStateSettings {
  readonly folder: string
  /** Seconds since 1970 at time 0 of the host's clock. */
  readonly epochSeconds: number
  readonly line: StateLine
  /** Somebody is to listen to the line. */
  begin(): void
  /** Says that the thread works, and does not hang. */
  alive(): void
}

export class ThreadState {
  readonly #settings: ThreadStateSettings
  #opened: { readonly table: Table; readonly line: WriterLine } | null = null

  constructor(settings: ThreadStateSettings) {
    this.#settings = settings
  }

  /** @param name of the graph */
  keyed(name: string): LiveKeyed {
    let opened: LiveKeyed | null = null
    const keyed = () => {
      opened ??= this.#open(name)
      return opened
    }
    return {
      get isUsed() {
        return opened !== null
      },
      get isFarAhead() {
        return opened?.isFarAhead ?? false
      },
      open: (node: string, consistency: Consistency) => keyed().open(node, consistency),
      snapshot: (since) => keyed().snapshot(since),
      restore: (saved) => keyed().restore(saved),
      flush: () => opened?.flush(),
      noteIn: (notes: Notes) => opened?.noteIn(notes),
      saved: () => opened?.saved() ?? nothing,
      cover: (now) => opened?.cover(now),
      resume: (saved, notes) => opened?.resume(saved, notes),
    }
  }

  #open(name: string): LiveKeyed {
    const { epochSeconds } = this.#settings
    this.#opened ??= this.#connect()
    const { table, line } = this.#opened
    // What another graph of this name has left, or a thread before this one, is there from here on.
    line.settle()
    table.refresh()
    return newGraphKeyed(table, { name, epochSeconds, live: line })
  }

  #connect() {
    const { folder, line: shared, begin, alive } = this.#settings
    begin()
    const line = new WriterLine(shared, alive)
    // Then the folder is there.
    line.settle()
    return { table: new LmdbTable(folder, { isReader: true }), line }
  }
}

const nothing = new Uint8Array(0)
