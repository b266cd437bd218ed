/**
 * The envelope of one stream: lowest and highest value of every channel over 32 frames, over 256,
 * over 2048 …, each level in a file of its own. A bin never spans a gap: every run begins one, and
 * so every gap is there at every level. LAYOUT.md has the files byte by byte.
 */
import {
  bytesPerSample,
  type NumericFormat,
  type Samples,
  samplesOver,
} from '../../signal/index.ts'
import { bytesOf } from '../byte-window.ts'
import { createFileSink, openFileSource } from '../file-io.ts'
import type { ByteSink, ByteSource } from '../io.ts'
import { GrowingNumbers } from './growing-numbers.ts'

/** Frames of a bin at the finest level. */
const finestFrames = 32
const levelFactor = 8
/** A level of fewer bins needs no coarser one. */
const fewBins = 2048
const bufferBytes = 1 << 20

export function binFrames(level: number): number {
  return finestFrames * levelFactor ** level
}

export function levelsFor(frames: number): number {
  let levels = 1
  while (frames / binFrames(levels - 1) > fewBins) levels += 1
  return levels
}

/** One level as it grows. */
interface Growing {
  readonly sink: ByteSink
  readonly low: Samples
  readonly high: Samples
  /** Frames in the bin that is being made. */
  frames: number
  /** Bins that are not in the file yet: lowest and highest, channel by channel. */
  readonly waiting: Samples
  bins: number
}

/** Fed chunk by chunk; whoever reads along calls `flush` before. */
export class EnvelopeWriter {
  /** By level: number of the first bin of every run. */
  readonly firstBins: readonly GrowingNumbers[]
  readonly #levels: readonly Growing[]
  readonly #channels: number
  readonly #written: number[]
  readonly #limits: readonly [number, number]

