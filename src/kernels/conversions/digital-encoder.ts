/** Samples of any format as the whole numbers of a file, and what is lost by that. */
import { type Native, Scratch } from './scratch.ts'

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

/** Float64s of a pair of channels: 7 parameters and 4 of state, two each. */
const pairValues = 22
const sliceBytes = 1 << 19

export class DigitalEncoder {
  readonly #channels: number
  readonly #pairs: Float64Array

  constructor(scales: readonly DigitalScale[]) {
    this.#channels = scales.length
    this.#pairs = new Float64Array(Math.ceil(scales.length / 2) * pairValues)
    for (let lane = 0; lane < 2 * Math.ceil(scales.length / 2); lane++) {
      // The last channel fills both lanes of its pair.
      const scale = scales[Math.min(lane, scales.length - 1)]!
      const { offset, zero, step, lowest, highest, held } = scale
      const first = (lane >> 1) * pairValues + (lane & 1)
      const values = [scale.scale, offset, zero, step, 1 / step, lowest, highest, held]
      for (const [i, value] of values.entries()) this.#pairs[first + 2 * i] = value
    }
  }

  /**
   * A value that is not finite is stored as the one before it; one beyond the limits, as the limit.
   * @param from of the first frame, counted in frames
   * @param out channel after channel
   * @param at where the first channel's values go
   * @param row values from channel to channel in `out`
   */
  encode(
    data: Native,
    from: number,
    frames: number,
    stride: number,
    out: Int32Array,
    at: number,
    row: number,
  ): void {
    const frameBytes = stride * data.BYTES_PER_ELEMENT
    const most = Math.max(1, Math.floor(sliceBytes / frameBytes))
    const state = this.#pairs.byteLength
    for (let done = 0; done < frames; done += most) {
      const count = Math.min(most, frames - done)
      const lanes = this.#channels + 1
      const scratch = new Scratch(state, count * frameBytes, 4 * count * lanes)
      const pairs = scratch.take(state)
      const input = scratch.take(count * frameBytes)
      const output = scratch.take(4 * count * lanes)
      scratch.put(this.#pairs, 0, state, pairs)
      scratch.put(data, (from + done) * frameBytes, count * frameBytes, input)
      encoderOf(scratch, data)(input, count, this.#channels, stride, pairs, output)
      scratch.get(pairs, state, this.#pairs, 0)
      if (count === row) scratch.get(output, 4 * count * this.#channels, out, 4 * at)
      else {
        for (let c = 0; c < this.#channels; c++) {
          scratch.get(output + 4 * count * c, 4 * count, out, 4 * (at + done + c * row))
        }
      }
    }
  }

  /** The last digital value. */
  held(channel: number): number {
    return this.#at(channel, 7)
  }

  /** Of the values that were stored, clipped ones as well. */
  worstError(channel: number): number {
    return this.#at(channel, 8)
  }

  /** More than a step beyond the limits: rounding in their last digit is no clipping. */
  clipped(channel: number): number {
    return this.#at(channel, 9)
  }

  notFinite(channel: number): number {
    return this.#at(channel, 10)
  }

  #at(channel: number, what: number): number {
    return this.#pairs[(channel >> 1) * pairValues + 2 * what + (channel & 1)]!
  }
}

function encoderOf({ raw }: Scratch, data: Native) {
  if (data instanceof Float32Array) return raw.encodeFloat32
  if (data instanceof Float64Array) return raw.encodeFloat64
  return data instanceof Int16Array ? raw.encodeInt16 : raw.encodeInt32
}
