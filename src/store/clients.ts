/**
 * Clients of a table, one for each level of consistency. All of them forget an entry exactly at the
 * end of its life, whether it has been swept or not.
 */
import { type KeyedContext, type StateValue, SynapseError } from '../signal/index.ts'
import { checkKey, compareKeys } from './keys.ts'
import { applyBatch, type Batch, Outbox, sweepOld } from './outbox.ts'
import { type Journal, type JournalEntry, Replay } from './replay.ts'
import { noEnd, type Table, type Write } from './table.ts'
import { decodeValue, encodeValue } from './value.ts'

export interface KeyedClient extends KeyedContext {
  /** Sends what may be sent to the writer. */
  flush(time: number): void
  /** Forgets what is not written and what was read: the table has been restored. */
  discard(): void
  /** Writes that are not certain to be in the table. */
  unwritten(): readonly Write[]
  /** What it must not do before a snapshot is so much that one should be taken. */
  readonly isFarAhead: boolean
  /** For a snapshot; null where there is nothing to go on from but the table. */
  saved(): SavedClient | null
  /** A snapshot has what `saved` gave. */
  cover(time: number): void
  /** Goes on as another one stood at its snapshot. @param journal what that one has written since */
  resume(saved: SavedClient | null, journal: readonly JournalEntry[]): void
}

/** A client at a moment. */
export interface SavedClient {
  readonly instance: string
  /** Of its last write. */
  readonly number: number
  readonly unwritten: readonly Write[]
  /** What it is about to make again, where it has gone back itself. */
  readonly left: readonly JournalEntry[]
}

export interface StrongClient extends KeyedClient {
  /**
   * Reads, changes and writes while nobody else writes.
   * @param change gets the value as it stands; what it returns is written, null deletes
   */
  update(
    key: string,
    time: number,
    change: (value: StateValue | undefined) => StateValue | null,
    timeToLiveSeconds?: number,
  ): void
}

export interface ClientOptions {
  /** Name of the client: the same again when it is opened again. */
  readonly client: string
  /** In the client's time. */
  readonly flushSeconds?: number
  readonly mostWaiting?: number
  /** Nothing is sent before `cover`. */
  readonly isHeld?: boolean
  /** Hands a batch to the writer; without it, the client writes itself. */
  send?(batch: Batch): void
}

const defaults = { flushSeconds: 1, mostWaiting: 256, stalenessSeconds: 1 }
/** Swept in passing by a strong write. */
const sweptByStrong = 4
/** One value is no more than what may be unwritten of all. */
const mostValueBytes = 2 ** 24

export function newStrongClient(table: Table): StrongClient {
  const read = (key: string, time: number) => valueAt(table.get(key), time)
  const write = (each: Write, time: number) =>
    table.exclusive(() => {
      table.commit([each])
      sweepOld(table, time, sweptByStrong)
    })
  return {
    get(key, time) {
      checkKey(key)
      table.refresh()
      return read(key, time)
    },
    put(key, value, time, timeToLiveSeconds) {
      write(writeOf(key, value, time, timeToLiveSeconds), time)
    },
    delete(key, time) {
      write(writeOf(key, null, time), time)
    },
    scan(prefix, time, take) {
      table.refresh()
      for (const [key, value] of rowsAt(table, prefix, time, [])) take(key, decodeValue(value))
    },
    update(key, time, change, timeToLiveSeconds) {
      checkKey(key)
      table.exclusive(() => {
        write(writeOf(key, change(read(key, time)), time, timeToLiveSeconds), time)
      })
    },
    flush() {},
    discard() {},
    unwritten: () => [],
    isFarAhead: false,
    saved: () => null,
    cover() {},
    resume() {},
  }
}

export interface LiveStrongOptions {
  readonly client: string
  /** Where the thread that takes over finds what was written since the last snapshot. */
  journal(): Journal
  /** Has it written, by another thread: it is on the disk, and everybody sees it, on return. */
  write(batch: Batch): void
}

/** A strong client in a thread that may die: after that it makes no write a second time. */
export function newLiveStrongClient(table: Table, options: LiveStrongOptions): KeyedClient {
  const { client, journal, write } = options
  let instance: string = crypto.randomUUID()
  let number = 0
  const replay = new Replay()
  const put = (each: Write, time: number) => {
    if (replay.isMade(number + 1, each)) {
      number++
      return
    }
    number = Math.max(number, replay.end()) + 1
    table.refresh()
    const { value = null, deadline = 0 } = table.get(each.key) ?? {}
    journal().add({ client, instance, number, write: each, before: { value, deadline } })
    write({ client, instance, number, after: 0, time, writes: [each] })
  }
  return {
    get(key, time) {
      checkKey(key)
      table.refresh()
      return valueAt(replay.get(key) ?? table.get(key), time)
    },
    put: (key, value, time, life) => put(writeOf(key, value, time, life), time),
    delete: (key, time) => put(writeOf(key, null, time), time),
    scan(prefix, time, take) {
      table.refresh()
      const rows = rowsAt(table, prefix, time, replay.rows())
      for (const [key, value] of rows) take(key, decodeValue(value))
    },
    flush() {},
    discard: () => void replay.end(),
    unwritten: () => [],
    get isFarAhead() {
      return journal().isFarAhead
    },
    saved() {
      if (number === 0) return null
      return { instance, number, unwritten: [], left: replay.left(client, instance, number) }
    },
    cover() {},
    resume(saved, entries) {
      const mine = [...(saved?.left ?? []), ...entries.filter((each) => each.client === client)]
      instance = saved?.instance ?? mine[0]?.instance ?? instance
      number = saved?.number ?? 0
      table.refresh()
      const receipt = table.receipt(client)
      const written = receipt?.instance === instance ? receipt.number : 0
      replay.begin(mine, number, written)
    },
  }
}

