/**
 * What a strong client of a dead thread had written since its last snapshot, for the one that goes
 * on from there: entries as they stood at the snapshot, until it has made each of these writes again.
 * Everybody else sees the newest of them all the time, and none is written a second time.
 */
import type { Write } from './table.ts'

/** A write of a strong client, noted before it is made. */
export interface JournalEntry {
  readonly client: string
  readonly instance: string
  /** Counted up, write by write, as long as the client lives on. */
  readonly number: number
  readonly write: Write
  /** What stood under the key before. */
  readonly before: Pick<Write, 'value' | 'deadline'>
}

/** In memory that outlives the thread; begun anew with every snapshot. */
export interface Journal {
  add(entry: JournalEntry): void
  /** It has so much that a snapshot should be taken. */
  readonly isFarAhead: boolean
}

export class Replay {
  /** As the client finds the entries now. */
  readonly #rows = new Map<string, Write>()
  readonly #made = new Map<number, Write>()
  /** Number of the last write that is on the disk. */
  #written = 0

  /**
   * @param journal of this client
   * @param number of its last write before the snapshot
   * @param written of its last one that the table has
   */
  begin(journal: readonly JournalEntry[], number: number, written: number): void {
    this.#rows.clear()
    this.#made.clear()
    this.#written = written
    for (const { number: each, write, before } of journal) {
      if (each <= number || each > written) continue
      this.#made.set(each, write)
      const { key } = write
      if (this.#rows.has(key)) continue
      this.#rows.set(key, { ...before, key })
    }
  }

  get(key: string): Write | undefined {
    return this.#rows.get(key)
  }

  rows(): readonly Write[] {
    return [...this.#rows.values()]
  }

  /** What is still to be made again after so many, as a journal. */
  left(client: string, instance: string, number: number): JournalEntry[] {
    return [...this.#made]
      .filter(([each]) => each > number)
      .map(([each, write]) => {
        return { client, instance, number: each, write, before: this.#rows.get(write.key)! }
      })
  }

  /** @returns whether this write was made before, with this number, and is on the disk */
  isMade(number: number, write: Write): boolean {
    const made = this.#made.get(number)
    if (!made || !isSame(made, write)) return false
    this.#rows.set(write.key, write)
    if (number === this.#written) this.end()
    return true
  }

  /**
   * The client does what it has not done before: from here on it sees what everybody sees.
   * @returns the number of the last write that is on the disk
   */
  end(): number {
    this.#rows.clear()
    this.#made.clear()
    return this.#written
  }
}

function isSame(a: Write, b: Write): boolean {
  if (a.key !== b.key || a.deadline !== b.deadline) return false
  return a.value && b.value ? Buffer.compare(a.value, b.value) === 0 : a.value === b.value
}
