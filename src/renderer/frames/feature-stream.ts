/** A slow stream of values – quality, band power, a decoder: its newest frame and a short past. */
import type { ViewFrames, ViewStream } from '../../contract/index.ts'

export const pastSeconds = 30
const capacity = 4096

export class FeatureStream {
  /** Replaced when the host builds the stream anew: the past and the count go on. */
  stream: ViewStream
  /** The newest frame; empty before the first. */
  latest = new Float32Array(0)
  /** Grows with every message; what React compares. */
  version = 0
  /** Times and first values of the newest frames: a ring up to `end`. */
  readonly time = new Float64Array(capacity)
  readonly first = new Float32Array(capacity)
  readonly capacity = capacity
  end = 0
  /** How often the first value rose above the stream's threshold. */
  events = 0
  readonly #listeners = new Set<() => void>()

  constructor(stream: ViewStream) {
    this.stream = stream
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getVersion = (): number => this.version

  append(frames: ViewFrames): void {
    const { channels, time, values } = frames
    if (channels !== this.stream.channels.length || frames.frames === 0) return
    const threshold = this.stream.threshold ?? Number.POSITIVE_INFINITY
    for (let f = 0; f < frames.frames; f++) {
      const value = values[f * channels]!
      const before = this.end > 0 ? this.first[(this.end - 1) % capacity]! : 0
      if (value > threshold && before <= threshold) this.events++
      this.time[this.end % capacity] = time[f]!
      this.first[this.end % capacity] = value
      this.end++
    }
    this.latest = values.slice((frames.frames - 1) * channels)
    this.version++
    for (const listener of this.#listeners) listener()
  }
}
