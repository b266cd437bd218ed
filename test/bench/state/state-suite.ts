/**
 * Keyed state at a million keys: how long one get and one put take, for every backend and level of
 * consistency, beside a plain Map and SQLite (node:sqlite) on the same keys in the same run; and
 * what an increment costs after few changes.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  incrementOf,
  LmdbTable,
  MemoryTable,
  newEventualClient,
  newSessionClient,
  newStrongClient,
  type Table,
} from '../../../src/store/index.ts'
import { type BenchRow, row } from '../row.ts'
import { diskFloor } from './disk-floor.ts'

const suite = 'state'
const keyCount = 1_000_000
const operations = 20_000
/** Where each put waits for the disk. */
const durableOperations = 2000
const goalMs = 1

/** As a baseline of two channels is kept. */
const value = {
  labels: 'Fz alpha\nOz alpha',
  counts: Float64Array.of(1, 2),
  means: Float64Array.of(3, 4),
  variances: Float64Array.of(5, 6),
}

interface Contender {
  readonly name: string
  get(key: string, time: number): unknown
  put(key: string, time: number): void
}

interface Measured {
  readonly getP50: number
  readonly getP99: number
  readonly putP50: number
  readonly putP99: number
}

export async function stateSuite(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'synapse-bench-'))
  try {
    const memory = new MemoryTable()
    const disk = new LmdbTable(join(folder, 'state'))
    for (const table of [memory, disk]) fill(table)
    const map = measure(plainMap())
    const sqlite = measure(sqliteIn(join(folder, 'peer.sqlite')), durableOperations)
    const rows = [
      ...rowsOf('memory, strong', measure(strong(memory)), ['Map', map]),
      ...rowsOf('memory, session', measure(session(memory)), ['Map', map]),
      ...rowsOf('LMDB, strong', measure(strong(disk), durableOperations), ['node:sqlite', sqlite]),
      ...floorRows(folder, disk),
      ...rowsOf('LMDB, session', measure(session(disk)), ['node:sqlite', sqlite]),
      ...rowsOf('LMDB, eventual', measure(eventual(disk)), ['node:sqlite', sqlite]),
      ...incrementRows('memory', memory),
      ...incrementRows('LMDB', disk),
    ]
    await disk.close()
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function keyOf(i: number): string {
  return `subject-${i % 1000}/condition-${Math.floor(i / 1000)}`
}

/** Every tenth lives for a while only. */
function fill(table: Table): void {
  const client = newSessionClient(table, { client: 'filling', mostWaiting: 100_000 })
  for (let i = 0; i < keyCount; i++) client.put(keyOf(i), value, 0, i % 10 ? undefined : 1e6 + i)
  client.flush(0)
}

function strong(table: Table): Contender {
  const client = newStrongClient(table)
  return { name: 'strong', get: client.get, put: (key, time) => client.put(key, value, time) }
}

function session(table: Table): Contender {
  const client = newSessionClient(table, { client: 'bench session' })
  return { name: 'session', get: client.get, put: (key, time) => client.put(key, value, time) }
}

function eventual(table: Table): Contender {
  const client = newEventualClient(table, { client: 'bench eventual' })
  return { name: 'eventual', get: client.get, put: (key, time) => client.put(key, value, time) }
}

/** Nothing of what the store does: no copies, no order, no life, no log. */
function plainMap(): Contender {
  const map = new Map<string, unknown>()
  for (let i = 0; i < keyCount; i++) map.set(keyOf(i), value)
  return { name: 'Map', get: (key) => map.get(key), put: (key) => void map.set(key, value) }
}

/** One table, the value as JSON; a write-ahead log, forced to the disk at every put. */
function sqliteIn(path: string): Contender {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE entries (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID')
  const plain = { ...value, counts: [1, 2], means: [3, 4], variances: [5, 6] }
  const put = database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?)')
  const get = database.prepare('SELECT value FROM entries WHERE key = ?')
  database.exec('BEGIN')
  for (let i = 0; i < keyCount; i++) put.run(keyOf(i), JSON.stringify(plain))
  database.exec('COMMIT')
  return {
    name: 'node:sqlite',
    get: (key) => JSON.parse((get.get(key) as { value: string }).value),
    put: (key) => void put.run(key, JSON.stringify(plain)),
  }
}

/** Gets and puts in turn, of keys in no order; stream time goes on by a millisecond each. */
function measure(contender: Contender, count = operations): Measured {
  const [gets, puts] = [new Float64Array(count), new Float64Array(count)]
  let at = 12_345
  for (let i = -200; i < count; i++) {
    at = (at * 1_103_515_245 + 12_345) % 2 ** 31
    const key = keyOf(at % keyCount)
    const began = performance.now()
    contender.get(key, i / 1000)
    const between = performance.now()
    contender.put(key, i / 1000)
    const ended = performance.now()
    if (i < 0) continue
    gets[i] = between - began
    puts[i] = ended - between
  }
  for (const times of [gets, puts]) times.sort()
  const [middle, high] = [Math.floor(count / 2), Math.floor(count * 0.99)]
  return {
    getP50: gets[middle]!,
    getP99: gets[high]!,
    putP50: puts[middle]!,
    putP99: puts[high]!,
  }
}

function rowsOf(name: string, ours: Measured, [peer, theirs]: [string, Measured]): BenchRow[] {
  const compare = (metric: string, key: keyof Measured) =>
    row(suite, name, metric, ours[key], 'ms', { peer: [peer, theirs[key]] })
  const goal = (metric: string, key: keyof Measured) =>
    row(suite, name, metric, ours[key], 'ms', { atMost: goalMs })
  return [
    compare('get p50', 'getP50'),
    goal('get p99', 'getP99'),
    compare('get p99', 'getP99'),
    compare('put p50', 'putP50'),
    goal('put p99', 'putP99'),
    compare('put p99', 'putP99'),
  ]
}

/** A strong put waits for the disk: how much of it is the disk's own part, at the same time. */
function floorRows(folder: string, disk: Table): BenchRow[] {
  const floor = diskFloor(folder)
  const { putP50, putP99 } = measure(strong(disk), durableOperations)
  const beside = (metric: string, value: number, bare: number) =>
    row(suite, 'LMDB, strong', metric, value, 'ms', { peer: ['4 kB forced to this disk', bare] })
  return [beside('put p50', putP50, floor.p50), beside('put p99', putP99, floor.p99)]
}

/** A snapshot of everything, beside one of a thousand changes since. */
function incrementRows(name: string, table: Table): BenchRow[] {
  const timed = (since: number) => {
    const began = performance.now()
    const { upTo } = incrementOf(table, since)
    return { upTo, ms: performance.now() - began }
  }
  const whole = timed(0)
  const client = newSessionClient(table, { client: 'changing', mostWaiting: 1000 })
  for (let i = 0; i < 1000; i++) client.put(keyOf(i * 997), value, 0)
  client.flush(0)
  const { ms } = timed(whole.upTo)
  return [
    row(suite, name, 'snapshot of 1000 changes', ms, 'ms', {
      peer: ['snapshot of everything', whole.ms],
    }),
  ]
}
