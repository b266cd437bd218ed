/** Percentiles of the last while of a histogram that counts since its beginning. */
import { type LatencyHistogram, summariseLatency } from '../ring/index.ts'

/** So that one bad start is forgotten. */
const windowSeconds = 10
const markSeconds = 1

interface Mark {
  readonly time: number
  readonly counts: Int32Array
}

export class RecentLatency {
  readonly #histogram: LatencyHistogram
  #marks: Mark[] = []

  constructor(histogram: LatencyHistogram) {
    this.#histogram = histogram
  }

  /**
   * @param now seconds on the host's clock
   * @returns null where nothing was recorded lately
   */
  take(now: number): { readonly p50Ms: number; readonly p99Ms: number } | null {
    const counts = this.#histogram.snapshot()
    const newest = this.#marks.at(-1)
    if (!newest || now - newest.time >= markSeconds) {
      this.#marks = this.#marks.filter(({ time }) => now - time <= windowSeconds)
      this.#marks.push({ time: now, counts })
    }
    const before = this.#marks[0]!.counts
    const { count, p50Ms, p99Ms } = summariseLatency(counts, before)
    return count > 0 ? { p50Ms, p99Ms } : null
  }
}
