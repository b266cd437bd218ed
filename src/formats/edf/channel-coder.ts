/** Raw values of one channel as the digital values of its signal, and what was lost on the way. */
import type { Channel, Samples } from '../../signal/index.ts'
import type { DigitalRange } from './digital-range.ts'

export class ChannelCoder {
  clipped = 0
  notFinite = 0
  /** What stands where there is no sample. */
  held: number
  /** In the unit of the file. */
  #worst = 0
  readonly #range: DigitalRange
  readonly #scale: number
  readonly #offset: number
  /** Physical value of digital 0, and from one digital value to the next. */
  readonly #zero: number
  readonly #step: number

  constructor(channel: Channel, range: DigitalRange) {
    const { digitalMinimum, digitalMaximum, factor } = range
    // As a reader will compute them: from the characters in the header.
    const minimum = Number(range.physicalMinimum)
    const maximum = Number(range.physicalMaximum)
    this.#range = range
    this.#scale = channel.scale * factor
    this.#offset = channel.offset * factor
    this.#step = (maximum - minimum) / (digitalMaximum - digitalMinimum)
    this.#zero = minimum - digitalMinimum * this.#step
    this.held = this.#clamp(Math.round(-this.#zero / this.#step))
  }

  /** The largest error, in the channel's unit. */
  get maxError(): number {
    return this.#worst / this.#range.factor
  }

  /** Of one digital step, in the channel's unit. */
  get stepSize(): number {
    return this.#step / this.#range.factor
  }

  #clamp(digital: number): number {
    const { digitalMinimum, digitalMaximum } = this.#range
    return Math.min(digitalMaximum, Math.max(digitalMinimum, digital))
  }

  /** `frames` values from `data[from]` on, `stride` apart, to `out[to]` and after. */
  encode(
    data: Samples,
    from: number,
    stride: number,
    frames: number,
    out: Int32Array,
    to: number,
  ): void {
    const { digitalMinimum, digitalMaximum } = this.#range
    const scale = this.#scale
    const offset = this.#offset
    const zero = this.#zero
    const step = this.#step
    const perStep = 1 / step
    let { held } = this
    let worst = this.#worst
    for (let i = 0, at = from; i < frames; i++, at += stride) {
      const value = data[at]! * scale + offset
      if (value - value === 0) {
        held = Math.floor((value - zero) * perStep + 0.5)
        if (held < digitalMinimum || held > digitalMaximum) {
          // Rounding in the last digit of a limit is no clipping.
          if (held < digitalMinimum - 1 || held > digitalMaximum + 1) this.clipped += 1
          held = held < digitalMinimum ? digitalMinimum : digitalMaximum
        }
        const error = value - (zero + held * step)
        if (error > worst) worst = error
        else if (-error > worst) worst = -error
      } else this.notFinite += 1
      out[to + i] = held
    }
    this.held = held
    this.#worst = worst
  }
}
