/** The samples of one rate group as chunks, record by record, and its gaps. */
import { framesOfRecord } from '../../kernels/index.ts'
import { type ChunkBuffer, newChunkBuffer, type Samples } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'
import type { TimedItem } from '../merge-by-time.ts'
import { maxChunkFrames } from '../recording.ts'
import type { EdfHeader } from './header.ts'
import type { RateGroup, SampleRun } from './rate-groups.ts'

export async function* recordItems(
  records: RecordBytes,
  header: EdfHeader,
  group: RateGroup,
): AsyncGenerator<TimedItem, void, void> {
  if (group.samplesPerRecord === 0) return
  const stream = group.info.id
  const filler = new ChunkFiller(records, header, group)
  for (const run of group.runs) {
    const { gap, segment } = run
    if (gap) yield { time: gap.startTime, item: { kind: 'gap', stream, gap } }
    for (let record = 0; record < segment.records; record++) {
      for (let from = 0; from < group.samplesPerRecord; from += filler.maxFrames) {
        const chunk = await filler.fill(run, record, from)
        if (!chunk) return
        yield { time: chunk.time[0]!, item: { kind: 'chunk', stream, chunk } }
      }
    }
  }
}

/** A chunk of very many channels is shorter, so that it takes no more than this. */
const chunkBytes = 1 << 22

class ChunkFiller {
  readonly maxFrames: number
  readonly #records: RecordBytes
  readonly #header: EdfHeader
  readonly #group: RateGroup
  readonly #buffer: ChunkBuffer
  /** Nothing else stands between the channels of a record. */
  readonly #isDense: boolean

  constructor(records: RecordBytes, header: EdfHeader, group: RateGroup) {
    this.#records = records
    this.#header = header
    this.#group = group
    const channels = group.signals.length
    const most = Math.min(maxChunkFrames, Math.floor(chunkBytes / (4 * channels)))
    this.maxFrames = Math.max(1, Math.min(most, group.samplesPerRecord))
    const channelBytes = group.samplesPerRecord * header.sampleBytes
    const first = group.signals[0]?.offset ?? 0
    this.#isDense = group.signals.every(({ offset }, i) => offset === first + i * channelBytes)
    const format = header.kind === 'bdf' ? 'int32' : 'int16'
    this.#buffer = newChunkBuffer({ format, channels, maxFrames: this.maxFrames })
  }

  /** Undefined where the file has become shorter than it was when it was opened. */
  async fill(run: SampleRun, record: number, from: number): Promise<ChunkBuffer | undefined> {
    const { samplesPerRecord, info } = this.#group
    const buffer = this.#buffer
    const frames = Math.min(this.maxFrames, samplesPerRecord - from)
    const number = run.segment.firstRecord + record
    const whole = await this.#records.whole(number)
    const filled = whole
      ? this.#takeWhole(whole, from, frames)
      : await this.#takeParts(number, from, frames)
    if (!filled) return undefined
    const inRun = record * samplesPerRecord + from
    buffer.frames = frames
    buffer.firstSample = run.firstSample + inRun
    for (let i = 0; i < frames; i++) {
      const time = run.segment.onset + (inRun + i) / info.nominalRateHz
      buffer.time[i] = time
      buffer.hostTime[i] = time
    }
    return buffer
  }

  /** A few frames of every channel, then the next few: what is written stays in the cache. */
  #takeWhole(record: Uint8Array, from: number, frames: number): boolean {
    const { signals, samplesPerRecord } = this.#group
    const { sampleBytes } = this.#header
    for (const { offset } of signals) {
      if (offset + samplesPerRecord * sampleBytes > record.length) return false
    }
    if (this.#isDense) {
      const layout = { sampleBytes, channels: signals.length, samplesPerChannel: samplesPerRecord }
      framesOfRecord(record, signals[0]!.offset, layout, from, frames, this.#buffer.data)
      return true
    }
    const values = sampleBytes === 3 ? record : int16Of(record)
    for (let first = 0; first < frames; first += framesAtOnce) {
      const count = Math.min(framesAtOnce, frames - first)
      for (let channel = 0; channel < signals.length; channel++) {
        const at = signals[channel]!.offset + (from + first) * sampleBytes
        this.#take(values, at, count, first, channel)
      }
    }
    return true
  }

