/**
 * What is in the log of a table and not yet in the table itself: the last write of every key, laid
 * over what the table has.
 */
import { compareKeys } from './keys.ts'
import { type Entry, noEnd, type Receipt, type Write } from './table.ts'

export interface PendingRow extends Write {
  readonly sequence: number
  /** The key has been in the log of changes before: deleting it is a change. */
  readonly isKnown: boolean
}

export class PendingRows {
  /** Number of the last write. */
  last = 0
  readonly receipts = new Map<string, Receipt>()
  /** In the order of their numbers. */
  readonly #rows = new Map<string, PendingRow>()
  /** No life ends earlier. */
  #earliest = noEnd

  get isEmpty(): boolean {
    return this.#rows.size === 0 && this.receipts.size === 0 && this.last === 0
  }

  get(key: string): PendingRow | undefined {
    return this.#rows.get(key)
  }

  values(): Iterable<PendingRow> {
    return this.#rows.values()
  }

  clear(): void {
    this.last = 0
    this.receipts.clear()
    this.#rows.clear()
    this.#earliest = noEnd
  }

  /** @param isInTable the key stands there, or is remembered as deleted */
  put({ key, value, deadline }: Write, sequence: number, isInTable: boolean): void {
    this.last = sequence
    const isKnown = isInTable || this.#rows.delete(key)
    this.#rows.delete(key)
    if (!value && !isKnown) return
    this.#rows.set(key, { key, value, deadline, sequence, isKnown })
    if (value && deadline < this.#earliest) this.#earliest = deadline
  }

  /** Lays them over what the table has under a prefix, which is in order and stays so. */
  over(prefix: string, entries: Iterable<readonly [string, Entry]>): [string, Entry][] {
    const mine = [...this.#rows.values()].filter(({ key }) => key.startsWith(prefix))
    if (mine.length === 0) return entries as [string, Entry][]
    const all = new Map(entries)
    for (const { key, value, deadline, sequence } of mine) {
      if ((all.get(key)?.sequence ?? 0) > sequence) continue
      if (value) all.set(key, { value, deadline, sequence })
      else all.delete(key)
    }
    return [...all].sort(([a], [b]) => compareKeys(a, b))
  }

  /** Those whose life ended at or before this time. */
  expired(time: number): PendingRow[] {
    if (this.#earliest > time) return []
    return [...this.#rows.values()].filter(({ value, deadline }) => value && deadline <= time)
  }
}
