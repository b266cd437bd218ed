/**
 * A table on the disk, in LMDB with a log in front of it: read in place from any thread or process
 * that opens the folder, one writer at a time by LMDB's own lock. A commit is in the log and on the
 * disk before it returns; when the log is full, all that is pending goes into LMDB as one.
 */
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { Packr } from 'msgpackr'
import { assert, reasonOf, SynapseError } from '../signal/index.ts'
import { type PendingRow, PendingRows } from './pending-rows.ts'
import { type Entry, mostTombstones, noEnd, type Receipt, type Table, type Write } from './table.ts'
import { WriteLog } from './write-log.ts'

/** In front of every value: deadline and number, eight bytes each. */
const headerBytes = 16
/** Above every code point that a key may go on with. */
const above = '\u{10ffff}'

/** When a life ends, and the number of the write that says so. */
type Life = [deadline: number, sequence: number]
type Counter = 'sequence' | 'forgotten' | 'tombstones'

/** Since LMDB's last commit: what the log is to have of this one. */
interface Changes {
  readonly first: number
  readonly writes: Write[]
  readonly receipts: Receipt[]
}

type LogRow = [key: string, value: Uint8Array | null, deadline: number]
type LogRecord = [first: number, rows: LogRow[], receipts: Receipt[]]

const packr = new Packr({ useRecords: false })

