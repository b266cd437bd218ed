/**
 * One stream of a recording that is looked at: fed once from begin to end, and read in pages,
 * from its samples where a page shows few and from its envelope where it shows many.
 */
import { type Chunk, type NumericFormat, newChunkBuffer, type Samples } from '../../signal/index.ts'
import { bytesOf } from '../byte-window.ts'
import { createFileSink } from '../file-io.ts'
import type { ByteSink, ByteSource } from '../io.ts'
import { maxChunkFrames, type RecordedStream, type RowsPlace } from '../recording.ts'
import {
  binFrames,
  EnvelopeFiles,
  EnvelopeWriter,
  firstBinsOf,
  levelsFor,
} from './envelope-levels.ts'
import { FrameMap, type FrameMapParts } from './frame-map.ts'
import { FramePieces } from './frame-pieces.ts'
import type { GrowingNumbers } from './growing-numbers.ts'
import { PagePoints, type PageRange, type PointChannel, type Points } from './page-points.ts'
import { type FrameSource, frameSource, isReadyAtOnce, type StoredFrames } from './stored-frames.ts'

/** Values that are read at once. */
const valuesAtOnce = 1 << 18
/** A page of no more frames per column than this shows every sample. */
const fewPerColumn = 2
/** Values of a page that is read sample by sample, at most. */
const mostValues = 1 << 23

export interface StreamFiles {
  level(level: number): string
  readonly copy: string
  sources(): readonly ByteSource[]
  open(path: string): Promise<ByteSource>
}

export interface StreamPage extends Points {
  readonly kind: 'samples' | 'envelope'
  /** False where the overview is not built yet. */
  readonly complete: boolean
}

/** What is kept of it beside its envelope. */
export interface KeptStream {
  readonly stored: StoredFrames
  readonly map: FrameMapParts
  readonly pieces: readonly Float64Array[]
}

export class OverviewStream {
  readonly recorded: RecordedStream
  readonly #files: StreamFiles
  #stored: StoredFrames | null
  #map: FrameMap
  /** As the file is gone through; takes the place of what was predicted when it is done. */
  #growing: FrameMap
  #pieces: FramePieces
  #writer: EnvelopeWriter | null = null
  #copy: ByteSink | null = null
  #envelope: EnvelopeFiles
  #firstBins: readonly GrowingNumbers[] = []
  #source: FrameSource | null = null
  #buffer: Samples = new Float32Array(0)

  constructor(recorded: RecordedStream, stored: StoredFrames | null, files: StreamFiles) {
    const { info } = recorded
    this.recorded = recorded
    this.#files = files
    this.#stored = stored
    this.#growing = new FrameMap(info.nominalRateHz)
    this.#map = stored && isReadyAtOnce(stored) ? FrameMap.predicted(recorded) : this.#growing
    this.#pieces = new FramePieces()
    this.#envelope = new EnvelopeFiles((level) => files.level(level), this.#format, this.#channels)
  }

  static kept(recorded: RecordedStream, kept: KeptStream, files: StreamFiles): OverviewStream {
    const stream = new OverviewStream(recorded, kept.stored, files)
    stream.#growing = new FrameMap(recorded.info.nominalRateHz, kept.map)
    stream.#pieces = new FramePieces(kept.pieces)
    stream.#built()
    return stream
  }