  /** @param path gives the name of each level's file */
  constructor(
    path: (level: number) => string,
    format: NumericFormat,
    channels: number,
    frames: number,
  ) {
    this.#channels = channels
    this.#limits = limitsOf(format)
    const row = 2 * channels * bytesPerSample(format)
    const bins = Math.max(1, Math.floor(bufferBytes / row))
    const memory = (length: number) =>
      samplesOver(format, new ArrayBuffer(length * bytesPerSample(format)), 0, length)
    this.#levels = Array.from({ length: levelsFor(frames) }, (_, level) => ({
      sink: createFileSink(path(level)),
      low: memory(channels),
      high: memory(channels),
      frames: 0,
      waiting: memory(bins * 2 * channels),
      bins: 0,
    }))
    this.firstBins = this.#levels.map(() => new GrowingNumbers())
    this.#written = this.#levels.map(() => 0)
    for (const level of this.#levels) this.#clear(level)
  }

  beginRun(): void {
    this.#levels.forEach((level, i) => {
      if (level.frames > 0) this.#emit(i)
      this.firstBins[i]!.push(this.#written[i]! + level.bins)
    })
  }

  add(data: Samples, frames: number, stride: number): void {
    const finest = this.#levels[0]!
    for (let f = 0; f < frames; ) {
      const count = Math.min(finestFrames - finest.frames, frames - f)
      widen(finest.low, finest.high, data, f * stride, count, stride, this.#channels)
      finest.frames += count
      f += count
      if (finest.frames === finestFrames) this.#emit(0)
    }
  }

  /** What is known so far goes to the files, but for the bins that are being made. */
  flush(): void {
    for (let i = 0; i < this.#levels.length; i++) this.#flush(i)
  }

  /** Whole bins of a level. */
  bins(level: number): number {
    return this.#written[level]! + this.#levels[level]!.bins
  }

  async finish(): Promise<void> {
    this.#levels.forEach((level, i) => {
      if (level.frames > 0) this.#emit(i)
    })
    this.flush()
    await this.close()
  }

  async close(): Promise<void> {
    for (const { sink } of this.#levels) await sink.close()
  }

  /** The bin of this level is done, and a part of the next level's. */
  #emit(i: number): void {
    const level = this.#levels[i]!
    const { low, high, waiting } = level
    interleave(low, high, waiting, level.bins * 2 * this.#channels, this.#channels)
    const above = this.#levels[i + 1]
    if (above) {
      join(above.low, above.high, low, high, this.#channels)
      above.frames += level.frames
      if (above.frames >= binFrames(i + 1)) this.#emit(i + 1)
    }
    level.bins += 1
    this.#clear(level)
    if ((level.bins + 1) * 2 * this.#channels > waiting.length) this.#flush(i)
  }

  #clear(level: Growing): void {
    level.frames = 0
    level.low.fill(this.#limits[1])
    level.high.fill(this.#limits[0])
  }

  #flush(i: number): void {
    const level = this.#levels[i]!
    if (level.bins === 0) return
    level.sink.write(bytesOf(level.waiting.subarray(0, level.bins * 2 * this.#channels)))
    this.#written[i]! += level.bins
    level.bins = 0
  }
}

function limitsOf(format: NumericFormat): readonly [number, number] {
  if (format === 'int16') return [-32_768, 32_767]
  if (format === 'int32') return [-2_147_483_648, 2_147_483_647]
  return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
}

function widen(
  low: Samples,
  high: Samples,
  data: Samples,
  from: number,
  frames: number,
  stride: number,
  channels: number,
): void {
  for (let f = 0, at = from; f < frames; f++, at += stride) {
    for (let c = 0; c < channels; c++) {
      const value = data[at + c]!
      if (value < low[c]!) low[c] = value
      if (value > high[c]!) high[c] = value
    }
  }
}

function join(
  low: Samples,
  high: Samples,
  otherLow: Samples,
  otherHigh: Samples,
  channels: number,
): void {
  for (let c = 0; c < channels; c++) {
    if (otherLow[c]! < low[c]!) low[c] = otherLow[c]!
    if (otherHigh[c]! > high[c]!) high[c] = otherHigh[c]!
  }
}

/** A bin in which a channel has no number is NaN. */
function interleave(
  low: Samples,
  high: Samples,
  out: Samples,
  from: number,
  channels: number,
): void {
  for (let c = 0, to = from; c < channels; c++, to += 2) {
    const isEmpty = low[c]! > high[c]!
    out[to] = isEmpty ? Number.NaN : low[c]!
    out[to + 1] = isEmpty ? Number.NaN : high[c]!
  }
}

/** Reads bins of the levels' files, while they are written or later. */
export class EnvelopeFiles {
  readonly #path: (level: number) => string
  readonly #format: NumericFormat
  readonly #channels: number
  readonly #sources = new Map<number, ByteSource>()

  constructor(path: (level: number) => string, format: NumericFormat, channels: number) {
    this.#path = path
    this.#format = format
    this.#channels = channels
  }

  /** @returns lowest and highest of every channel, bin after bin; fewer where the file ends */
  async read(level: number, firstBin: number, bins: number): Promise<Samples> {
    let source = this.#sources.get(level)
    if (!source) {
      source = await openFileSource(this.#path(level))
      this.#sources.set(level, source)
    }
    const row = 2 * this.#channels * bytesPerSample(this.#format)
    const bytes = await source.read(firstBin * row, bins * row)
    const whole = Math.floor(bytes.length / row)
    return samplesOver(this.#format, bytes.buffer, bytes.byteOffset, whole * 2 * this.#channels)
  }

  async close(): Promise<void> {
    for (const source of this.#sources.values()) await source.close()
  }
}

/** As the writer numbers them, from the first frames of the runs and the count of all. */
export function firstBinsOf(runs: Float64Array, frames: number, level: number): GrowingNumbers {
  const first = new GrowingNumbers()
  let bins = 0
  for (let run = 0; run < runs.length; run++) {
    first.push(bins)
    const end = run + 1 < runs.length ? runs[run + 1]! : frames
    bins += Math.ceil((end - runs[run]!) / binFrames(level))
  }
  return first
}
