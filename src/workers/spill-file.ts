/**
 * What does not fit into a queue's ring any more, in a file that is used round and round: records
 * of some frames each, or of a gap, taken out in the order in which they were put in. Where it
 * stands is kept in the queue's cells, so that whoever takes over a queue finds everything.
 */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import type { QueueCells } from '../ring/index.ts'
import {
  bytesPerSample,
  type Chunk,
  type ChunkBuffer,
  type Gap,
  gapReasons,
  type NumericFormat,
  newChunkBuffer,
  type Samples,
  samplesOver,
} from '../signal/index.ts'

/** Of one record, at most. */
export const spillFrames = 256
const headerFields = 4
const [chunkKind, gapKind] = [1, 2] as const

export interface SpillShape {
  readonly format: NumericFormat
  readonly channels: number
}

export class SpillFile {
  /** What `next` found. */
  readonly chunk: ChunkBuffer
  readonly gap = {
    atSample: 0,
    lostSamples: 0,
    exact: true,
    reason: gapReasons[0] as Gap['reason'],
  }
  readonly #path: string
  readonly #bytes: number
  readonly #shape: SpillShape
  readonly #cells: QueueCells
  readonly #file: number
  readonly #record: Buffer
  readonly #header: Float64Array
  /** Of the record that `next` has found; 0 when it has to look again. */
  #nextBytes = 0

  /** @param isTakenOver the file is there already, and goes on where the cells say */
  constructor(
    path: string,
    bytes: number,
    shape: SpillShape,
    cells: QueueCells,
    isTakenOver: boolean,
  ) {
    this.#path = path
    this.#bytes = bytes
    this.#shape = shape
    this.#cells = cells
    this.#file = openSync(path, isTakenOver ? 'r+' : 'wx+', 0o600)
    this.#record = Buffer.from(new ArrayBuffer(this.#sizeOf(spillFrames)))
    this.#header = new Float64Array(this.#record.buffer, 0, headerFields)
    this.chunk = newChunkBuffer({ ...shape, maxFrames: spillFrames })
  }

  get isEmpty(): boolean {
    return this.#cells.spillWritten === this.#cells.spillRead
  }

  /** One more record fits, however long. */
  get hasRoom(): boolean {
    return this.#free >= this.#record.length
  }

  /**
   * @param from first frame of the chunk that is put in, up to `spillFrames` of them
   * @returns false when it did not fit, or the disk took nothing
   */
  putFrames(chunk: Chunk, from: number, frames: number): boolean {
    const bytes = this.#sizeOf(frames)
    if (bytes > this.#free) return false
    this.#setHeader(chunkKind, chunk.firstSample + from, frames, 0)
    const views = this.#views(frames)
    for (let f = 0; f < frames; f++) {
      views.time[f] = chunk.time[from + f]!
      views.hostTime[f] = chunk.hostTime[from + f]!
    }
    copyFrames(chunk.data, (from * chunk.stride) | 0, chunk.stride, views.data, this.#shape, frames)
    if (!this.#write(bytes)) return false
    this.#cells.spillTail = chunk.firstSample + from + frames
    this.#cells.addSpilled(frames)
    return true
  }

  putGap({ atSample, lostSamples, exact, reason }: Gap): boolean {
    const bytes = this.#sizeOf(0)
    if (bytes > this.#free) return false
    const more = gapReasons.indexOf(reason) * 2 + Number(exact)
    this.#setHeader(gapKind, atSample, lostSamples, more)
    if (!this.#write(bytes)) return false
    this.#cells.spillTail = atSample + lostSamples
    return true
  }

  /** Looks at the oldest record, which stays until `taken`. */
  next(): 'chunk' | 'gap' | 'empty' {
    if (this.isEmpty) return 'empty'
    if (this.#nextBytes === 0) this.#read()
    return this.#header[0] === gapKind ? 'gap' : 'chunk'
  }

  taken(): void {
    this.#cells.spillRead += this.#nextBytes
    this.#nextBytes = 0
  }

  close(): void {
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
  }

  get #free(): number {
    return this.#bytes - (this.#cells.spillWritten - this.#cells.spillRead)
  }

  #sizeOf(frames: number): number {
    const { format, channels } = this.#shape
    const data = Math.ceil((frames * channels * bytesPerSample(format)) / 8) * 8
    return headerFields * 8 + frames * 16 + data
  }

  #setHeader(kind: number, first: number, count: number, more: number): void {
    this.#nextBytes = 0
    this.#header[0] = kind
    this.#header[1] = first
    this.#header[2] = count
    this.#header[3] = more
  }

  #views(frames: number) {
    const { buffer } = this.#record
    const at = headerFields * 8
    const { format, channels } = this.#shape
    return {
      time: new Float64Array(buffer, at, frames),
      hostTime: new Float64Array(buffer, at + frames * 8, frames),
      data: samplesOver(format, buffer, at + frames * 16, frames * channels),
    }
  }

  #write(bytes: number): boolean {
    const start = this.#cells.spillWritten % this.#bytes
    const first = Math.min(bytes, this.#bytes - start)
    try {
      put(this.#file, this.#record, 0, first, start)
      put(this.#file, this.#record, first, bytes - first, 0)
    } catch {
      return false
    }
    this.#cells.spillWritten += bytes
    return true
  }

  #read(): void {
    this.#get(0, headerFields * 8)
    const [kind, first, count, more] = this.#header as unknown as [number, number, number, number]
    const frames = kind === gapKind ? 0 : count
    this.#nextBytes = this.#sizeOf(frames)
    if (kind === gapKind) {
      this.gap.atSample = first
      this.gap.lostSamples = count
      this.gap.exact = more % 2 === 1
      this.gap.reason = gapReasons[Math.floor(more / 2)]!
      return
    }
    this.#get(headerFields * 8, this.#nextBytes - headerFields * 8)
    const { time, hostTime, data } = this.#views(frames)
    this.chunk.firstSample = first
    this.chunk.frames = frames
    this.chunk.time.set(time)
    this.chunk.hostTime.set(hostTime)
    this.chunk.data.set(data)
  }

  /** Bytes of the oldest record, from `at` on, into the same place of ours. */
  #get(at: number, bytes: number): void {
    const start = (this.#cells.spillRead + at) % this.#bytes
    const first = Math.min(bytes, this.#bytes - start)
    readSync(this.#file, this.#record, at, first, start)
    if (bytes > first) readSync(this.#file, this.#record, at + first, bytes - first, 0)
  }
}

function put(file: number, record: Buffer, from: number, bytes: number, position: number): void {
  for (let done = 0; done < bytes; ) {
    done += writeSync(file, record, from + done, bytes - done, position + done)
  }
}

function copyFrames(
  source: Samples,
  from: number,
  stride: number,
  target: Samples,
  { channels }: SpillShape,
  frames: number,
): void {
  let to = 0
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < channels; c++) target[to++] = source[from + f * stride + c]!
  }
}
