/**
 * The keyed context of one graph over a table: every node has the keys behind its own name, and
 * stream time, which begins anew with every start of the machine, becomes time since 1970, so that a
 * life goes on from one session to the next.
 */
import { Packr } from 'msgpackr'
import {
  assert,
  type Consistency,
  type GraphKeyed,
  type KeyedContext,
  type NodeState,
  SynapseError,
} from '../signal/index.ts'
import {
  type KeyedClient,
  newEventualClient,
  newLiveStrongClient,
  newSessionClient,
  newStrongClient,
  type SavedClient,
} from './clients.ts'
import { incrementOf, restoreBase } from './increments.ts'
import type { Batch } from './outbox.ts'
import type { Journal, JournalEntry } from './replay.ts'
import type { Table, Write } from './table.ts'

export interface GraphKeyedOptions {
  /** Goes before all keys: the graph's name. */
  readonly name: string
  /** Seconds since 1970 at time 0 of the streams. */
  readonly epochSeconds: number
  /** What may be sent to the writer waits so long at most. */
  readonly flushSeconds?: number
  /** Of a graph in a thread that may die, and whose writer is elsewhere; else it writes itself. */
  readonly live?: LiveWriter
}

/** The writer of a live graph, which is another thread. */
export interface LiveWriter {
  /** May write it later. */
  send(batch: Batch): void
  /** On the disk, and seen by everybody, on return. */
  write(batch: Batch): void
}

export interface FlushedKeyed extends GraphKeyed {
  /** Sends to the writer all that waits: before the graph is closed. */
  flush(): void
}

/** Where strong writes of a graph are noted, in memory that outlives its thread. */
export interface Notes {
  /** @param note lent for the call */
  add(note: Uint8Array): void
  readonly isFarAhead: boolean
}

/** Of a live graph: part of its snapshots, though not of its nodes' states. */
export interface LiveKeyed extends FlushedKeyed {
  /** Some node keeps something. */
  readonly isUsed: boolean
  /** So much is not in a snapshot yet that one should be taken. */
  readonly isFarAhead: boolean
  /** From here on strong writes are noted there, each snapshot beginning anew. */
  noteIn(notes: Notes): void
  /** What has to be saved beside the table, to go on from there; often nothing. */
  saved(): Uint8Array
  /** A snapshot has what `saved` gave. @param now on the host's clock, in seconds */
  cover(now: number): void
  /**
   * Goes on as others stood.
   * @param saved by each of those that had its nodes
   * @param notes what the one has noted since
   */
  resume(saved: readonly Uint8Array[], notes: readonly Uint8Array[]): void
}

const packr = new Packr({ useRecords: false })