  async #takeParts(record: number, from: number, frames: number): Promise<boolean> {
    const { sampleBytes } = this.#header
    for (const [channel, { offset }] of this.#group.signals.entries()) {
      const length = frames * sampleBytes
      const bytes = await this.#records.part(record, offset + from * sampleBytes, length)
      if (bytes.length < length) return false
      this.#take(sampleBytes === 3 ? bytes : int16Of(bytes), 0, frames, 0, channel)
    }
    return true
  }

  /** @param at in bytes */
  #take(
    values: Uint8Array | Int16Array,
    at: number,
    frames: number,
    first: number,
    channel: number,
  ): void {
    const { data, stride } = this.#buffer
    const to = first * stride + channel
    if (values instanceof Int16Array) takeInt16(values, at / 2, frames, data, stride, to)
    else takeInt24(values, at, frames, data, stride, to)
  }
}

const framesAtOnce = 32

/** Typed arrays are little-endian on every machine that runs us, as the file is. */
function int16Of(bytes: Uint8Array): Int16Array {
  const even = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice()
  return new Int16Array(even.buffer, even.byteOffset, even.length >> 1)
}

function takeInt16(
  values: Int16Array,
  at: number,
  frames: number,
  data: Samples,
  stride: number,
  first: number,
): void {
  for (let i = 0, to = first; i < frames; i++, to += stride) data[to] = values[at + i]!
}

/** Byte by byte: a DataView costs several times as much. */
function takeInt24(
  bytes: Uint8Array,
  at: number,
  frames: number,
  data: Samples,
  stride: number,
  first: number,
): void {
  for (let i = 0, from = at, to = first; i < frames; i++, from += 3, to += stride) {
    data[to] = ((bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16)) << 8) >> 8
  }
}

/** Longer records are read channel by channel. */
const wholeBytes = 1 << 22
/** Reads ahead so much at once where records are small. */
const readAheadBytes = 1 << 20

/** Bytes of records; the groups of one pass share it, since they move on together. */
export class RecordBytes {
  readonly #source: ByteSource
  readonly #header: EdfHeader
  readonly #recordsAtOnce: number
  readonly #memory: Uint8Array
  #first = -1
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(source: ByteSource, header: EdfHeader) {
    this.#source = source
    this.#header = header
    const { recordBytes } = header
    const most = Math.floor(Math.min(readAheadBytes, source.size) / Math.max(1, recordBytes))
    this.#recordsAtOnce = Math.max(most, recordBytes <= Math.min(wholeBytes, source.size) ? 1 : 0)
    this.#memory = new Uint8Array(this.#recordsAtOnce * header.recordBytes)
  }

  /**
   * A record, or what is left of it where the file has become shorter; undefined where records are
   * too long to be held as a whole. Valid until the next call.
   */
  async whole(record: number): Promise<Uint8Array | undefined> {
    const { headerBytes, recordBytes } = this.#header
    if (this.#recordsAtOnce === 0) return undefined
    const first = record - (record % this.#recordsAtOnce)
    if (first !== this.#first) {
      const start = headerBytes + first * recordBytes
      this.#bytes = await this.#source.read(start, this.#memory.length, this.#memory)
      this.#first = first
    }
    const from = (record - first) * recordBytes
    return this.#bytes.subarray(from, from + recordBytes)
  }

  part(record: number, offset: number, length: number): Promise<Uint8Array> {
    const { headerBytes, recordBytes } = this.#header
    return this.#source.read(headerBytes + record * recordBytes + offset, length)
  }
}
