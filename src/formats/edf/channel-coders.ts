/** Raw values of a stream as the digital values of its signals, and what was lost on the way. */
import { RecordEncoder } from '../../kernels/index.ts'
import type { Channel, Chunk } from '../../signal/index.ts'
import type { DigitalRange } from './digital-range.ts'

export class ChannelCoders {
  readonly #encoder: RecordEncoder
  readonly #ranges: readonly DigitalRange[]
  /** From one digital value to the next, in the unit of the file. */
  readonly #steps: readonly number[]

  /** @param samples of every channel in a record */
  constructor(
    channels: readonly Channel[],
    ranges: readonly DigitalRange[],
    sampleBytes: 2 | 3,
    samples: number,
  ) {
    const scales = channels.map((channel, i) => scaleOf(channel, ranges[i]!))
    this.#encoder = new RecordEncoder(scales, sampleBytes, samples)
    this.#ranges = ranges
    this.#steps = scales.map(({ step }) => step)
  }

  /** Bytes of the record that is being filled: channel after channel. Lent. */
  get record(): Uint8Array {
    return this.#encoder.record
  }

  /** `frames` frames of the chunk from frame `from` on, to the record from sample `at` on. */
  encode({ data, stride }: Chunk, from: number, frames: number, at: number): void {
    this.#encoder.encode(data, from, frames, stride, at)
  }

  /** Fills samples of the record for which there is none: with the last one of every channel. */
  hold(from: number, to: number): void {
    this.#encoder.hold(from, to)
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

  /** Nothing may be asked of it from then on. */
  release(): void {
    this.#encoder.release()
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
