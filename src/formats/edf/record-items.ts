/** The samples of one rate group as chunks, record by record, and its gaps. */
import { type ChunkBuffer, newChunkBuffer, type Samples } from '../../signal/index.ts'
import { viewOf } from '../byte-window.ts'
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

  constructor(records: RecordBytes, header: EdfHeader, group: RateGroup) {
    this.#records = records
    this.#header = header
    this.#group = group
    const channels = group.signals.length
    const most = Math.min(maxChunkFrames, Math.floor(chunkBytes / (4 * channels)))
    this.maxFrames = Math.max(1, Math.min(most, group.samplesPerRecord))
    const format = header.kind === 'bdf' ? 'int32' : 'int16'
    this.#buffer = newChunkBuffer({ format, channels, maxFrames: this.maxFrames })
  }

  /** Undefined where the file has become shorter than it was when it was opened. */
  async fill(run: SampleRun, record: number, from: number): Promise<ChunkBuffer | undefined> {
    const { samplesPerRecord, signals, info } = this.#group
    const { sampleBytes } = this.#header
    const buffer = this.#buffer
    const frames = Math.min(this.maxFrames, samplesPerRecord - from)
    const number = run.segment.firstRecord + record
    for (const [channel, signal] of signals.entries()) {
      const offset = signal.offset + from * sampleBytes
      const bytes = await this.#records.read(number, offset, frames * sampleBytes)
      if (bytes.length < frames * sampleBytes) return undefined
      const { data, stride } = buffer
      if (sampleBytes === 3) takeInt24(viewOf(bytes), frames, data, stride, channel)
      else takeInt16(viewOf(bytes), frames, data, stride, channel)
    }
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
}

function takeInt16(
  view: DataView,
  frames: number,
  data: Samples,
  stride: number,
  channel: number,
): void {
  for (let i = 0, to = channel; i < frames; i++, to += stride) {
    data[to] = view.getInt16(2 * i, true)
  }
}

function takeInt24(
  view: DataView,
  frames: number,
  data: Samples,
  stride: number,
  channel: number,
): void {
  for (let i = 0, to = channel; i < frames; i++, to += stride) {
    data[to] = view.getUint16(3 * i, true) | (view.getInt8(3 * i + 2) << 16)
  }
}

/** Reads ahead so much at once where records are small. */
const readAheadBytes = 1 << 22

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
    this.#recordsAtOnce = Math.floor(readAheadBytes / Math.max(1, header.recordBytes))
    this.#memory = new Uint8Array(this.#recordsAtOnce * header.recordBytes)
  }

  /** Valid until the next call. A record too long to be held as a whole is read in parts. */
  async read(record: number, offset: number, length: number): Promise<Uint8Array> {
    const { headerBytes, recordBytes } = this.#header
    if (this.#recordsAtOnce === 0) {
      return this.#source.read(headerBytes + record * recordBytes + offset, length)
    }
    const first = record - (record % this.#recordsAtOnce)
    if (first !== this.#first) {
      const start = headerBytes + first * recordBytes
      this.#bytes = await this.#source.read(start, this.#memory.length, this.#memory)
      this.#first = first
    }
    const from = (record - first) * recordBytes + offset
    return this.#bytes.subarray(from, from + length)
  }
}
