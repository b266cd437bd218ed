/**
 * Where overviews are kept: a folder for each recording, which may be deleted at any time. It holds
 * for files of this size and date that begin and end as they did; else it is built again.
 */
import * as nodeFs from 'node:fs'
import { basename, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { fileError, openFileSource } from '../file-io.ts'
import type { Problem } from '../problems.ts'
import type { RecordedMarker, RecordedStream, RecordingFormat } from '../recording.ts'
import type { FrameMapParts } from './frame-map.ts'
import type { KeptStream } from './overview-stream.ts'
import type { StoredFrames } from './stored-frames.ts'

/** Of what stands in the folder: another one is not read. */
const version = 1
const indexName = 'overview.json'
const numbersName = (stream: number) => `${stream}.places`
const mostBytes = 20e9
const printedBytes = 1 << 16

export interface FilePrint {
  readonly path: string
  readonly bytes: number
  readonly modifiedMs: number
  readonly checksum: number
}

/** What is known of a recording without opening it. */
export interface OverviewFacts {
  readonly format: RecordingFormat
  readonly startedAt: string | null
  /** All files that were read, the recording's own first. */
  readonly files: readonly FilePrint[]
  /** Of those, how many hold samples of XDF streams one after the other. */
  readonly parts: number
  readonly streams: readonly RecordedStream[]
  readonly markers: readonly RecordedMarker[]
  readonly problems: readonly Problem[]
}

interface KeptIndex extends OverviewFacts {
  readonly version: number
  readonly kept: readonly {
    readonly id: string
    readonly stored: StoredFrames
    readonly count: number
    /** Of the arrays in the file of its places: runs, knots twice, pieces. */
    readonly lengths: readonly number[]
  }[]
}

/** @throws SynapseError file-missing, file-denied, io-failed */
export async function printOf(path: string): Promise<FilePrint> {
  const source = await openFileSource(path)
  try {
    const first = await source.read(0, Math.min(printedBytes, source.size))
    const last = await source.read(Math.max(0, source.size - printedBytes), printedBytes)
    const checksum = crc32(last, crc32(first))
    return { path, bytes: source.size, modifiedMs: nodeFs.statSync(path).mtimeMs, checksum }
  } finally {
    await source.close()
  }
}

export class OverviewFolder {
  readonly path: string

  /** @param folder of all overviews */
  constructor(folder: string, recording: string) {
    const name = crc32(recording).toString(16).padStart(8, '0')
    this.path = join(folder, `${basename(recording)}-${name}`)
  }

  file(name: string): string {
    return join(this.path, name)
  }

  /** Null where there is none, or where the recording is another one now. */
  async load(): Promise<{ facts: OverviewFacts; kept: Map<string, KeptStream> } | null> {
    try {
      const index: KeptIndex = JSON.parse(nodeFs.readFileSync(this.file(indexName), 'utf8'))
      if (index.version !== version) return null
      for (const file of index.files) {
        const now = await printOf(file.path)
        if (JSON.stringify(now) !== JSON.stringify(file)) return null
      }
      nodeFs.utimesSync(this.file(indexName), new Date(), new Date())
      const kept = index.kept.map(({ id, stored, count, lengths }, i) => {
        const numbers = this.#numbers(i, lengths)
        const [runs, knotFrames, knotTimes, ...pieces] = numbers
        const map = { runs, knotFrames, knotTimes, count } as FrameMapParts
        return [id, { stored, map, pieces }] as const
      })
      return { facts: index, kept: new Map(kept) }
    } catch {
      // A cache that cannot be read is as good as none.
      return null
    }
  }

  #numbers(stream: number, lengths: readonly number[]): Float64Array[] {
    const bytes = nodeFs.readFileSync(this.file(numbersName(stream)))
    const numbers = new Float64Array(new Uint8Array(bytes).buffer)
    let at = 0
    return lengths.map((length) => numbers.slice(at, (at += length)))
  }

  /** @throws SynapseError file-denied, disk-full, io-failed */
  begin(): void {
    try {
      nodeFs.rmSync(this.path, { recursive: true, force: true })
      nodeFs.mkdirSync(this.path, { recursive: true })
    } catch (cause) {
      throw fileError(`making ${this.path}`, cause)
    }
  }

  /** The index is written last: without one there is no overview. @throws SynapseError */
  save(facts: OverviewFacts, streams: ReadonlyMap<string, KeptStream>): void {
    try {
      const kept = [...streams].map(([id, { stored, map, pieces }], i) => {
        const arrays = [map.runs, map.knotFrames, map.knotTimes, ...pieces]
        const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
        let at = 0
        for (const array of arrays) {
          all.set(array, at)
          at += array.length
        }
        nodeFs.writeFileSync(this.file(numbersName(i)), all)
        return { id, stored, count: map.count, lengths: arrays.map(({ length }) => length) }
      })
      const index: KeptIndex = { version, ...facts, kept }
      nodeFs.writeFileSync(this.file(`${indexName}.new`), JSON.stringify(index))
      nodeFs.renameSync(this.file(`${indexName}.new`), this.file(indexName))
    } catch (cause) {
      throw fileError(`writing ${this.path}`, cause)
    }
  }

  /** What was not built to its end is of no use to anybody. */
  remove(): void {
    nodeFs.rmSync(this.path, { recursive: true, force: true })
  }
}

/** Removes the overviews that were used least recently, until the rest is small enough. */
export function makeRoom(folder: string, keep: OverviewFolder, most = mostBytes): void {
  let left = most
  for (const { path, bytes } of overviewsIn(folder)) {
    left -= bytes
    if (left < 0 && path !== keep.path) nodeFs.rmSync(path, { recursive: true, force: true })
  }
}

/** The one used last comes first. One without an index is being built, or was never finished. */
function overviewsIn(folder: string): { path: string; bytes: number; usedAt: number }[] {
  try {
    const found = nodeFs.readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      const index = nodeFs.statSync(join(path, indexName), { throwIfNoEntry: false })
      if (!index) return []
      const sizes = nodeFs.readdirSync(path).map((each) => nodeFs.statSync(join(path, each)).size)
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      return [{ path, bytes, usedAt: index.mtimeMs }]
    })
    return found.sort((a, b) => b.usedAt - a.usedAt)
  } catch {
    return []
  }
}
