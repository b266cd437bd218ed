/**
 * Clients of a table, one for each level of consistency. All of them forget an entry exactly at the
 * end of its life, whether it has been swept or not.
 */
import type { KeyedContext, StateValue } from '../signal/index.ts'
import { checkKey, compareKeys } from './keys.ts'
import { applyBatch, type Batch, Outbox, sweep } from './outbox.ts'
import type { Table, Write } from './table.ts'
import { decodeValue, encodeValue } from './value.ts'

export interface KeyedClient extends KeyedContext {
  /** Sends what waits to the writer. */
  flush(time: number): void
  /** Forgets what is not written and what was read: the table has been restored. */
  discard(): void
  /** Writes that are not certain to be in the table. */
  unwritten(): readonly Write[]
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
  /** Hands a batch to the writer; without it, the client writes itself. */
  send?(batch: Batch): void
}

const defaults = { flushSeconds: 1, mostWaiting: 256, stalenessSeconds: 1 }
/** Swept in passing by a strong write. */
const sweptByStrong = 4

export function newStrongClient(table: Table): StrongClient {
  const read = (key: string, time: number) => valueAt(table.get(key), time)
  const write = (each: Write, time: number) => {
    table.commit([each])
    sweep(table, time, sweptByStrong)
  }
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
    ...writing(outbox),
    scan(prefix, time, take) {
      outbox.keepUp(time)
      const rows = rowsAt(table, prefix, time, outbox.writes())
      for (const [key, value] of rows) take(key, decodeValue(value))
    },
  }
}

/** More entries are not kept aside; the oldest reading makes room. */
const mostCached = 4096

export interface EventualOptions extends ClientOptions {
  /** No read is older than this, in the client's time. */
  readonly stalenessSeconds?: number
}

export function newEventualClient(table: Table, options: EventualOptions): KeyedClient {
  const { stalenessSeconds = defaults.stalenessSeconds } = options
  const outbox = outboxOf(table, options)
  const cache = new Map<string, { readonly row: ReturnType<Table['get']>; readonly at: number }>()
  return {
    get(key, time) {
      checkKey(key)
      outbox.keepUp(time)
      const known = cache.get(key)
      if (known && Math.abs(time - known.at) < stalenessSeconds) return valueAt(known.row, time)
      table.refresh()
      const row = table.get(key)
      cache.delete(key)
      cache.set(key, { row, at: time })
      if (cache.size > mostCached) cache.delete(cache.keys().next().value!)
      return valueAt(row, time)
    },
    ...writing(outbox),
    discard() {
      outbox.discard()
      cache.clear()
    },
    scan(prefix, time, take) {
      for (const [key, value] of rowsAt(table, prefix, time, [])) take(key, decodeValue(value))
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
    send: options.send ?? ((batch) => applyBatch(table, batch)),
  })
}

function writing(outbox: Outbox): Omit<KeyedClient, 'get' | 'scan'> {
  return {
    put(key, value, time, timeToLiveSeconds) {
      outbox.add(writeOf(key, value, time, timeToLiveSeconds), time)
    },
    delete(key, time) {
      outbox.add(writeOf(key, null, time), time)
    },
    flush: (time) => outbox.flush(time),
    discard: () => outbox.discard(),
    unwritten: () => outbox.writes(),
  }
}

/** @throws SynapseError bad-option */
function writeOf(
  key: string,
  value: StateValue | null,
  time: number,
  timeToLiveSeconds = Number.POSITIVE_INFINITY,
): Write {
  checkKey(key)
  if (value === null) return { key, value, deadline: Number.POSITIVE_INFINITY }
  return { key, value: encodeValue(value), deadline: time + timeToLiveSeconds }
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