export function newSessionClient(table: Table, options: ClientOptions): KeyedClient {
  const outbox = outboxOf(table, options)
  return {
    get(key, time) {
      checkKey(key)
      outbox.keepUp(time)
      return valueAt(outbox.get(key) ?? table.get(key), time)
    },
    ...writing(table, outbox),
    get isFarAhead() {
      return outbox.isFarAhead
    },
  }
}

/** More entries are not kept aside; the oldest reading makes room. */
const mostCached = 4096

export interface EventualOptions extends ClientOptions {
  /** No read is older than this, in the client's time. */
  readonly stalenessSeconds?: number
}

/** As a session, but for how old it may be what others have written. */
export function newEventualClient(table: Table, options: EventualOptions): KeyedClient {
  const { stalenessSeconds = defaults.stalenessSeconds } = options
  const outbox = outboxOf(table, options)
  const cache = new Map<string, { readonly row: ReturnType<Table['get']>; readonly at: number }>()
  const { put, delete: remove, discard, resume, ...others } = writing(table, outbox)
  return {
    get(key, time) {
      checkKey(key)
      outbox.keepUp(time)
      const mine = outbox.get(key)
      if (mine) return valueAt(mine, time)
      const known = cache.get(key)
      if (known && Math.abs(time - known.at) < stalenessSeconds) return valueAt(known.row, time)
      table.refresh()
      const row = table.get(key)
      cache.delete(key)
      // What is read in place is another entry's after the next reading.
      cache.set(key, { row: row && { ...row, value: Uint8Array.from(row.value) }, at: time })
      if (cache.size > mostCached) cache.delete(cache.keys().next().value!)
      return valueAt(row, time)
    },
    ...others,
    put(key, value, time, life) {
      put(key, value, time, life)
      cache.delete(key)
    },
    delete(key, time) {
      remove(key, time)
      cache.delete(key)
    },
    discard() {
      discard()
      cache.clear()
    },
    resume(saved, journal) {
      resume(saved, journal)
      cache.clear()
    },
    get isFarAhead() {
      return outbox.isFarAhead
    },
  }
}

function outboxOf(table: Table, options: ClientOptions): Outbox {
  const { client, flushSeconds = defaults.flushSeconds } = options
  return new Outbox(table, {
    client,
    instance: crypto.randomUUID(),
    flushSeconds,
    mostWaiting: options.mostWaiting ?? defaults.mostWaiting,
    isHeld: options.isHeld ?? false,
    send: options.send ?? ((batch) => applyBatch(table, batch)),
  })
}

function writing(table: Table, outbox: Outbox): Omit<KeyedClient, 'get' | 'isFarAhead'> {
  return {
    put(key, value, time, timeToLiveSeconds) {
      outbox.add(writeOf(key, value, time, timeToLiveSeconds), time)
    },
    delete(key, time) {
      outbox.add(writeOf(key, null, time), time)
    },
    scan(prefix, time, take) {
      outbox.keepUp(time)
      const rows = rowsAt(table, prefix, time, outbox.writes())
      for (const [key, value] of rows) take(key, decodeValue(value))
    },
    flush: (time) => outbox.flush(time),
    discard: () => outbox.discard(),
    unwritten: () => outbox.writes(),
    saved: () =>
      outbox.size > 0 ? { instance: '', number: 0, unwritten: outbox.writes(), left: [] } : null,
    cover: (time) => outbox.cover(time),
    resume: (saved) => outbox.restore(saved?.unwritten ?? []),
  }
}

/** @throws SynapseError bad-option */
function writeOf(
  key: string,
  value: StateValue | null,
  time: number,
  timeToLiveSeconds = noEnd,
): Write {
  checkKey(key)
  if (value === null) return { key, value, deadline: noEnd }
  const bytes = encodeValue(value)
  if (bytes.length > mostValueBytes) {
    const what = `keeping ${bytes.length} bytes under ${JSON.stringify(key)}`
    throw new SynapseError('bad-option', `${what}: that is too much`, {
      remedy: `A value has ${mostValueBytes} bytes at most.`,
    })
  }
  return { key, value: bytes, deadline: time + timeToLiveSeconds }
}

function valueAt(row: Pick<Write, 'value' | 'deadline'> | undefined, time: number) {
  return row?.value && row.deadline > time ? decodeValue(row.value) : undefined
}

/** What stands in the table, with a client's own writes laid over it, in the order of the keys. */
export function rowsAt(
  table: Table,
  prefix: string,
  time: number,
  over: readonly Write[],
): [key: string, value: Uint8Array][] {
  const rows = new Map<string, Uint8Array>()
  table.scan(prefix, (key, { value, deadline }) => {
    if (deadline > time) rows.set(key, value)
  })
  let isSorted = true
  for (const { key, value, deadline } of over) {
    if (!key.startsWith(prefix)) continue
    if (value && deadline > time) {
      isSorted = isSorted && rows.has(key)
      rows.set(key, value)
    } else rows.delete(key)
  }
  const all = [...rows]
  return isSorted ? all : all.sort(([a], [b]) => compareKeys(a, b))
}
