/**
 * Bytes of records, and the frames in them, on one pass through a file: bytes are read into the
 * memory that kernels work in, and frames are lent out of it. The rate groups of a file share it,
 * since they move on together.
 */
import { RecordFrames } from '../../kernels/index.ts'
import type { ByteSource } from '../io.ts'
import { maxChunkFrames } from '../recording.ts'
import type { EdfHeader } from './header.ts'
import type { RateGroup } from './rate-groups.ts'

/** Longer records are read channel by channel. */
const wholeBytes = 1 << 22
/**
 * Records are read together up to so many bytes: without a promise, what stays in the cache of the
 * processor; with one, what is worth it.
 */
const nowBytes = 1 << 18
const laterBytes = 1 << 20
/** Chunks of very many channels are shorter: so much for one, and for those of all rate groups. */
const chunkBytes = 1 << 22
const allChunksBytes = 1 << 26

/** Where the channels of a group stand in a record. */
interface Place {
  readonly offsets: readonly number[]
  readonly maxFrames: number
  /** Bytes from channel to channel where nothing else stands between them; else 0. */
  readonly step: number
}

export class RecordChunks {
  readonly #source: ByteSource
  readonly #header: EdfHeader
  readonly #places: readonly Place[]
  readonly #frames: RecordFrames
  /** 0 where records are too long to be held as a whole. */
  readonly #recordsAtOnce: number
  /** In the bytes: of what channels are gathered in. */
  readonly #gatherAt: number
  #first = -1
  /** Bytes that are there from the first record on; fewer where the file has become shorter. */
  #length = 0

  constructor(source: ByteSource, header: EdfHeader, groups: readonly RateGroup[]) {
    const { recordBytes, sampleBytes } = header
    this.#source = source
    this.#header = header
    this.#places = groups.map((group) => placeOf(group, sampleBytes, groups.length, source.size))
    const { size } = source
    const most = Math.min(source.readNow ? nowBytes : laterBytes, size)
    const atOnce = Math.floor(most / Math.max(1, recordBytes))
    this.#recordsAtOnce = Math.max(atOnce, recordBytes <= Math.min(wholeBytes, size) ? 1 : 0)
    this.#gatherAt = this.#recordsAtOnce * recordBytes
    const gathered = this.#places.map(({ offsets, maxFrames, step }) =>
      step > 0 && this.#recordsAtOnce > 0 ? 0 : offsets.length * maxFrames * sampleBytes,
    )
    const shapes = this.#places.map(({ offsets, maxFrames }) => ({
      channels: offsets.length,
      maxFrames,
    }))
    const inputBytes = this.#gatherAt + Math.max(0, ...gathered)
    this.#frames = new RecordFrames(sampleBytes, inputBytes, shapes)
  }

  maxFrames(group: number): number {
    return this.#places[group]!.maxFrames
  }

  /** What `fill` fills: dense frames. */
  data(group: number): Int16Array | Int32Array {
    return this.#frames.frames(group)
  }

  /**
   * Frames of a group in a record, from its frame `from` on.
   * @returns as `fill`; undefined where bytes must be waited for
   */
  fillNow(group: number, record: number, from: number, frames: number): boolean | undefined {
    if (this.#recordsAtOnce === 0) return undefined
    if (!this.#isAtHand(record) && !this.#readNow(record)) return undefined
    return this.#turn(group, record, from, frames)
  }

  /** @returns false where the file has become shorter than it was when it was opened */
  async fill(group: number, record: number, from: number, frames: number): Promise<boolean> {
    if (this.#recordsAtOnce === 0) return this.#fillByChannel(group, record, from, frames)
    if (!this.#isAtHand(record)) {
      const { start, length, into } = this.#block(record)
      this.#hold(record, await this.#source.read(start, length, into))
    }
    return this.#turn(group, record, from, frames)
  }

  #isAtHand(record: number): boolean {
    return this.#first >= 0 && record >= this.#first && record < this.#first + this.#recordsAtOnce
  }

  #readNow(record: number): boolean {
    const { start, length, into } = this.#block(record)
    const bytes = this.#source.readNow?.(start, length, into)
    if (bytes) this.#hold(record, bytes)
    return bytes !== undefined
  }

  /** The records from this one on. */
  #block(record: number) {
    const { headerBytes, recordBytes } = this.#header
    const length = this.#recordsAtOnce * recordBytes
    this.#first = -1
    const start = headerBytes + record * recordBytes
    return { start, length, into: this.#frames.bytes.subarray(0, length) }
  }

  #hold(record: number, bytes: Uint8Array): void {
    this.#put(bytes, 0)
    this.#first = record
    this.#length = bytes.length
  }

  /** A source may give what it has instead of filling what it was lent. */
  #put(bytes: Uint8Array, at: number): void {
    if (bytes.buffer !== this.#frames.bytes.buffer) this.#frames.bytes.set(bytes, at)
  }

  #turn(group: number, record: number, from: number, frames: number): boolean {
    const { offsets, step } = this.#places[group]!
    const { recordBytes, sampleBytes } = this.#header
    const start = (record - this.#first) * recordBytes
    const inChannel = from * sampleBytes
    const length = frames * sampleBytes
    for (const offset of offsets) {
      if (start + offset + inChannel + length > this.#length) return false
    }
    if (step > 0) {
      this.#frames.turn(group, start + offsets[0]! + inChannel, step, frames)
      return true
    }
    const { bytes } = this.#frames
    for (let channel = 0; channel < offsets.length; channel++) {
      const at = start + offsets[channel]! + inChannel
      bytes.copyWithin(this.#gatherAt + channel * length, at, at + length)
    }
    this.#frames.turn(group, this.#gatherAt, length, frames)
    return true
  }

  async #fillByChannel(
    group: number,
    record: number,
    from: number,
    frames: number,
  ): Promise<boolean> {
    const { offsets } = this.#places[group]!
    const { headerBytes, recordBytes, sampleBytes } = this.#header
    const length = frames * sampleBytes
    for (const [channel, offset] of offsets.entries()) {
      const start = headerBytes + record * recordBytes + offset + from * sampleBytes
      const at = this.#gatherAt + channel * length
      const into = this.#frames.bytes.subarray(at, at + length)
      const bytes =
        this.#source.readNow?.(start, length, into) ??
        (await this.#source.read(start, length, into))
      if (bytes.length < length) return false
      this.#put(bytes, at)
    }
    this.#frames.turn(group, this.#gatherAt, length, frames)
    return true
  }

  /** The pass is over: chunks are no longer lent. */
  release(): void {
    this.#frames.release()
  }
}

/** @param size of the file: no header makes it hold more frames than that */
function placeOf(
  { signals, samplesPerRecord }: RateGroup,
  sampleBytes: number,
  groups: number,
  size: number,
): Place {
  const offsets = signals.map(({ offset }) => offset)
  const room = Math.min(chunkBytes, allChunksBytes / groups) / 4
  const most = Math.floor(Math.min(room, size / sampleBytes) / signals.length)
  const channelBytes = samplesPerRecord * sampleBytes
  const isDense = offsets.every((offset, i) => offset === offsets[0]! + i * channelBytes)
  return {
    offsets,
    maxFrames: Math.max(1, Math.min(maxChunkFrames, most, samplesPerRecord)),
    step: isDense ? channelBytes : 0,
  }
}
