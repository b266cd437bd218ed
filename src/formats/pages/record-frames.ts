/** Any frames of an EDF or BDF file: where they stand is arithmetic. */
import type { Samples } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'

export interface RecordLayout {
  readonly headerBytes: number
  readonly recordBytes: number
  readonly sampleBytes: 2 | 3
  readonly samplesPerRecord: number
  /** Of every channel, from the begin of a record. */
  readonly offsets: readonly number[]
}

/** Records that are read at once; longer ones are read channel by channel. */
const mostBytes = 1 << 22

export class RecordFrames {
  readonly #source: ByteSource
  readonly #layout: RecordLayout
  #memory = new Uint8Array(0)

  constructor(source: ByteSource, layout: RecordLayout) {
    this.#source = source
    this.#layout = layout
  }

  async read(firstFrame: number, frames: number, into: Samples): Promise<number> {
    const { samplesPerRecord, recordBytes } = this.#layout
    const atOnce = Math.floor(mostBytes / recordBytes)
    for (let done = 0; done < frames; ) {
      const record = Math.floor((firstFrame + done) / samplesPerRecord)
      const inRecord = firstFrame + done - record * samplesPerRecord
      const records = Math.ceil((inRecord + frames - done) / samplesPerRecord)
      const count =
        atOnce > 0
          ? await this.#whole(
              record,
              Math.min(records, atOnce),
              inRecord,
              frames - done,
              into,
              done,
            )
          : await this.#parts(record, inRecord, frames - done, into, done)
      if (count === 0) return done
      done += count
    }
    return frames
  }

  async #whole(
    record: number,
    records: number,
    inRecord: number,
    frames: number,
    into: Samples,
    done: number,
  ): Promise<number> {
    const { headerBytes, recordBytes, sampleBytes, samplesPerRecord, offsets } = this.#layout
    const bytes = await this.#read(headerBytes + record * recordBytes, records * recordBytes)
    const whole = Math.floor(bytes.length / recordBytes)
    let filled = 0
    for (let r = 0; r < whole && filled < frames; r++) {
      const from = r === 0 ? inRecord : 0
      const count = Math.min(samplesPerRecord - from, frames - filled)
      for (let c = 0; c < offsets.length; c++) {
        const at = r * recordBytes + offsets[c]! + from * sampleBytes
        const to = (done + filled) * offsets.length + c
        take(bytes, at, count, sampleBytes, into, to, offsets.length)
      }
      filled += count
    }
    return filled
  }

  async #parts(
    record: number,
    inRecord: number,
    frames: number,
    into: Samples,
    done: number,
  ): Promise<number> {
    const { headerBytes, recordBytes, sampleBytes, samplesPerRecord, offsets } = this.#layout
    const most = Math.max(1, Math.floor(mostBytes / (sampleBytes * offsets.length)))
    const count = Math.min(samplesPerRecord - inRecord, frames, most)
    for (let c = 0; c < offsets.length; c++) {
      const start = headerBytes + record * recordBytes + offsets[c]! + inRecord * sampleBytes
      const bytes = await this.#read(start, count * sampleBytes)
      if (bytes.length < count * sampleBytes) return 0
      take(bytes, 0, count, sampleBytes, into, done * offsets.length + c, offsets.length)
    }
    return count
  }

  #read(offset: number, length: number): Promise<Uint8Array> {
    if (this.#memory.length < length) this.#memory = new Uint8Array(length)
    return this.#source.read(offset, length, this.#memory)
  }
}

function take(
  bytes: Uint8Array,
  at: number,
  count: number,
  sampleBytes: 2 | 3,
  into: Samples,
  to: number,
  stride: number,
): void {
  if (sampleBytes === 2 && (bytes.byteOffset + at) % 2 === 0) {
    takeInt16(new Int16Array(bytes.buffer, bytes.byteOffset + at, count), into, to, stride)
    return
  }
  if (sampleBytes === 2) {
    for (let i = 0, from = at, out = to; i < count; i++, from += 2, out += stride) {
      into[out] = ((bytes[from]! | (bytes[from + 1]! << 8)) << 16) >> 16
    }
    return
  }
  for (let i = 0, from = at, out = to; i < count; i++, from += 3, out += stride) {
    into[out] = ((bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16)) << 8) >> 8
  }
}

/** Typed arrays are little-endian on every machine that runs us, as the file is. */
function takeInt16(values: Int16Array, into: Samples, to: number, stride: number): void {
  for (let i = 0, out = to; i < values.length; i++, out += stride) into[out] = values[i]!
}