export interface LmdbOptions {
  /** For a thread that may be ended at any moment: it would keep LMDB's lock for ever. */
  readonly isReader?: boolean
  /** Of the log, where there is none yet. */
  readonly logBytes?: number
}

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
  readonly #isReader: boolean
  readonly #ahead: WriteLog
  readonly #pending = new PendingRows()
  /** While this table has the lock. */
  #changes: Changes | null = null
  #isRecovered = false
  #hasWritten = false

  /** @throws SynapseError io-failed when the folder cannot be opened */
  constructor(folder: string, { isReader = false, logBytes }: LmdbOptions = {}) {
    this.#folder = folder
    this.#isReader = isReader
    this.#ahead = new WriteLog(join(folder, 'log'), logBytes)
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
    if (isReader) this.refresh()
    else this.exclusive(() => {})
  }

  get sequence(): number {
    return Math.max(this.#sequenceInLmdb, this.#pending.last)
  }

  get forgotten(): number {
    return this.#counters.get('forgotten') ?? 0
  }

  get(key: string): Entry | undefined {
    const bytes = this.#entries.getBinary(key)
    const entry = bytes && entryIn(bytes)
    const row = this.#pending.get(key)
    if (!row || (entry && entry.sequence > row.sequence)) return entry
    return row.value ? (row as Entry) : undefined
  }

  scan(prefix: string, take: (key: string, entry: Entry) => void): void {
    // A list first: what `take` writes must not disturb the walk.
    const range = this.#entries.getRange({ start: prefix, end: prefix + above })
    const entries = [...range].map(({ key, value }): [string, Entry] => [
      key,
      entryIn(Uint8Array.from(value)),
    ])
    for (const [key, entry] of this.#pending.over(prefix, entries)) take(key, entry)
  }

  changes(since: number, take: (write: Write) => void): void {
    for (const { value: key } of [...this.#log.getRange({ start: since + 1 })]) {
      if (this.#pending.get(key)) continue
      const { value = null, deadline = noEnd } = this.get(key) ?? {}
      take({ key, value, deadline })
    }
    for (const row of this.#pending.values()) if (row.sequence > since) take(row)
  }

  expired(time: number, limit: number): string[] {
    const end: Life = [time, Number.MAX_VALUE]
    const found: { readonly key: string; readonly deadline: number }[] = []
    for (const { key: life, value: key } of this.#lives.getRange({ end })) {
      if (found.length === limit) break
      if (!this.#pending.get(key)) found.push({ key, deadline: life[0] })
    }
    const pending = this.#pending.expired(time)
    if (pending.length > 0) found.push(...pending)
    if (pending.length > 0) found.sort((a, b) => a.deadline - b.deadline)
    return found.slice(0, limit).map(({ key }) => key)
  }

  commit(writes: readonly Write[], receipt?: Receipt): void {
    // A receipt is as old as the writes that it comes with.
    assert(!receipt || writes.length > 0, 'a receipt is for writes')
    this.exclusive(() => {
      const changes = this.#changes!
      for (const write of writes) {
        this.#lay(write, this.sequence + 1)
        changes.writes.push(write)
      }
      if (!receipt) return
      this.#pending.receipts.set(receipt.client, receipt)
      changes.receipts.push(receipt)
    })
  }

  exclusive<T>(work: () => T): T {
    if (this.#changes) return work()
    assert(!this.#isReader, 'a reader does not write')
    try {
      let isInLmdb = false
      const result = this.#root.transactionSync(() => {
        this.#catchUp(!this.#isRecovered)
        this.#isRecovered = true
        if (this.#pending.isEmpty && !this.#ahead.isEmpty) this.#ahead.beginAnew()
        this.#changes = { first: this.sequence + 1, writes: [], receipts: [] }
        const done = work()
        isInLmdb = this.#keep(this.#changes)
        return done
      })
      if (isInLmdb) this.#pending.clear()
      return result
    } catch (cause) {
      // What was laid over does not count: from the log again.
      this.#pending.clear()
      this.#ahead.rewind()
      throw this.#failure(cause)
    } finally {
      this.#changes = null
    }
  }

  receipt(client: string): Receipt | undefined {
    return this.#pending.receipts.get(client) ?? this.#receipts.get(client)
  }

  refresh(): void {
    if (!this.#changes) this.#catchUp(false)
  }

  /** Leaves an empty log behind, where it has written. */
  async close(): Promise<void> {
    if (this.#hasWritten) this.#empty()
    this.#ahead.close()
    await this.#root.close()
  }

  get #sequenceInLmdb(): number {
    return this.#counters.get('sequence') ?? 0
  }

  /** First the log, then LMDB: what has gone over in between is seen there. */
  #catchUp(isAll: boolean): void {
    const records = this.#ahead.read(() => this.#pending.clear(), isAll)
    if (!this.#changes) this.#root.resetReadTxn()
    const inLmdb = this.#sequenceInLmdb
    if (inLmdb >= this.#pending.last) this.#pending.clear()
    for (const record of records) {
      const [first, rows, receipts] = packr.unpack(record) as LogRecord
      if (first + rows.length - 1 <= inLmdb && rows.length > 0) continue
      for (const [i, [key, value, deadline]] of rows.entries()) {
        this.#lay({ key, value, deadline }, first + i)
      }
      for (const receipt of receipts) this.#pending.receipts.set(receipt.client, receipt)
    }
  }

  #lay(write: Write, sequence: number): void {
    const { key } = write
    const isInTable = this.#entries.doesExist(key) || this.#tombstones.doesExist(key)
    this.#pending.put(write, sequence, isInTable)
  }

  /** @returns whether it is in LMDB, and not in the log, because that has no room */
  #keep({ first, writes, receipts }: Changes): boolean {
    if (writes.length === 0 && receipts.length === 0) return false
    this.#hasWritten = true
    const rows = writes.map(({ key, value, deadline }): LogRow => [key, value, deadline])
    const record: LogRecord = [first, rows, receipts]
    if (this.#ahead.append(packr.pack(record))) return false
    this.#intoLmdb()
    return true
  }

  #empty(): void {
    try {
      this.#root.transactionSync(() => {
        this.#catchUp(false)
        if (!this.#pending.isEmpty) this.#intoLmdb()
      })
    } catch {
      // The log has it, for the next one to open the folder.
    }
  }

  #intoLmdb(): void {
    const { sequence } = this
    for (const row of this.#pending.values()) this.#write(row)
    for (const receipt of this.#pending.receipts.values()) {
      this.#receipts.putSync(receipt.client, receipt)
    }
    this.#counters.putSync('sequence', sequence)
  }

  #failure(cause: unknown): SynapseError {
    if (cause instanceof SynapseError) return cause
    const isFull = /no space|ENOSPC|MDB_MAP_FULL/i.test(reasonOf(cause))
    const what = `writing the state in ${this.#folder}: ${reasonOf(cause)}`
    return new SynapseError(isFull ? 'disk-full' : 'io-failed', what, { cause })
  }

  #write({ key, value, deadline, sequence, isKnown }: PendingRow): void {
    this.#remove(key, value !== null)
    this.#forgetTombstone(key)
    if (value) {
      this.#entries.putSync(key, bytesOf({ value, deadline, sequence }))
      if (deadline !== noEnd) this.#lives.putSync([deadline, sequence], key)
      this.#log.putSync(sequence, key)
    } else if (isKnown) {
      this.#tombstones.putSync(key, sequence)
      this.#tombstoneOrder.putSync(sequence, key)
      this.#log.putSync(sequence, key)
      this.#countTombstones(1)
      this.#boundTombstones()
    }
  }

  /** @param isReplaced it keeps its place, for another entry under the same key */
  #remove(key: string, isReplaced: boolean): void {
    const bytes = this.#entries.getBinary(key)
    if (!bytes) return
    const old = entryIn(bytes)
    const { deadline, sequence } = old
    if (!isReplaced) this.#entries.removeSync(key)
    if (deadline !== noEnd) this.#lives.removeSync([deadline, sequence])
    this.#log.removeSync(sequence)
  }

  #forgetTombstone(key: string): void {
    const sequence = this.#tombstones.get(key)
    if (sequence === undefined) return
    this.#tombstones.removeSync(key)
    this.#tombstoneOrder.removeSync(sequence)
    this.#log.removeSync(sequence)
    this.#countTombstones(-1)
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
