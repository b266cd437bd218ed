/**
 * The second pass: one numeric stream as chunks and gaps, each row with its index, its time on
 * the recorder's clock and, in a recording of ours, what device and host said of it.
 */
import { type ChunkBuffer, type NumericFormat, newChunkBuffer } from '../../signal/index.ts'
import { type ByteWindow, viewOf } from '../byte-window.ts'
import type { TimedItem } from '../merge-by-time.ts'
import { maxChunkFrames, type RecordedGap, type RowsPlace } from '../recording.ts'
import type { Stretch, Timeline } from '../timeline.ts'
import { ChunkCursor, companionOf, type SamplesChunk } from './chunk-cursor.ts'
import { decodeRows, RowWalk, walkRows } from './decode-rows.ts'
import { stampBytes } from './encode-rows.ts'
import type { XdfScan } from './scan.ts'
import type { ScannedStream } from './scanned-stream.ts'
import type { XdfNumericFormat } from './xdf-format.ts'

/** All streams together hold chunks of so many bytes: with very many channels they are shorter. */
const chunksBytes = 1 << 26
/** Of a frame, beside its values: times, columns, and where its values stand. */
const frameBytes = 64

export interface Signal {
  readonly stream: ScannedStream
  readonly timeline: Timeline
  readonly companion: ScannedStream | null
}

export async function* signalItems(
  bytes: ByteWindow,
  scan: XdfScan,
  signal: Signal,
): AsyncGenerator<TimedItem, void, void> {
  const { stream, timeline, companion } = signal
  const id = stream.header.info.id
  const rows = new SignalRows(bytes, signal, chunksBytes / scan.streams.length)
  const cursor = new ChunkCursor(bytes, scan, stream)
  const stretches = timeline.stretches.values()
  let stretch = stretches.next().value
  for (;;) {
    // An await that waits for nothing costs as much as the rows of a small chunk.
    const next = cursor.next()
    const chunk = next instanceof Promise ? await next : next
    if (!chunk) break
    const beside = companion && companionOf(bytes, scan, chunk, companion)
    rows.begin(chunk, beside instanceof Promise ? await beside : beside)
    while (rows.left > 0 && stretch) {
      const isFirst = rows.row === stretch.firstRow
      const { place } = rows
      const filling = rows.fill(stretch)
      if (filling) await filling
      const { buffer } = rows
      if (buffer.frames === 0) break
      if (isFirst) yield* gapItems(id, stretch.gaps, buffer.time[0]!)
      const item = { kind: 'chunk', stream: id, chunk: buffer, place } as const
      yield { time: buffer.time[0]!, item }
      if (rows.row === stretch.firstRow + stretch.rows) stretch = stretches.next().value
    }
  }
  yield* gapItems(id, timeline.trailingGaps, Number.POSITIVE_INFINITY)
}

/** A gap before the first sample has no time of its own; it must not hold up the samples. */
function* gapItems(
  stream: string,
  gaps: readonly RecordedGap[],
  before: number,
): Generator<TimedItem, void, void> {
  for (const gap of gaps) {
    yield { time: Math.min(gap.startTime, before), item: { kind: 'gap', stream, gap } }
  }
}

/** Fills one chunk buffer again and again, from row to row of the samples chunks. */
class SignalRows {
  readonly buffer: ChunkBuffer
  /** Number of the next row among all of the stream. */
  row = 0
  /** Rows of the current samples chunk still to come. */
  left = 0
  readonly #bytes: ByteWindow
  readonly #stream: ScannedStream
  readonly #walk: RowWalk
  readonly #toRecorder: (time: number) => number
  readonly #clock: ClockRows | null
  readonly #maxFrames: number
  #offset = 0
  #lastStamp = 0