  get #format(): NumericFormat {
    return this.recorded.info.sampleFormat as NumericFormat
  }

  get #channels(): number {
    return this.recorded.info.channels.length
  }

  /** Frames that the overview has. */
  get doneFrames(): number {
    return this.#growing.count
  }

  get map(): FrameMap {
    return this.#map
  }

  get kept(): KeptStream {
    const stored = this.#stored ?? { kind: 'copy' }
    return { stored, map: this.#growing.parts, pieces: this.#pieces.parts }
  }

  /** The next frames of the file. @throws SynapseError disk-full, io-failed */
  add(chunk: Chunk, place: RowsPlace | undefined): void {
    const { frames, stride, data, time, firstSample } = chunk
    this.#stored ??= place ? { kind: 'rows', format: place.format } : { kind: 'copy' }
    this.#writer ??= this.#newWriter()
    if (place) this.#pieces.add(this.#growing.count, place)
    if (this.#growing.add(firstSample, frames, time)) this.#writer.beginRun()
    this.#writer.add(data, frames, stride)
    if (this.#stored.kind !== 'copy') return
    this.#copy ??= createFileSink(this.#files.copy)
    this.#copy.write(bytesOf(data.subarray(0, frames * stride)))
  }

  /** The file has been gone through. */
  async finish(): Promise<void> {
    this.#growing.finish()
    await this.#writer?.finish()
    await this.#copy?.close()
    this.#writer = null
    this.#copy = null
    this.#built()
  }

  /** It will not be gone through to its end. */
  async abandon(): Promise<void> {
    await this.#writer?.close()
    await this.#copy?.close()
    await this.#envelope.close()
  }

  #newWriter(): EnvelopeWriter {
    const { samples } = this.recorded
    const path = (level: number) => this.#files.level(level)
    const writer = new EnvelopeWriter(path, this.#format, this.#channels, samples)
    this.#firstBins = writer.firstBins
    return writer
  }

  #built(): void {
    this.#map = this.#growing
    const { runs, count } = this.#map.parts
    const levels = count > 0 ? levelsFor(this.recorded.samples) : 0
    this.#firstBins = Array.from({ length: levels }, (_, level) => firstBinsOf(runs, count, level))
  }

  /** @throws SynapseError io-failed */
  async page(range: PageRange, channels: readonly PointChannel[]): Promise<StreamPage> {
    const map = this.#map
    const first = Math.max(0, map.frameAt(range.from) - 1)
    const end = Math.min(map.count, map.frameAt(range.to) + 1)
    const perColumn = (end - first) / range.columns
    const isWhole = this.isKnownTo(range.to)
    const each = perColumn <= fewPerColumn
    const points = new PagePoints(range, channels, each)
    const level = this.#levelFor(perColumn, end - first)
    if (level < 0) await this.#addFrames(points, first, end)
    else await this.#addBins(points, level, first, end)
    const kind = each ? 'samples' : 'envelope'
    const isShown = level < 0 || end <= this.doneFrames
    return { ...points.finish(), kind, complete: isWhole && isShown }
  }

  /** Whether all is known up to this time. */
  isKnownTo(time: number): boolean {
    return this.#writer === null || this.#map !== this.#growing || time <= this.#map.lastTime
  }

  /** −1: sample by sample. A bin is never longer than a column. */
  #levelFor(perColumn: number, frames: number): number {
    if (perColumn < binFrames(0) && frames * this.#channels <= mostValues) return -1
    let level = 0
    while (level + 1 < this.#firstBins.length && binFrames(level + 1) <= perColumn) level += 1
    return level
  }

  /** Frames as they are stored, from `first` to `end`, run by run. */
  async eachBlock(
    first: number,
    end: number,
    take: (data: Samples, firstFrame: number, frames: number, beginsRun: boolean) => void,
  ): Promise<void> {
    if (end <= first) return
    const map = this.#map
    const source = await this.#openSource()
    const atOnce = Math.max(1, Math.min(maxChunkFrames, Math.floor(valuesAtOnce / this.#channels)))
    if (this.#buffer.length === 0) {
      const shape = { format: this.#format, channels: this.#channels, maxFrames: atOnce }
      this.#buffer = newChunkBuffer(shape).data
    }
    for (let frame = first, run = map.runOf(first); frame < end; ) {
      const runEnd = map.endFrame(run)
      const wanted = Math.min(atOnce, runEnd - frame, end - frame)
      const count = await source.read(frame, wanted, this.#buffer)
      if (count === 0) return
      take(this.#buffer, frame, count, frame === map.firstFrame(run))
      frame += count
      if (frame === runEnd) run += 1
    }
  }

  async #openSource(): Promise<FrameSource> {
    if (this.#source) return this.#source
    const stored = this.#stored ?? { kind: 'copy' }
    const copy = stored.kind === 'copy' ? await this.#files.open(this.#files.copy) : null
    const files = { sources: this.#files.sources(), pieces: this.#pieces, copy }
    this.#source = frameSource(stored, this.recorded, files)
    return this.#source
  }

  async #addFrames(points: PagePoints, first: number, end: number): Promise<void> {
    const map = this.#map
    const stride = this.#channels
    await this.eachBlock(first, end, (data, firstFrame, frames, beginsRun) => {
      if (beginsRun) points.breakLine()
      const start = map.timeOf(firstFrame)
      const step = frames > 1 ? (map.timeOf(firstFrame + frames - 1) - start) / (frames - 1) : 0
      const isRegular = this.recorded.info.nominalRateHz > 0
      for (let f = 0; f < frames; f++) {
        const time = isRegular ? start + f * step : map.timeOf(firstFrame + f)
        points.add(time, data, f * stride, false)
      }
    })
  }

  async #addBins(points: PagePoints, level: number, first: number, end: number): Promise<void> {
    // The writer's own runs: those that were predicted may differ where the file is damaged.
    const map = this.#growing
    const firstBins = this.#firstBins[level]
    this.#writer?.flush()
    const known = Math.min(end, this.doneFrames)
    if (!firstBins || known <= first) return
    const size = binFrames(level)
    const binOf = (frame: number, run: number) =>
      firstBins.at(run) + Math.floor((frame - map.firstFrame(run)) / size)
    let run = map.runOf(first)
    let bin = binOf(first, run)
    const lastBin = binOf(known - 1, Math.min(map.runOf(known - 1), firstBins.length - 1))
    const atOnce = Math.max(1, Math.floor((4 * valuesAtOnce) / this.#channels))
    while (bin <= lastBin) {
      const data = await this.#envelope.read(level, bin, Math.min(atOnce, lastBin - bin + 1))
      const found = data.length / (2 * this.#channels)
      for (let i = 0; i < found; i++, bin++) {
        while (run + 1 < firstBins.length && bin >= firstBins.at(run + 1)) run += 1
        if (bin === firstBins.at(run)) points.breakLine()
        const start = map.firstFrame(run) + (bin - firstBins.at(run)) * size
        const middle = (start + Math.min(start + size, map.endFrame(run)) - 1) / 2
        points.add(map.timeOf(middle), data, 2 * i * this.#channels, true)
      }
      if (found === 0) return
    }
  }

  async close(): Promise<void> {
    await this.#envelope.close()
  }
}
