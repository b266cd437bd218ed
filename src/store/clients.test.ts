/** What each level of consistency promises, and where the weaker ones differ; docs/state.md. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import {
  applyBatch,
  type Batch,
  LmdbTable,
  MemoryTable,
  newEventualClient,
  newSessionClient,
  newStrongClient,
  type Table,
} from './index.ts'

const open: Table[] = []

function lmdb(folder = scratchFolder().path('state')): LmdbTable {
  const table = new LmdbTable(folder)
  open.push(table)
  return table
}

afterAll(async () => {
  for (const table of open) await table.close()
})

const backends: Record<string, () => Table> = { memory: () => new MemoryTable(), lmdb }

describe.each(Object.keys(backends))('%s', (backend) => {
  const opened = () => backends[backend]!()

  test('strong: what one has written, everybody strong reads at once', () => {
    const table = opened()
    const [one, other] = [newStrongClient(table), newStrongClient(table)]
    one.put('k', 1, 0)
    expect(other.get('k', 0)).toBe(1)
    one.delete('k', 0)
    expect(other.get('k', 0)).toBeUndefined()
  })

  test('session: a client reads its own writes at once, others after its flush', () => {
    const table = opened()
    const one = newSessionClient(table, { client: 'one', flushSeconds: 1 })
    const other = newSessionClient(table, { client: 'other', flushSeconds: 1 })
    one.put('a', 1, 0)
    one.put('b', 2, 0)
    one.delete('a', 0.5)
    expect([one.get('a', 0.5), one.get('b', 0.5)]).toEqual([undefined, 2])
    const rows: unknown[] = []
    one.scan('', 0.5, (key, value) => rows.push([key, value]))
    expect(rows).toEqual([['b', 2]])
    expect(other.get('b', 0.5)).toBeUndefined()
    one.get('b', 1)
    expect(other.get('b', 2)).toBe(2)
    expect(one.unwritten()).toEqual([])
  })

  test('eventual: its own writes at once, those of others for no longer late than its staleness', () => {
    const table = opened()
    const other = newStrongClient(table)
    other.put('k', 1, 0)
    const one = newEventualClient(table, { client: 'one', flushSeconds: 0.5, stalenessSeconds: 2 })
    expect(one.get('k', 0)).toBe(1)
    other.put('k', 2, 0)
    expect([one.get('k', 1.9), one.get('k', 2)]).toEqual([1, 2])
    one.put('k', 3, 2)
    expect(one.get('k', 2)).toBe(3)
    one.flush(2)
    expect(one.get('k', 2)).toBe(3)
  })

  test.each(['session', 'eventual'])('%s: a life ends exactly, flushed or not', (level) => {
    const table = opened()
    const newClient = level === 'session' ? newSessionClient : newEventualClient
    const client = newClient(table, { client: 'one', flushSeconds: 100 })
    client.put('k', 1, 0, 3)
    client.flush(0)
    expect(client.get('k', 2.999)).toBe(1)
    expect(client.get('k', 3)).toBeUndefined()
  })

  test('a writer that writes later: nothing is forgotten before its receipt', () => {
    const table = opened()
    const batches: Batch[] = []
    const send = (batch: Batch) => void batches.push(structuredClone(batch))
    const client = newSessionClient(table, { client: 'one', flushSeconds: 1, send })
    client.put('a', 1, 0)
    client.put('b', 1, 1.5)
    client.put('a', 2, 1.6)
    expect(batches).toHaveLength(1)
    applyBatch(table, batches[0]!)
    client.flush(2)
    // The first batch is written; what came after it is not.
    expect(client.unwritten().map(({ key }) => key)).toEqual(['a'])
    expect([client.get('a', 2), client.get('b', 2)]).toEqual([2, 1])
    applyBatch(table, batches[1]!)
    client.flush(3)
    expect(client.unwritten()).toEqual([])
    expect(client.get('a', 3)).toBe(2)
  })

  test('a client that takes the place of another does not take its receipts for its own', () => {
    const table = opened()
    const first = newSessionClient(table, { client: 'one' })
    for (let i = 0; i < 5; i++) first.put(`k${i}`, i, 0)
    first.flush(0)
    const second = newSessionClient(table, { client: 'one', send: () => {} })
    second.put('k0', 99, 0)
    second.flush(0)
    expect(second.get('k0', 0)).toBe(99)
  })

  test('a batch that was lost on its way is sent again, one that comes twice is written once', () => {
    const table = opened()
    const batches: Batch[] = []
    const send = (batch: Batch) => void batches.push(structuredClone(batch))
    const client = newSessionClient(table, { client: 'one', flushSeconds: 1, send })
    client.put('a', 1, 0)
    client.flush(0)
    client.put('b', 1, 1)
    client.get('a', 2)
    const keys = batches.map(({ writes }) => writes.map(({ key }) => key))
    // What has no receipt goes again with what is new.
    expect(keys).toEqual([['a'], ['a', 'b'], ['a', 'b']])
    for (const batch of [batches[1]!, batches[2]!, batches[0]!]) applyBatch(table, batch)
    expect([table.get('a'), table.get('b')]).not.toContain(undefined)
    expect(table.sequence).toBe(2)
  })

  test('a writer that takes nothing is told, and what waits is bounded', () => {
    const client = newSessionClient(opened(), { client: 'one', mostWaiting: 4, send: () => {} })
    const fill = () => {
      for (let i = 0; i <= 256; i++) client.put(`k${i}`, i, 0)
    }
    expect(fill).toThrow(expect.objectContaining({ code: 'io-failed' }))
    expect(client.unwritten()).toHaveLength(256)
  })
})

/** Reads, adds one, writes: over and over, in a thread of its own. */
const counting = `
  import { workerData, parentPort } from 'node:worker_threads'
  const { door, folder, level, times } = workerData
  const { LmdbTable, newSessionClient, newStrongClient } = await import(door)
  const table = new LmdbTable(folder)
  if (level === 'strong') {
    const client = newStrongClient(table)
    for (let i = 0; i < times; i++) client.update('n', 0, (n = 0) => n + 1)
  } else {
    const client = newSessionClient(table, { client: String(Math.random()) })
    for (let i = 0; i < times; i++) client.put('n', (client.get('n', 0) ?? 0) + 1, 0)
    client.flush(0)
  }
  await table.close()
`

