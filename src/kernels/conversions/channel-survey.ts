/** Between which values the channels of a stream lie, over all of its frames. */
import { type Native, Scratch } from './scratch.ts'

/** Float64s of a pair of channels: lowest, highest, not finite, not whole; two each. */
const pairValues = 8
const sliceBytes = 1 << 17

export class ChannelSurvey {
  readonly #channels: number
  readonly #state: Float64Array

  constructor(channels: number) {
    this.#channels = channels
    this.#state = new Float64Array(Math.ceil(channels / 2) * pairValues)
    for (let i = 0; i < this.#state.length; i += pairValues) {
      this.#state.fill(Number.POSITIVE_INFINITY, i, i + 2)
      this.#state.fill(Number.NEGATIVE_INFINITY, i + 2, i + 4)
    }
  }

  add(data: Native, frames: number, stride: number): void {
    const frameBytes = stride * data.BYTES_PER_ELEMENT
    const most = Math.max(1, Math.floor(sliceBytes / frameBytes))
    for (let first = 0; first < frames; first += most) {
      const count = Math.min(most, frames - first)
      const scratch = new Scratch(this.#state.byteLength, count * frameBytes)
      const state = scratch.take(this.#state.byteLength)
      const from = scratch.take(count * frameBytes)
      scratch.put(this.#state, 0, this.#state.byteLength, state)
      scratch.put(data, first * frameBytes, count * frameBytes, from)
      surveyOf(scratch, data)(from, count, this.#channels, stride, state)
      scratch.get(state, this.#state.byteLength, this.#state, 0)
    }
  }

  /** Of the finite values; +∞ without any. */
  lowest(channel: number): number {
    return this.#at(channel, 0)
  }

  /** Of the finite values; −∞ without any. */
  highest(channel: number): number {
    return this.#at(channel, 2)
  }

  notFinite(channel: number): number {
    return this.#at(channel, 4)
  }

  /** Every finite value is a whole number. */
  isWhole(channel: number): boolean {
    return this.#at(channel, 6) === 0
  }

  #at(channel: number, what: number): number {
    return this.#state[(channel >> 1) * pairValues + what + (channel & 1)]!
  }
}

function surveyOf({ raw }: Scratch, data: Native) {
  if (data instanceof Float32Array) return raw.surveyFloat32
  if (data instanceof Float64Array) return raw.surveyFloat64
  return data instanceof Int16Array ? raw.surveyInt16 : raw.surveyInt32
}
