/**
 * The newest bins of one display stream: a ring over typed arrays, filled by the link as frames
 * arrive and read by the painter. When full, the oldest bin is overwritten: the recording has it.
 */
import type { ViewFrames, ViewStream } from '../../contract/index.ts'

/** A little more than the longest time base. */
const keptSeconds = 62
const maxBytes = 48 * 1024 * 1024
/** Room for this many bins a second of a stream that has no rate of its own. */
const irregularRateHz = 250

/** Bins that never came, before the bin at `position`. */
export interface TraceGap {
  readonly position: number
  readonly bins: number
  /** Host seconds of the last bin before and the first one after. */
  readonly from: number
  readonly to: number
}

export class TraceBuffer {
  readonly stream: ViewStream
  /** False while the host cuts low frequencies: then the traces stand around zero already. */
  removesOffset: boolean
  /** What is taken off each channel before it is drawn. */
  readonly centre: Float64Array
  /** Position up to which `centre` was measured; 0 before the first time. */
  centredAt = 0
  readonly channels: number
  readonly rateHz: number
  readonly capacity: number
  /** Device samples in a bin. */
  readonly binSamples: number
  readonly time: Float64Array
  /** Channel `c` of the bin at position `p`: lowest at `(p % capacity) * stride + 2 * c`. */
  readonly values: Float32Array
  readonly stride: number
  gaps: TraceGap[] = []
  /** Position after the newest bin; counts from 0 and never goes back. */
  end = 0
  #nextIndex = -1

  constructor(stream: ViewStream, removesOffset: boolean, capacity = capacityOf(stream)) {
    this.stream = stream
    this.removesOffset = removesOffset
    this.channels = stream.sourceChannels.length
    this.stride = this.channels * 2
    this.rateHz = stream.rateHz
    this.binSamples =
      stream.rateHz > 0 ? Math.max(1, Math.round(stream.sourceRateHz / stream.rateHz)) : 1
    this.capacity = capacity
    this.centre = new Float64Array(this.channels)
    this.time = new Float64Array(capacity)
    this.values = new Float32Array(capacity * this.stride)
  }

  /** Position of the oldest bin that is still here. */
  get start(): number {
    return Math.max(0, this.end - this.capacity)
  }

  timeAt(position: number): number {
    return this.time[position % this.capacity]!
  }

  get newestTime(): number {
    return this.end > 0 ? this.timeAt(this.end - 1) : Number.NEGATIVE_INFINITY
  }

  append(frames: ViewFrames): void {
    // As many values as channels: lowest and highest are the same.
    const each = frames.channels === this.channels ? 1 : 2
    if (frames.channels !== each * this.channels || frames.frames === 0) return
    const lost = this.#nextIndex < 0 ? 0 : frames.firstSample - this.#nextIndex
    if (lost > 0) {
      this.gaps.push({
        position: this.end,
        bins: lost,
        from: this.newestTime,
        to: frames.time[0]!,
      })
    }
    for (let f = 0; f < frames.frames; f++) {
      const slot = this.end % this.capacity
      this.time[slot] = frames.time[f]!
      const [from, to] = [f * frames.channels, slot * this.stride]
      if (each === 2) this.values.set(frames.values.subarray(from, from + this.stride), to)
      else this.#setValues(frames.values, from, to)
      this.end++
    }
    this.#nextIndex = frames.firstSample + frames.frames
    if (this.gaps.length && this.gaps[0]!.position < this.start) {
      this.gaps = this.gaps.filter(({ position }) => position >= this.start)
    }
  }

  #setValues(values: Float32Array, from: number, to: number): void {
    for (let c = 0; c < this.channels; c++) {
      this.values[to + 2 * c] = values[from + c]!
      this.values[to + 2 * c + 1] = values[from + c]!
    }
  }

  /** The first position whose time is at least `time`. */
  positionAt(time: number): number {
    let low = this.start
    let high = this.end
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.timeAt(middle) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Measures every channel's centre over the bins since `time`. */
  recentre(time: number): void {
    this.centredAt = this.end
    this.centre.fill(0)
    if (!this.removesOffset) return
    const from = this.positionAt(time)
    for (let c = 0; c < this.channels; c++) {
      let sum = 0
      for (let p = from; p < this.end; p++) {
        const at = (p % this.capacity) * this.stride + 2 * c
        sum += this.values[at]! + this.values[at + 1]!
      }
      const mean = sum / (2 * (this.end - from))
      if (Number.isFinite(mean)) this.centre[c] = mean
    }
  }

  /** As it is now, for a view that stands still. */
  copy(): TraceBuffer {
    const copy = new TraceBuffer(this.stream, this.removesOffset, this.capacity)
    copy.time.set(this.time)
    copy.values.set(this.values)
    copy.centre.set(this.centre)
    copy.centredAt = this.centredAt
    copy.gaps = [...this.gaps]
    copy.end = this.end
    return copy
  }
}

function capacityOf(stream: ViewStream): number {
  const wanted = Math.ceil((stream.rateHz || irregularRateHz) * keptSeconds)
  const affordable = Math.floor(maxBytes / (stream.sourceChannels.length * 8 + 8))
  return Math.max(16, Math.min(wanted, affordable))
}
