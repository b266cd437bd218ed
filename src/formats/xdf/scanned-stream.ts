/** What a first pass over an XDF file gathers about one of its streams. */
import type { ProblemLog } from '../problems.ts'
import { ClockSync } from './clock-sync.ts'
import { countInexact, type RowWalk } from './decode-rows.ts'
import { NumberedTimeline } from './numbered-timeline.ts'
import { StampedTimeline } from './stamped-timeline.ts'
import type { XdfStreamHeader } from './stream-header.ts'
import { limits } from './xdf-format.ts'

export interface TextRow {
  readonly time: number
  readonly text: string
}

/** What is left for the texts of all streams of a file. */
export interface TextRoom {
  rows: number
  bytes: number
}

/** Rows of one samples chunk, and, of a companion, the indices that it claims. */
export interface ChunkRows {
  rows: number
  firstStamp: number
  lastStamp: number
  firstIndex: number
  lastIndex: number
}

/**
 * Between two chunks of a stream there may be gigabytes of others; a second pass jumps over them.
 * Shorter ways it walks from head to head.
 */
const shortestJump = 1 << 20

export class ScannedStream {
  readonly header: XdfStreamHeader
  /** Of a stream of ours. */
  readonly numbered: NumberedTimeline | null
  /** Of a stream of any other program. */
  readonly stamped: StampedTimeline
  readonly texts: TextRow[] = []
  readonly offsets = { times: [] as number[], values: [] as number[] }
  /** End of one chunk of this stream → begin of its next one, where that is far. */
  readonly jumps = new Map<number, number>()
  firstChunk = -1
  /** Behind its last chunk. */
  end = -1
  /** What the next row without a stamp is deduced from. */
  lastStamp = 0
  samples = 0
  /** Rows of the longest samples chunk. */
  longestChunk = 0
  /** Samples whose row in the companion is missing or damaged. */
  unpaired = 0
  readonly #problems: ProblemLog
  readonly #textRoom: TextRoom
  /** Stamp of the last row. */
  #latest = Number.NEGATIVE_INFINITY

  constructor(header: XdfStreamHeader, problems: ProblemLog, textRoom: TextRoom) {
    this.header = header
    this.#problems = problems
    this.#textRoom = textRoom
    this.numbered =
      header.role === 'signal'
        ? new NumberedTimeline(header.info.name, header.periodSeconds, problems)
        : null
    this.stamped = new StampedTimeline(header, problems)
  }

  get isText(): boolean {
    return this.header.format === 'string'
  }

  tookChunk(start: number, end: number): void {
    if (this.firstChunk < 0) this.firstChunk = start
    else if (start - this.end > shortestJump) this.jumps.set(this.end, start)
    this.end = end
  }

  tookRows(walk: RowWalk, view: DataView, into: ChunkRows): void {
    const { rows, stamps, offsets } = walk
    if (rows === 0) return
    if (into.rows === 0) into.firstStamp = stamps[0]!
    into.lastStamp = stamps[rows - 1]!
    if (this.header.role === 'clock' && this.header.format === 'double64') {
      if (into.rows === 0) into.firstIndex = view.getFloat64(offsets[0]!, true)
      into.lastIndex = view.getFloat64(offsets[rows - 1]!, true)
    } else if (this.numbered) this.#checkOrder(stamps, rows)
    else this.stamped.add(stamps, rows)
    into.rows += rows
    this.longestChunk = Math.max(this.longestChunk, into.rows)
    this.samples += rows
    if (this.header.format === 'int64') this.#checkIntegers(walk, view)
  }

  #checkOrder(stamps: Float64Array, rows: number): void {
    let last = this.#latest
    for (let i = 0; i < rows; i++) {
      const stamp = stamps[i]!
      if (stamp < last) this.#reversed(last, stamp)
      last = stamp
    }
    this.#latest = last
  }

  #reversed(before: number, after: number): void {
    const where = `stream ${this.header.number}`
    this.#problems.note('time-reversed', `${where}: ${after} s comes after ${before} s`, where)
  }

  #checkIntegers(walk: RowWalk, view: DataView): void {
    const inexact = countInexact(view, walk, this.header.channelCount)
    if (inexact === 0) return
    const where = `stream ${this.header.number}`
    this.#problems.note('inexact-integers', `${where}: values beyond 2^53`, where)
  }

  tookText(time: number, text: string): void {
    this.samples += 1
    const room = this.#textRoom
    room.rows -= 1
    room.bytes -= 2 * text.length
    if (room.rows < 0 || room.bytes < 0) {
      const where = `stream ${this.header.number}`
      this.#problems.note('too-many', `${where}: more markers than can be kept`, where)
      return
    }
    this.texts.push({ time, text })
  }

  tookOffset(time: number, value: number): void {
    const where = `stream ${this.header.number}`
    if (!Number.isFinite(time) || !Number.isFinite(value)) {
      this.#problems.note('bad-clock-offset', `${where}: a clock offset of NaN`, where)
    } else if (this.offsets.times.length < limits.clockOffsets) {
      this.offsets.times.push(time)
      this.offsets.values.push(value)
    } else this.#problems.note('too-many', `${where}: more clock offsets than used`, where)
  }

  /** From the stream's clock to the recorder's. */
  newSync(): ClockSync {
    return new ClockSync(this.offsets)
  }
}
