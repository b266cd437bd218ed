/**
 * The keyed context of one graph over a table: every node has the keys behind its own name, and
 * stream time, which begins anew with every start of the machine, becomes time since 1970, so that a
 * life goes on from one session to the next.
 */
import { Packr } from 'msgpackr'
import {
  type Consistency,
  type GraphKeyed,
  type KeyedContext,
  type NodeState,
  SynapseError,
} from '../signal/index.ts'
import {
  type ClientOptions,
  type KeyedClient,
  newEventualClient,
  newSessionClient,
  newStrongClient,
} from './clients.ts'
import { incrementOf, restoreBase } from './increments.ts'
import type { Table, Write } from './table.ts'

export interface GraphKeyedOptions extends Pick<ClientOptions, 'send'> {
  /** Goes before all keys: the graph's name. */
  readonly name: string
  /** Seconds since 1970 at time 0 of the streams. */
  readonly epochSeconds: number
}

export interface FlushedKeyed extends GraphKeyed {
  /** Sends to the writer what waits: before the graph is closed. */
  flush(): void
}

const packr = new Packr({ useRecords: false })

export function newGraphKeyed(table: Table, options: GraphKeyedOptions): FlushedKeyed {
  const root = `${encodeURIComponent(options.name)}/`
  const clients = new Map<string, KeyedClient>()
  /** The newest time that any node has said. */
  let newest = 0

  function clientOf(node: string, consistency: Consistency): KeyedClient {
    const client = `${root}${node} ${consistency}`
    const known = clients.get(client)
    if (known) return known
    const { send } = options
    const settings: ClientOptions = send ? { client, send } : { client }
    const opened =
      consistency === 'strong'
        ? newStrongClient(table)
        : consistency === 'session'
          ? newSessionClient(table, settings)
          : newEventualClient(table, settings)
    clients.set(client, opened)
    return opened
  }

  function flush(): void {
    for (const client of clients.values()) client.flush(newest)
  }

  return {
    flush,
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