  constructor(bytes: ByteWindow, { stream, companion }: Signal, room: number) {
    this.#bytes = bytes
    this.#stream = stream
    this.#toRecorder = stream.newSync().newPass()
    const { channelCount, info } = stream.header
    const fit = Math.floor(room / (8 * channelCount + frameBytes))
    this.#maxFrames = Math.max(1, Math.min(maxChunkFrames, fit, stream.longestChunk))
    this.#walk = new RowWalk(this.#maxFrames)
    this.#clock = companion && new ClockRows(bytes, companion)
    this.buffer = newChunkBuffer({
      format: info.sampleFormat as NumericFormat,
      channels: channelCount,
      maxFrames: this.#maxFrames,
      deviceTime: (this.#clock?.deviceTime ?? -1) >= 0,
      sequence: (this.#clock?.sequence ?? -1) >= 0,
    })
  }

  /** Of the next row. */
  get place(): RowsPlace {
    const { format } = this.#stream.header
    return { file: 0, offset: this.#offset, skip: 0, format: format as XdfNumericFormat }
  }

  begin(chunk: SamplesChunk, clock: SamplesChunk | null): void {
    this.left = chunk.rows
    this.#offset = chunk.rowsStart
    this.#clock?.begin(clock)
  }

  /** A promise where the bytes are not at hand. */
  fill(stretch: Stretch): Promise<void> | undefined {
    const untilGap = stretch.firstRow + stretch.rows - this.row
    const most = Math.min(this.left, this.#maxFrames, untilGap)
    const room = most * (this.#stream.header.rowBytes + stampBytes)
    const bytes = this.#bytes.peek(this.#offset, room)
    if (bytes) return this.#take(stretch, most, bytes)
    return this.#bytes.load(this.#offset, room).then((read) => this.#take(stretch, most, read))
  }

  #take(stretch: Stretch, most: number, bytes: Uint8Array): Promise<void> | undefined {
    const { rowBytes, periodSeconds, channelCount, format } = this.#stream.header
    const walk = this.#walk
    walk.lastStamp = this.#lastStamp
    walkRows(walk, viewOf(bytes), 0, bytes.length, most, rowBytes, periodSeconds)
    this.#lastStamp = walk.lastStamp
    decodeRows(format as XdfNumericFormat, bytes, walk, channelCount, this.buffer.data)
    this.#fillTimes(stretch)
    this.#offset += walk.end
    this.left -= walk.rows
    this.row += walk.rows
    return this.#clock?.fill(this.buffer, walk.rows)
  }

  #fillTimes({ firstRow, firstSample, line }: Stretch): void {
    const { buffer, row } = this
    const { rows, stamps } = this.#walk
    buffer.frames = rows
    buffer.firstSample = firstSample + row - firstRow
    for (let i = 0; i < rows; i++) {
      const time = this.#toRecorder(stamps[i]!)
      buffer.hostTime[i] = time
      buffer.time[i] = line ? line.startTime + (row - firstRow + i) * line.stepSeconds : time
    }
  }
}

/** The companion's columns beside the rows of its stream. */
class ClockRows {
  readonly hostTime: number
  readonly deviceTime: number
  readonly sequence: number
  readonly #bytes: ByteWindow
  readonly #rowBytes: number
  /** Undefined while the current samples chunk has no companion. */
  #offset: number | undefined

  constructor(bytes: ByteWindow, companion: ScannedStream) {
    this.#bytes = bytes
    this.#rowBytes = companion.header.rowBytes + stampBytes
    const labels = companion.header.info.channels.map((channel) => channel.label)
    this.hostTime = labels.indexOf('host_time')
    this.deviceTime = labels.indexOf('device_time')
    this.sequence = labels.indexOf('sequence')
  }

  begin(chunk: SamplesChunk | null): void {
    const sound = chunk && chunk.end - chunk.rowsStart === chunk.rows * this.#rowBytes
    this.#offset = sound ? chunk.rowsStart : undefined
  }

  /** A promise where the bytes are not at hand. */
  fill(buffer: ChunkBuffer, rows: number): Promise<void> | undefined {
    if (this.#offset === undefined) {
      buffer.deviceTime?.fill(Number.NaN, 0, rows)
      buffer.sequence?.fill(Number.NaN, 0, rows)
      return undefined
    }
    const from = this.#offset
    const room = rows * this.#rowBytes
    this.#offset += room
    const bytes = this.#bytes.peek(from, room)
    if (bytes) return this.#columns(bytes, buffer, rows)
    return this.#bytes.load(from, room).then((read) => this.#columns(read, buffer, rows))
  }

  #columns(bytes: Uint8Array, buffer: ChunkBuffer, rows: number): undefined {
    const view = viewOf(bytes)
    this.#column(view, this.hostTime, rows, buffer.hostTime)
    this.#column(view, this.deviceTime, rows, buffer.deviceTime)
    this.#column(view, this.sequence, rows, buffer.sequence)
  }

  #column(view: DataView, column: number, rows: number, out: Float64Array | null): void {
    if (column < 0 || !out) return
    let position = stampBytes + 8 * column
    for (let row = 0; row < rows; row++, position += this.#rowBytes) {
      out[row] = view.getFloat64(position, true)
    }
  }
}
