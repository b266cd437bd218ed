/**
 * Samples of any format as the whole numbers of a file's record, channel after channel, and what is
 * lost by that. The record is made in place, as its bytes.
 */
import { OwnMemory } from './own-memory.ts'
import type { Native } from './scratch.ts'

/** value = raw × scale + offset, stored as the digital value next to it. */
export interface DigitalScale {
  readonly scale: number
  readonly offset: number
  /** Value of digital 0. */
  readonly zero: number
  /** From one digital value to the next. */
  readonly step: number
  readonly lowest: number
  readonly highest: number
  /** Digital value before the first sample. */
  readonly held: number
}

/** Float64s of a group of four channels: 4 parameters and 4 of state, four each. */
const groupValues = 32
const sliceBytes = 1 << 17

export class RecordEncoder {
  /** The record that is being filled, lent; little-endian whole numbers of 2 or 3 bytes. */
  readonly record: Uint8Array<ArrayBuffer>
  readonly #memory: OwnMemory
  readonly #scales: readonly DigitalScale[]
  readonly #sampleBytes: 2 | 3
  readonly #rowBytes: number
  readonly #groups: Float64Array
  readonly #slice: Uint8Array

  /** @param samples of every channel in a record */
  constructor(scales: readonly DigitalScale[], sampleBytes: 2 | 3, samples: number) {
    const groups = Math.ceil(scales.length / 4)
    const sizes = [8 * groupValues * groups, scales.length * samples * sampleBytes]
    // A frame of float64 has its place in any case.
    const slice = Math.max(sliceBytes, 64 * scales.length)
    this.#memory = OwnMemory.of([...sizes, slice])
    this.#scales = scales
    this.#sampleBytes = sampleBytes
    this.#rowBytes = samples * sampleBytes
    const { buffer } = this.#memory.bytes
    this.#groups = new Float64Array(buffer, this.#memory.take(sizes[0]!), groupValues * groups)
    this.record = new Uint8Array(buffer, this.#memory.take(sizes[1]!), sizes[1])
    this.#slice = new Uint8Array(buffer, this.#memory.take(slice), slice)
    this.#groups.fill(0)
    this.record.fill(0)
    for (let lane = 0; lane < 4 * groups; lane++) {
      // The last channel fills all lanes that are left of its group.
      const each = scales[Math.min(lane, scales.length - 1)]!
      const gain = each.scale / each.step
      const bias = (each.offset - each.zero) / each.step
      const first = (lane >> 2) * groupValues + (lane & 3)
      const values = [gain, bias, each.lowest, each.highest, each.held]
      for (const [i, value] of values.entries()) this.#groups[first + 4 * i] = value
    }
  }

  /**
   * Puts frames into the record. A value that is not finite is stored as the one before it; one
   * beyond the limits, as the limit.
   * @param from of the first frame, counted in frames
   * @param at its place in the record, in samples
   */
  encode(data: Native, from: number, frames: number, stride: number, at: number): void {
    const frameBytes = stride * data.BYTES_PER_ELEMENT
    const most = Math.max(1, Math.floor(this.#slice.length / frameBytes))
    const encode = this.#kernelOf(data)
    const start = data.byteOffset + from * frameBytes
    for (let done = 0; done < frames; done += most) {
      const count = Math.min(most, frames - done)
      // Behind the last channel of the last frame there may be no stride.
      const length = Math.min(count * frameBytes, data.byteLength - (from + done) * frameBytes)
      this.#slice.set(new Uint8Array(data.buffer, start + done * frameBytes, length))
      encode(
        this.#slice.byteOffset,
        count,
        this.#scales.length,
        stride,
        this.#groups.byteOffset,
        this.record.byteOffset + (at + done) * this.#sampleBytes,
        this.#rowBytes,
        this.#sampleBytes,
      )
    }
  }

  /** Puts the last digital value of every channel into the samples from `from` to `to` − 1. */
  hold(from: number, to: number): void {
    for (let channel = 0; channel < this.#scales.length; channel++) {
      const value = this.#at(channel, 4)
      const row = channel * this.#rowBytes
      for (let i = from; i < to; i++) {
        const place = row + i * this.#sampleBytes
        this.record[place] = value
        this.record[place + 1] = value >> 8
        if (this.#sampleBytes === 3) this.record[place + 2] = value >> 16
      }
    }
  }

  /**
   * Of the values that were stored, clipped ones as well. Half a step, which it cannot be more than
   * within the limits, may be told where it is a thousandth of a step less.
   */
  worstError(channel: number): number {
    return this.#at(channel, 5) * Math.abs(this.#scales[channel]!.step)
  }

  /** More than a step beyond the limits: rounding in their last digit is no clipping. */
  clipped(channel: number): number {
    return this.#at(channel, 6)
  }

  notFinite(channel: number): number {
    return this.#at(channel, 7)
  }

  /** Nothing may be asked of it from then on. */
  release(): void {
    this.#memory.release()
  }

  #at(channel: number, what: number): number {
    return this.#groups[(channel >> 2) * groupValues + 4 * what + (channel & 3)]!
  }

  #kernelOf(data: Native) {
    const { raw } = this.#memory
    if (data instanceof Float32Array) return raw.encodeFloat32
    if (data instanceof Float64Array) return raw.encodeFloat64
    return data instanceof Int16Array ? raw.encodeInt16 : raw.encodeInt32
  }
}
