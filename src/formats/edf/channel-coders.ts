/** Raw values of a stream as the digital values of its signals, and what was lost on the way. */
import { DigitalEncoder } from '../../kernels/index.ts'
import type { Channel, Chunk } from '../../signal/index.ts'
import type { DigitalRange } from './digital-range.ts'

export class ChannelCoders {
  readonly count: number
  readonly #encoder: DigitalEncoder
  readonly #ranges: readonly DigitalRange[]
  /** From one digital value to the next, in the unit of the file. */
  readonly #steps: readonly number[]

  constructor(channels: readonly Channel[], ranges: readonly DigitalRange[]) {
    const scales = channels.map((channel, i) => scaleOf(channel, ranges[i]!))
    this.count = channels.length
    this.#encoder = new DigitalEncoder(scales)
    this.#ranges = ranges
    this.#steps = scales.map(({ step }) => step)
  }

  /**
   * `frames` frames of the chunk from frame `from` on, channel after channel.
   * @param at where the first channel's values go in `out`
   * @param row values from channel to channel in `out`
   */
  encode(
    { data, stride }: Chunk,
    from: number,
    frames: number,
    out: Int32Array,
    at: number,
    row: number,
  ): void {
    this.#encoder.encode(data, from, frames, stride, out, at, row)
  }

  /** What stands where there is no sample. */
  held(channel: number): number {
    return this.#encoder.held(channel)
  }

  clipped(channel: number): number {
    return this.#encoder.clipped(channel)
  }

  notFinite(channel: number): number {
    return this.#encoder.notFinite(channel)
  }

  /** The largest error, in the channel's unit. */
  maxError(channel: number): number {
    return this.#encoder.worstError(channel) / this.#ranges[channel]!.factor
  }

  /** Of one digital step, in the channel's unit. */
  stepSize(channel: number): number {
    return this.#steps[channel]! / this.#ranges[channel]!.factor
  }
}

function scaleOf(channel: Channel, range: DigitalRange) {
  const { digitalMinimum: lowest, digitalMaximum: highest, factor } = range
  // As a reader will compute them: from the characters in the header.
  const minimum = Number(range.physicalMinimum)
  const maximum = Number(range.physicalMaximum)
  const step = (maximum - minimum) / (highest - lowest)
  const zero = minimum - lowest * step
  const held = Math.min(highest, Math.max(lowest, Math.round(-zero / step)))
  return {
    scale: channel.scale * factor,
    offset: channel.offset * factor,
    zero,
    step,
    lowest,
    highest,
    held,
  }
}
