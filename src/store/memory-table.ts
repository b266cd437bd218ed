/** A table in memory: for runs over recordings, for tests, and where nothing is to be kept. */
import tree from 'sorted-btree'
import { compareKeys } from './keys.ts'
import { type Entry, mostTombstones, type Receipt, type Table, type Write } from './table.ts'

// Its class is the default of a CommonJS module: Node hands over the module, a bundler the class.
const BTree = tree.default ?? (tree as unknown as typeof tree.default)

/** When a life ends, and the number of the write that says so. */
type Life = readonly [deadline: number, sequence: number]

function compareLives(a: Life, b: Life): number {
  return a[0] - b[0] || a[1] - b[1]
}

export class MemoryTable implements Table {
  sequence = 0
  forgotten = 0
  readonly #entries = new Map<string, Entry>()
  /** The keys in order, for scans. */
  readonly #order = new BTree<string, null>(undefined, compareKeys)
  readonly #lives = new BTree<Life, string>(undefined, compareLives)
  readonly #log = new BTree<number, string>()
  /** Deleted keys, and the number of the write that deleted them; the oldest first. */
  readonly #tombstones = new Map<string, number>()
  readonly #receipts = new Map<string, Receipt>()

  get(key: string): Entry | undefined {
    return this.#entries.get(key)
  }

  scan(prefix: string, take: (key: string, entry: Entry) => void): void {
    for (const key of this.#order.keys(prefix)) {
      if (!key.startsWith(prefix)) return
      take(key, this.#entries.get(key)!)
    }
  }

  changes(since: number, take: (write: Write) => void): void {
    for (const [, key] of this.#log.entries(since + 1)) {
      const { value = null, deadline = Number.POSITIVE_INFINITY } = this.#entries.get(key) ?? {}
      take({ key, value, deadline })
    }
  }

  expired(time: number, limit: number): string[] {
    const keys: string[] = []
    for (const [[deadline], key] of this.#lives.entries()) {
      if (deadline > time || keys.length === limit) break
      keys.push(key)
    }
    return keys
  }

  commit(writes: readonly Write[], receipt?: Receipt): void {
    for (const { key, value, deadline } of writes) {
      const sequence = ++this.sequence
      const known = this.#remove(key, value !== null) || this.#forgetTombstone(key)
      if (value) {
        if (!this.#entries.has(key)) this.#order.set(key, null)
        this.#entries.set(key, { value, deadline, sequence })
        if (deadline !== Number.POSITIVE_INFINITY) this.#lives.set([deadline, sequence], key)
        this.#log.set(sequence, key)
      } else if (known) {
        this.#tombstones.set(key, sequence)
        this.#log.set(sequence, key)
        this.#boundTombstones()
      }
    }
    if (receipt) this.#receipts.set(receipt.client, receipt)
  }

  exclusive<T>(work: () => T): T {
    return work()
  }

  receipt(client: string): Receipt | undefined {
    return this.#receipts.get(client)
  }

  refresh(): void {
    // There is nobody else.
  }

  async close(): Promise<void> {
    this.#entries.clear()
    this.#order.clear()
    this.#lives.clear()
    this.#log.clear()
  }

  /** @param isReplaced it keeps its place, for another entry under the same key */
  #remove(key: string, isReplaced: boolean): boolean {
    const old = this.#entries.get(key)
    if (!old) return false
    if (!isReplaced) {
      this.#entries.delete(key)
      this.#order.delete(key)
    }
    this.#lives.delete([old.deadline, old.sequence])
    this.#log.delete(old.sequence)
    return true
  }

  #forgetTombstone(key: string): boolean {
    const sequence = this.#tombstones.get(key)
    if (sequence === undefined) return false
    this.#tombstones.delete(key)
    this.#log.delete(sequence)
    return true
  }

  #boundTombstones(): void {
    if (this.#tombstones.size <= mostTombstones) return
    const [[key, sequence]] = this.#tombstones as unknown as [[string, number]]
    this.#forgetTombstone(key)
    this.forgotten = sequence
  }
}
