/**
 * Our readers and writers beside pyxdf, MNE, edfio, pyEDFlib and pyarrow, on the same files in one
 * run: rounds in which everybody has a turn, CPU seconds, and the median of the ratios within the
 * rounds. What was read is compared, value by value, before anything is measured.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRow } from '../row.ts'
import {
  cpuOf,
  readForNodes,
  readPhysical,
  readStored,
  type Taken,
  writeAs,
} from './our-formats.ts'
import { openPeer, type Peer, type PeerSource } from './peer.ts'
import { recorderRows } from './recorder.ts'
import {
  channels,
  madeUpSignal,
  recordingInMemory,
  seconds,
  values,
  writeForeignXdf,
  writeOwnXdf,
  writeSource,
} from './recordings.ts'

const rounds = 5
/** Until the loops are compiled: a file of hours gets there by itself. */
const warmUps = 10
const bytesOfValue = 4

interface Contest {
  readonly name: string
  /** Outside of the clock. */
  prepare?(): void
  ours(): Promise<unknown>
  readonly peers: readonly Against[]
}

interface Against {
  readonly peer: string
  /** So many times the peer's rate is hoped for. */
  readonly atLeast?: number
  /** CPU seconds of one call. */
  ask(): Promise<number>
}

export async function formatsSuite(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'synapse-formats-'))
  const peer = openPeer()
  try {
    const rows: BenchRow[] = []
    for (const contest of await contests(folder, peer)) rows.push(...(await measure(contest)))
    return [...rows, ...(await recorderRows(folder))]
  } finally {
    peer.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function contests(folder: string, peer: Peer): Promise<Contest[]> {
  const signal = madeUpSignal()
  const source = writeSource(join(folder, 'source.f64'), signal)
  const foreign = join(folder, 'labrecorder.xdf')
  const own = join(folder, 'own.xdf')
  writeForeignXdf(foreign, signal)
  await writeOwnXdf(own, signal)
  const read: Contest[] = []
  for (const [title, path] of [
    ['XDF of LabRecorder', foreign],
    ['XDF of ours', own],
  ] as const) {
    await agreeOnXdf(path, peer)
    const ask = () => peer.ask({ work: 'read pyxdf', path })
    read.push({
      name: `read ${title}`,
      ours: () => readStored(path),
      peers: [{ peer: 'pyxdf', atLeast: 10, ask }],
    })
  }
  const memory = recordingInMemory(signal)
  for (const kind of ['edf', 'bdf'] as const) {
    const path = join(folder, `peer.${kind}`)
    await peer.ask({ work: 'write pyEDFlib', path, shape: source })
    await agreeOnEdf(path, peer)
    const peers = edfPeers.map(([name, atLeast]) => ({
      peer: name,
      ...(atLeast ? { atLeast } : {}),
      ask: () => peer.ask({ work: `read ${name}`, path }),
    }))
    const name = `read ${kind.toUpperCase()}`
    read.push(
      { name: `${name}, float32 for nodes`, ours: () => readForNodes(path), peers },
      { name: `${name}, float64`, ours: () => readPhysical(path), peers },
    )
    read.push(...(await edfWriting(kind, folder, peer, source, () => memory)))
  }
  return [...read, ...(await parquetContests(folder, peer, source, memory))]
}

/** Within 1.3 times the time of pyarrow. */
const parquetAtLeast = 1 / 1.3

/** Both read our file, which has times, indices and flags beside the channels. */
async function parquetContests(
  folder: string,
  peer: Peer,
  shape: PeerSource,
  memory: ReturnType<typeof recordingInMemory>,
): Promise<Contest[]> {
  const path = join(folder, 'own.parquet')
  const prepare = () => rmSync(path, { force: true })
  const write = () => writeAs('parquet', path, memory)
  await write()
  await agreeOnParquet(path, peer)
  const kept = join(folder, 'kept.parquet')
  await writeAs('parquet', kept, memory)
  const peers = ['pyarrow', 'pyarrow, planes'].map((name) => ({
    peer: name,
    atLeast: parquetAtLeast,
    ask: () => peer.ask({ work: `write ${name}`, path: join(folder, 'peer.parquet'), shape }),
  }))
  const ask = () => peer.ask({ work: 'read pyarrow', path: kept })
  return [
    {
      name: 'read Parquet of ours',
      ours: () => readStored(kept),
      peers: [{ peer: 'pyarrow', atLeast: parquetAtLeast, ask }],
    },
    { name: 'write Parquet', prepare, ours: write, peers },
  ]
}

const edfPeers = [
  ['pyEDFlib', 2],
  ['MNE', 5],
  ['edfio', undefined],
] as const

/** The goal is for what the peers do, too; a file that is on the disk costs what it costs. */
async function edfWriting(
  kind: 'edf' | 'bdf',
  folder: string,
  peer: Peer,
  shape: PeerSource,
  recording: () => ReturnType<typeof recordingInMemory>,
): Promise<Contest[]> {
  const path = join(folder, `own.${kind}`)
  const prepare = () => rmSync(path, { force: true })
  await writeAs(kind, path, recording())
  await agreeOnEdf(path, peer)
  return [false, true].map((isSynced) => ({
    name: `write ${kind.toUpperCase()}, ${isSynced ? 'synced' : 'not synced, as the peers'}`,
    prepare,
    ours: () => writeAs(kind, path, recording(), isSynced),
    peers: edfPeers.map(([name, atLeast]) => ({
      peer: name,
      ...(atLeast && !isSynced ? { atLeast } : {}),
      ask: () => peer.ask({ work: `write ${name}`, path: join(folder, `${name}.${kind}`), shape }),
    })),
  }))
}

async function measure({ name, prepare, ours, peers }: Contest): Promise<BenchRow[]> {
  // The first calls compile and import; they count for nothing.
  for (let call = 0; call < warmUps; call++) {
    prepare?.()
    await ours()
  }
  for (const { ask } of peers) await ask()
  const own: number[] = []
  const theirs: number[][] = peers.map(() => [])
  for (let round = 0; round < rounds; round++) {
    prepare?.()
    own.push((await cpuOf(ours)).seconds)
    for (const [i, { ask }] of peers.entries()) theirs[i]!.push(await ask())
  }
  const rate = (list: readonly number[]) => (values * bytesOfValue) / 1e6 / median(list)
  return peers.map(({ peer, atLeast }, i) => {
    const ratio = median(theirs[i]!.map((each, round) => each / own[round]!))
    return {
      suite: 'formats',
      case: `${name}, ${channels} ch × ${seconds} s`,
      metric: 'rate',
      value: rate(own),
      unit: 'MB/s of float32',
      peer,
      peerValue: rate(theirs[i]!),
      ratio,
      goal: atLeast === undefined ? null : `≥ ${Number(atLeast.toFixed(2))} × ${peer}`,
      met: atLeast === undefined ? null : ratio >= atLeast,
    }
  })
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

/** @throws Error where pyxdf reads another value, or a time that is off by more than 1 µs */
async function agreeOnXdf(path: string, peer: Peer): Promise<void> {
  const dump = `${path}.dump`
  await peer.ask({ work: 'read pyxdf', path, dump })
  const ours = await readStored(path)
  agree(path, 'value', ours.values, dump, 0)
  agree(path, 'time', ours.times, `${dump}.times`, 1e-6)
}

/** A value of float32 as near as 1 mV needs; of float64, as the header's digits say it. */
const tolerances = { float32: 1e-4, float64: 1e-6 } as const

/** @throws Error where pyEDFlib reads another value */
async function agreeOnEdf(path: string, peer: Peer): Promise<void> {
  const dump = `${path}.dump`
  await peer.ask({ work: 'read pyEDFlib', path, dump })
  agree(path, 'value', (await readPhysical(path)).values, dump, tolerances.float64, true)
  agree(path, 'value', (await readForNodes(path)).values, dump, tolerances.float32)
}

/** @throws Error where pyarrow reads another value */
async function agreeOnParquet(path: string, peer: Peer): Promise<void> {
  const dump = `${path}.dump`
  await peer.ask({ work: 'read pyarrow', path, dump })
  agree(path, 'value', (await readStored(path)).values, dump, 0)
}

function agree(
  path: string,
  what: string,
  ours: Taken['values'],
  dump: string,
  tolerance: number,
  isReadAgain = false,
): void {
  const bytes = readFileSync(dump)
  if (statSync(dump).size !== ours.length * 8) throw new Error(`${path}: not as many ${what}s`)
  const theirs = new Float64Array(bytes.buffer, bytes.byteOffset, ours.length)
  for (let i = 0; i < ours.length; i++) {
    if (Math.abs(ours[i]! - theirs[i]!) <= tolerance) continue
    throw new Error(`${path}: ${what} ${i} is ${ours[i]} here and ${theirs[i]} there`)
  }
  if (!isReadAgain) rmSync(dump)
}
