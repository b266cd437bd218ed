/**
 * The points of a page as they are gathered: frames or bins in, in the order of their times, and
 * out of all that fall into one column its lowest and highest value. Between runs that are more
 * than a column apart stands a point without values, which no line crosses.
 */
import type { Samples } from '../../signal/index.ts'

export interface PageRange {
  readonly from: number
  readonly to: number
  readonly columns: number
}

export interface Points {
  /** Seconds on the recording's clock. */
  readonly times: Float64Array
  /** Point after point and channel after channel: lowest, highest. NaN where nothing is known. */
  readonly values: Float32Array
}

export interface PointChannel {
  /** Number in what is added. */
  readonly at: number
  readonly scale: number
  readonly offset: number
}

export class PagePoints {
  readonly #range: PageRange
  readonly #channels: readonly PointChannel[]
  readonly #places: Int32Array
  /** Every frame is a point of its own. */
  readonly #each: boolean
  #times: Float64Array
  #values: Float32Array
  #count = 0
  #column = Number.NaN
  #columnTime = 0
  readonly #low: Float64Array
  readonly #high: Float64Array
  #broken = false

  constructor(range: PageRange, channels: readonly PointChannel[], each: boolean) {
    this.#range = range
    this.#channels = channels
    this.#places = Int32Array.from(channels, ({ at }) => at)
    this.#each = each
    this.#times = new Float64Array(range.columns + 2)
    this.#values = new Float32Array(2 * channels.length * (range.columns + 2))
    this.#low = new Float64Array(channels.length)
    this.#high = new Float64Array(channels.length)
  }

  /** What comes next does not follow on what came before. */
  breakLine(): void {
    this.#broken = this.#count > 0 || !Number.isNaN(this.#column)
  }

  /**
   * One frame, or one bin of several.
   * @param at where its values begin: of a bin lowest and highest of every channel
   */
  add(time: number, data: Samples, at: number, isBin: boolean): void {
    const column = this.#each ? this.#count : this.#columnOf(time)
    if (this.#each || column !== this.#column) {
      this.#flush()
      if (this.#broken) this.#break(time)
      this.#column = column
      this.#columnTime = this.#each ? time : this.#centreOf(column)
      this.#low.fill(Number.POSITIVE_INFINITY)
      this.#high.fill(Number.NEGATIVE_INFINITY)
    }
    this.#broken = false
    if (isBin) widenBins(this.#places, data, at, this.#low, this.#high)
    else widenFrame(this.#places, data, at, this.#low, this.#high)
  }

  finish(): Points {
    this.#flush()
    const times = this.#times.slice(0, this.#count)
    const values = this.#values.slice(0, this.#count * 2 * this.#channels.length)
    return { times, values }
  }

  #columnOf(time: number): number {
    const { from, to, columns } = this.#range
    return Math.floor(((time - from) / (to - from)) * columns)
  }

  #centreOf(column: number): number {
    const { from, to, columns } = this.#range
    return from + ((column + 0.5) / columns) * (to - from)
  }

  #break(time: number): void {
    const before = this.#count > 0 ? this.#times[this.#count - 1]! : time
    this.#room()
    this.#times[this.#count] = (before + time) / 2
    const from = this.#count * 2 * this.#channels.length
    this.#values.fill(Number.NaN, from, from + 2 * this.#channels.length)
    this.#count += 1
  }

  #flush(): void {
    if (Number.isNaN(this.#column)) return
    this.#column = Number.NaN
    this.#room()
    this.#times[this.#count] = this.#columnTime
    const values = this.#values
    let to = this.#count * 2 * this.#channels.length
    for (let c = 0; c < this.#channels.length; c++, to += 2) {
      const { scale, offset } = this.#channels[c]!
      const [low, high] = [this.#low[c]!, this.#high[c]!]
      const isEmpty = low > high
      // A negative scale turns the polarity, and lowest and highest with it.
      values[to] = isEmpty ? Number.NaN : (scale < 0 ? high : low) * scale + offset
      values[to + 1] = isEmpty ? Number.NaN : (scale < 0 ? low : high) * scale + offset
    }
    this.#count += 1
  }

  #room(): void {
    if (this.#count < this.#times.length) return
    const times = new Float64Array(2 * this.#times.length)
    times.set(this.#times)
    const values = new Float32Array(2 * this.#values.length)
    values.set(this.#values)
    this.#times = times
    this.#values = values
  }
}

function widenFrame(
  places: Int32Array,
  data: Samples,
  from: number,
  low: Float64Array,
  high: Float64Array,
): void {
  for (let c = 0; c < places.length; c++) {
    const value = data[from + places[c]!]!
    if (value < low[c]!) low[c] = value
    if (value > high[c]!) high[c] = value
  }
}

function widenBins(
  places: Int32Array,
  data: Samples,
  from: number,
  low: Float64Array,
  high: Float64Array,
): void {
  for (let c = 0; c < places.length; c++) {
    const at = from + 2 * places[c]!
    if (data[at]! < low[c]!) low[c] = data[at]!
    if (data[at + 1]! > high[c]!) high[c] = data[at + 1]!
  }
}
