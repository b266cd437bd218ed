/**
 * Records of a file, in which channel stands after channel, as the frames of chunks. Bytes are put
 * into `bytes` as they come from the file, and frames are lent: nothing is copied in between.
 */
import { OwnMemory } from './own-memory.ts'

/** The frames of one stream: how many at most, of so many channels. */
export interface FramesShape {
  readonly channels: number
  readonly maxFrames: number
}

export class RecordFrames {
  /** For the caller to fill: records, or parts of them. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly #memory: OwnMemory
  readonly #input: number
  readonly #sampleBytes: 2 | 3
  readonly #outputs: readonly Int16Array[] | readonly Int32Array[]
  readonly #channels: readonly number[]

  /**
   * @param sampleBytes little-endian whole numbers: int16 for 2, int32 for 3
   * @param inputBytes length of `bytes`
   */
  constructor(sampleBytes: 2 | 3, inputBytes: number, shapes: readonly FramesShape[]) {
    const lengths = shapes.map(({ channels, maxFrames }) => channels * maxFrames)
    const valueBytes = sampleBytes === 2 ? 2 : 4
    this.#memory = OwnMemory.of([inputBytes, ...lengths.map((length) => length * valueBytes)])
    this.#input = this.#memory.take(inputBytes)
    const { buffer } = this.#memory.bytes
    this.bytes = new Uint8Array(buffer, this.#input, inputBytes)
    this.#sampleBytes = sampleBytes
    this.#channels = shapes.map(({ channels }) => channels)
    const places = lengths.map((length) => this.#memory.take(length * valueBytes))
    this.#outputs =
      sampleBytes === 2
        ? places.map((place, i) => new Int16Array(buffer, place, lengths[i]))
        : places.map((place, i) => new Int32Array(buffer, place, lengths[i]))
  }

  /** What `turn` fills, of the stream of that number: dense. */
  frames(stream: number): Int16Array | Int32Array {
    return this.#outputs[stream]!
  }

  /**
   * Makes `count` frames of a stream from samples in `bytes`.
   * @param at of the first sample of the first channel
   * @param step bytes from channel to channel
   */
  turn(stream: number, at: number, step: number, count: number): void {
    const { raw } = this.#memory
    const channels = this.#channels[stream]!
    const to = this.#outputs[stream]!.byteOffset
    const from = this.#input + at
    if (this.#sampleBytes === 3) raw.frames24(from, to, channels, count, step)
    else if (step % 2 === 0) raw.transpose16(from, to, channels, count, step / 2)
    else throw new RangeError(`channels of 16 bits are ${step} bytes apart`)
  }

  /** Nothing that was lent may be looked at from then on. */
  release(): void {
    this.#memory.release()
  }
}
