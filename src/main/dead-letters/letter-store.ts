/**
 * A folder of dead letters: XDF files, the oldest of which go when there are too many. Nobody who
 * adds a letter waits for the disk unless the sink does.
 */
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ByteSink, openFileSource, openRecording, XdfWriter } from '../../formats/index.ts'
import { type DeadLetter, letterBytes } from '../../graph/index.ts'
import type { StreamInfo } from '../../signal/index.ts'
import { droppedMarker, letterMarker, letterStream, readLetterMarker } from './letter-words.ts'

export interface StoreLimits {
  readonly bytes: number
  readonly letters: number
}

export const usualLimits: StoreLimits = { bytes: 1 << 28, letters: 100_000 }
/** A file is full at this share of what all may hold. */
const fileShare = 1 / 8
/** What a marker and the heads of chunks take. */
const overheadBytes = 512

interface Writing {
  readonly path: string
  readonly writer: XdfWriter
  readonly sink: ByteSink
  /** By stream: what comes next must not stand before this. */
  readonly ends: Map<string, { sample: number; time: number }>
  bytes: number
  letters: number
}

interface Stored {
  readonly path: string
  readonly bytes: number
  /** Null for a file of an earlier time, until somebody counts. */
  readonly letters: number | null
}

export interface StoreContext {
  readonly folder: string
  readonly limits: StoreLimits
  /** Names the files; the wall clock. */
  now(): Date
  newSink(path: string): ByteSink
  /** Whether the sink takes so much more now; a letter that it does not take is dropped. */
  takes?(sink: ByteSink, bytes: number): boolean
  /** Where a sink writes later: when it has. */
  settled?(sink: ByteSink): Promise<void>
}

export class LetterStore {
  readonly #context: StoreContext
  readonly #files: Stored[]
  #writing: Writing | null = null
  #written = 0
  #dropped = 0
  /** Told in no file yet. */
  #untold = 0
  #work: Promise<void> = Promise.resolve()

  /** @throws file system errors when the folder cannot be made */
  constructor(context: StoreContext) {
    this.#context = context
    mkdirSync(context.folder, { recursive: true })
    this.#files = letterFiles(context.folder).map((path) => {
      return { path, bytes: statSync(path).size, letters: null }
    })
  }

  /** Written and dropped since this store was opened. */
  get account(): { readonly written: number; readonly dropped: number } {
    return { written: this.#written, dropped: this.#dropped }
  }

  /** @returns the file that it is written to; null where there is no room for it */
  add(letter: DeadLetter, lane = ''): string | null {
    const info = letterStream(letter, lane)
    const bytes = 2 * letterBytes(letter) + overheadBytes
    const writing = this.#fileFor(info, letter)
    if (this.#context.takes && !this.#context.takes(writing.sink, bytes)) {
      this.drop(1, letter.chunk.time[0]!)
      return null
    }
    const { writer, ends } = writing
    if (!ends.has(info.id)) writer.addStream(info, { deviceTime: false, sequence: false })
    const { firstSample, frames, time } = letter.chunk
    ends.set(info.id, { sample: firstSample + frames, time: time[frames - 1]! })
    if (this.#untold > 0) writer.marker(droppedMarker(this.#untold, time[0]!))
    this.#untold = 0
    writer.marker(letterMarker(letter, info))
    writer.write(info.id, letter.chunk)
    writer.flush()
    writing.bytes += bytes
    writing.letters++
    this.#written++
    this.#makeRoom()
    return writing.path
  }

  /** So many were lost on their way here. */
  drop(letters: number, time: number): void {
    this.#dropped += letters
    this.#untold += letters
    if (!this.#writing || this.#context.takes) return
    this.#writing.writer.marker(droppedMarker(this.#untold, time))
    this.#untold = 0
  }

  /** When whoever opens the files finds in them what was added so far. */
  async settled(): Promise<void> {
    await this.#work
    if (this.#writing) await this.#context.settled?.(this.#writing.sink)
  }

  async close(): Promise<void> {
    this.#finish()
    await this.#work
  }

  /** Another file begins when one is full, or when a stream goes back in its samples or time. */
  #fileFor(info: StreamInfo, { chunk }: DeadLetter): Writing {
    const writing = this.#writing
    if (writing) {
      const { limits } = this.#context
      const end = writing.ends.get(info.id)
      const goesOn = !end || (chunk.firstSample >= end.sample && chunk.time[0]! > end.time)
      const isFull =
        writing.bytes > limits.bytes * fileShare || writing.letters >= limits.letters * fileShare
      if (goesOn && !isFull) return writing
    }
    this.#finish()
    this.#writing = this.#begin()
    return this.#writing
  }

  #begin(): Writing {
    const startedAt = this.#context.now()
    const stem = startedAt.toISOString().replace(/[:.]/g, '-')
    const taken = new Set(this.#files.map(({ path }) => path))
    let path = ''
    for (let n = 1; path === '' || taken.has(path); n++) {
      path = join(this.#context.folder, `${stem}-${String(n).padStart(4, '0')}.xdf`)
    }
    const sink = this.#context.newSink(path)
    const writer = new XdfWriter(sink, { startedAt })
    return { path, sink, writer, ends: new Map(), bytes: 0, letters: 0 }
  }

  #finish(): void {
    const writing = this.#writing
    if (!writing) return
    this.#writing = null
    const { path, bytes, letters, writer, ends } = writing
    const newest = Math.max(0, ...[...ends.values()].map(({ time }) => time))
    if (this.#untold > 0) writer.marker(droppedMarker(this.#untold, newest))
    this.#untold = 0
    this.#files.push({ path, bytes, letters })
    this.#then(() => writer.close())
  }

  #makeRoom(): void {
    const { limits } = this.#context
    const sizes = () => [...this.#files, this.#writing!]
    const bytes = () => sizes().reduce((sum, file) => sum + file.bytes, 0)
    const letters = () => sizes().reduce((sum, file) => sum + (file.letters ?? 0), 0)
    while (this.#files.length > 0 && (bytes() > limits.bytes || letters() > limits.letters)) {
      this.#remove(this.#files.shift()!)
    }
  }

  #remove({ path, letters }: Stored): void {
    if (letters !== null) this.drop(letters, 0)
    this.#then(async () => {
      if (letters === null) this.drop((await readLetters(path)).length, 0)
      await rm(path, { force: true })
    })
  }

  #then(work: () => Promise<unknown>): void {
    // A file that is gone or damaged already is no letter more or less.
    this.#work = this.#work.then(work).then(
      () => {},
      () => {},
    )
  }
}

/** In the order in which they were written. */
export function letterFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.xdf'))
    .sort()
    .map((name) => join(folder, name))
}

async function readLetters(path: string) {
  const recording = await openRecording(await openFileSource(path), path)
  const { markers, streams } = recording
  await recording.close()
  return markers.flatMap((marker) => readLetterMarker(marker, streams) ?? [])
}
