/**
 * A table on the disk, in LMDB: read in place from any thread or process that opens the folder, one
 * writer at a time by LMDB's own lock, forced to the disk before a commit returns.
 */
import { type Database, open, type RootDatabase } from 'lmdb'
import { reasonOf, SynapseError } from '../signal/index.ts'
import { type Entry, mostTombstones, type Receipt, type Table, type Write } from './table.ts'

/** In front of every value: deadline and number, eight bytes each. */
const headerBytes = 16
/** Above every code point that a key may go on with. */
const above = '\u{10ffff}'

/** When a life ends, and the number of the write that says so. */
type Life = [deadline: number, sequence: number]
type Counter = 'sequence' | 'forgotten' | 'tombstones'

export class LmdbTable implements Table {
  readonly #folder: string
  readonly #root: RootDatabase<Uint8Array, string>
  readonly #entries: Database<Uint8Array, string>
  readonly #lives: Database<string, Life>
  readonly #log: Database<string, number>
  /** Deleted keys, and the number of the write that deleted them; and the other way round. */
  readonly #tombstones: Database<number, string>
  readonly #tombstoneOrder: Database<string, number>
  readonly #counters: Database<number, Counter>
  readonly #receipts: Database<Receipt, string>

  /** @throws SynapseError io-failed when the folder cannot be opened */
  constructor(folder: string) {
    this.#folder = folder
    try {
      this.#root = open({
        path: folder,
        noSubdir: false,
        maxDbs: 8,
        encoding: 'binary',
        // A commit that returns is on the disk, not on its way there.
        overlappingSync: false,
      })
      this.#entries = this.#root.openDB('entries', { encoding: 'binary' })
      this.#lives = this.#root.openDB('lives', { encoding: 'string' })
      this.#log = this.#root.openDB('log', { encoding: 'string' })
      this.#tombstones = this.#root.openDB('tombstones', { encoding: 'ordered-binary' })
      this.#tombstoneOrder = this.#root.openDB('tombstone-order', { encoding: 'string' })
      this.#counters = this.#root.openDB('counters', { encoding: 'ordered-binary' })
      this.#receipts = this.#root.openDB('receipts', { encoding: 'json' })
    } catch (cause) {
      const what = `opening the state in ${folder}: ${reasonOf(cause)}`
      throw new SynapseError('io-failed', what, { cause })
    }
  }

  get sequence(): number {
    return this.#counters.get('sequence') ?? 0
  }

  get forgotten(): number {
    return this.#counters.get('forgotten') ?? 0
  }

  get(key: string): Entry | undefined {
    const bytes = this.#entries.getBinary(key)
    return bytes && entryIn(bytes)
  }

  scan(prefix: string, take: (key: string, entry: Entry) => void): void {
    // A list first: what `take` writes must not disturb the walk.
    const range = this.#entries.getRange({ start: prefix, end: prefix + above })
    for (const { key, value } of [...range]) take(key, entryIn(Uint8Array.from(value)))
  }

  changes(since: number, take: (write: Write) => void): void {
    for (const { value: key } of [...this.#log.getRange({ start: since + 1 })]) {
      const { value = null, deadline = Number.POSITIVE_INFINITY } = this.get(key) ?? {}
      take({ key, value, deadline })
    }
  }

  expired(time: number, limit: number): string[] {
    const end: Life = [time, Number.MAX_VALUE]
    return [...this.#lives.getRange({ end, limit })].map(({ value }) => value)
  }

  commit(writes: readonly Write[], receipt?: Receipt): void {
    this.exclusive(() => {
      let sequence = this.sequence
      for (const write of writes) this.#write(write, ++sequence)
      this.#counters.putSync('sequence', sequence)
      if (receipt) this.#receipts.putSync(receipt.client, receipt)
    })
  }

  exclusive<T>(work: () => T): T {
    try {
      return this.#root.transactionSync(work)
    } catch (cause) {
      throw this.#failure(cause)
    }
  }

  /** As `exclusive`, for a thread that must not wait for the disk: on it when the promise resolves. */
  async later(work: () => void): Promise<void> {
    try {
      await this.#root.transaction(work)
    } catch (cause) {
      throw this.#failure(cause)
    }
  }

  receipt(client: string): Receipt | undefined {
    return this.#receipts.get(client)
  }

  refresh(): void {
    this.#root.resetReadTxn()
  }

  close(): Promise<void> {
    return this.#root.close()
  }

  #failure(cause: unknown): SynapseError {
    if (cause instanceof SynapseError) return cause
    const isFull = /no space|ENOSPC|MDB_MAP_FULL/i.test(reasonOf(cause))
    const what = `writing the state in ${this.#folder}: ${reasonOf(cause)}`
    return new SynapseError(isFull ? 'disk-full' : 'io-failed', what, { cause })
  }

  #write({ key, value, deadline }: Write, sequence: number): void {
    const known = this.#remove(key, value !== null) || this.#forgetTombstone(key)
    if (value) {
      this.#entries.putSync(key, bytesOf({ value, deadline, sequence }))
      if (deadline !== Number.POSITIVE_INFINITY) this.#lives.putSync([deadline, sequence], key)
      this.#log.putSync(sequence, key)
    } else if (known) {
      this.#tombstones.putSync(key, sequence)
      this.#tombstoneOrder.putSync(sequence, key)
      this.#log.putSync(sequence, key)
      this.#countTombstones(1)
      this.#boundTombstones()
    }
  }

  /** @param isReplaced it keeps its place, for another entry under the same key */
  #remove(key: string, isReplaced: boolean): boolean {
    const old = this.get(key)
    if (!old) return false
    if (!isReplaced) this.#entries.removeSync(key)
    if (old.deadline !== Number.POSITIVE_INFINITY) {
      this.#lives.removeSync([old.deadline, old.sequence])
    }
    this.#log.removeSync(old.sequence)
    return true
  }

  #forgetTombstone(key: string): boolean {
    const sequence = this.#tombstones.get(key)
    if (sequence === undefined) return false
    this.#tombstones.removeSync(key)
    this.#tombstoneOrder.removeSync(sequence)
    this.#log.removeSync(sequence)
    this.#countTombstones(-1)
    return true
  }

  #countTombstones(more: number): void {
    this.#counters.putSync('tombstones', (this.#counters.get('tombstones') ?? 0) + more)
  }

  #boundTombstones(): void {
    if ((this.#counters.get('tombstones') ?? 0) <= mostTombstones) return
    const [oldest] = this.#tombstoneOrder.getRange({ limit: 1 })
    if (!oldest) return
    this.#forgetTombstone(oldest.value)
    this.#counters.putSync('forgotten', oldest.key)
  }
}

function bytesOf({ value, deadline, sequence }: Entry): Uint8Array {
  const bytes = new Uint8Array(headerBytes + value.length)
  const header = new DataView(bytes.buffer)
  header.setFloat64(0, deadline)
  header.setFloat64(8, sequence)
  bytes.set(value, headerBytes)
  return bytes
}

function entryIn(bytes: Uint8Array): Entry {
  const header = new DataView(bytes.buffer, bytes.byteOffset)
  return {
    value: bytes.subarray(headerBytes),
    deadline: header.getFloat64(0),
    sequence: header.getFloat64(8),
  }
}