export function newGraphKeyed(table: Table, options: GraphKeyedOptions): LiveKeyed {
  const root = `${encodeURIComponent(options.name)}/`
  const clients = new Map<string, KeyedClient>()
  /** The newest time that any node has said. */
  let newest = 0

  const { live, flushSeconds = usualFlushSeconds } = options
  let journal: Journal | null = null
  const journalInUse = () => {
    assert(journal, 'strong writes of a live graph are noted')
    return journal
  }

  function newClient(client: string, consistency: Consistency): KeyedClient {
    if (consistency === 'strong') {
      if (!live) return newStrongClient(table)
      const write = (batch: Batch) => live.write(batch)
      return newLiveStrongClient(table, { client, journal: journalInUse, write })
    }
    const held = live && { isHeld: true, send: (batch: Batch) => live.send(batch) }
    const settings = { client, flushSeconds, ...held }
    const isSession = consistency === 'session'
    return isSession ? newSessionClient(table, settings) : newEventualClient(table, settings)
  }

  function clientOf(node: string, consistency: Consistency): KeyedClient {
    const client = `${root}${node} ${consistency}`
    const known = clients.get(client)
    if (known) return known
    const opened = newClient(client, consistency)
    clients.set(client, opened)
    return opened
  }

  function flush(): void {
    for (const client of clients.values()) {
      client.cover(newest)
      client.flush(newest)
    }
  }

  return {
    flush,
    ...snapshots(clients, flushSeconds, flush, () => newest),
    get isUsed() {
      return clients.size > 0
    },
    get isFarAhead() {
      for (const client of clients.values()) if (client.isFarAhead) return true
      return false
    },
    noteIn(notes) {
      journal = {
        add: (entry) => notes.add(packr.pack(entry)),
        get isFarAhead() {
          return notes.isFarAhead
        },
      }
    },
    open(node, consistency): KeyedContext {
      const prefix = `${root}${node}/`
      const client = clientOf(node, consistency)
      const absolute = (time: number) => {
        newest = time + options.epochSeconds
        return newest
      }
      return {
        get: (key, time) => client.get(prefix + key, absolute(time)),
        put: (key, value, time, life) => client.put(prefix + key, value, absolute(time), life),
        delete: (key, time) => client.delete(prefix + key, absolute(time)),
        scan(within, time, take) {
          const from = prefix.length
          client.scan(prefix + within, absolute(time), (key, value) => take(key.slice(from), value))
        },
      }
    },
    snapshot(since): NodeState {
      const increment = incrementOf(table, since, root)
      const rows = new Map(increment.writes.map((write) => [write.key, write]))
      // What the table does not have yet belongs to it too, and again to the next one.
      for (const client of clients.values()) {
        for (const write of client.unwritten()) rows.set(write.key, write)
      }
      const list = [...rows.values()].filter(({ value }) => value || increment.since > 0)
      return { since: increment.since, upTo: increment.upTo, rows: packRows(list) }
    },
    restore(saved): void {
      if (saved.since !== 0) {
        const what = `restoring keyed state: this holds only what changed since ${saved.since}`
        throw new SynapseError('graph-invalid', what, {
          remedy: 'Merge it with the snapshots before it.',
        })
      }
      for (const client of clients.values()) client.discard()
      const writes = unpackRows(saved.rows as Uint8Array)
      restoreBase(table, { since: 0, upTo: Number(saved.upTo), writes }, root)
    },
  }
}

const usualFlushSeconds = 1
const nothing = new Uint8Array(0)

type SavedClients = [client: string, saved: SavedClient][]

/** What the clients of a live graph add to its snapshots. */
function snapshots(
  clients: ReadonlyMap<string, KeyedClient>,
  flushSeconds: number,
  flush: () => void,
  time: () => number,
): Pick<LiveKeyed, 'saved' | 'cover' | 'resume'> {
  let flushedAt = Number.NEGATIVE_INFINITY
  return {
    saved() {
      const list: SavedClients = []
      for (const [name, client] of clients) {
        const saved = client.saved()
        if (saved) list.push([name, saved])
      }
      return list.length > 0 ? packr.pack(list) : nothing
    },
    cover(now) {
      for (const client of clients.values()) client.cover(time())
      if (now - flushedAt < flushSeconds) return
      flushedAt = now
      flush()
    },
    resume(list, notes) {
      const saved = new Map(
        list.flatMap((bytes) => (bytes.length > 0 ? (packr.unpack(bytes) as SavedClients) : [])),
      )
      const entries = notes.map((note) => packr.unpack(note) as JournalEntry)
      for (const [name, client] of clients) client.resume(saved.get(name) ?? null, entries)
    },
  }
}

function packRows(writes: readonly Write[]): Uint8Array {
  return Uint8Array.from(
    packr.pack(writes.map(({ key, value, deadline }) => [key, value, deadline])),
  )
}

function unpackRows(rows: Uint8Array): Write[] {
  const list = packr.unpack(rows) as [string, Uint8Array | null, number][]
  return list.map(([key, value, deadline]) => {
    // What is unpacked lies in the bytes of the whole.
    return { key, value: value && Uint8Array.from(value), deadline }
  })
}