async function countInThreads(level: string, times: number): Promise<unknown> {
  const folder = scratchFolder().path('state')
  const door = new URL('./index.ts', import.meta.url).href
  const threads = [0, 1, 2].map(
    () =>
      new Worker(new URL(`data:text/javascript,${encodeURIComponent(counting)}`), {
        workerData: { door, folder, level, times },
      }),
  )
  const codes = await Promise.all(threads.map((thread) => once(thread, 'exit')))
  expect(codes.flat()).toEqual([0, 0, 0])
  return newStrongClient(lmdb(folder)).get('n', 0)
}

test('strong: updates from several threads are one after the other, none is lost', async () => {
  expect(await countInThreads('strong', 100)).toBe(300)
})

test('session: every thread counts for itself, and one of them has the last word', async () => {
  const last = await countInThreads('session', 100)
  expect(last).toBeGreaterThanOrEqual(100)
  expect(last).toBeLessThanOrEqual(300)
})

const dying = `
  const [door, folder] = process.argv.slice(-2)
  const { LmdbTable, newSessionClient, newStrongClient } = await import(door)
  const table = new LmdbTable(folder)
  newSessionClient(table, { client: 'one' }).put('session', 1, 0)
  newStrongClient(table).put('strong', 1, 0)
  process.kill(process.pid, 'SIGKILL')
`

test('strong: what a put has returned from survives the kill of its process; session: not yet', () => {
  const folder = scratchFolder().path('state')
  const door = new URL('./index.ts', import.meta.url).href
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', dying, door, folder])
  expect(signal).toBe('SIGKILL')
  const reader = newStrongClient(lmdb(folder))
  expect([reader.get('strong', 0), reader.get('session', 0)]).toEqual([1, undefined])
})
