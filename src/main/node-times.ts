/** How long nodes took over the last minute, as far as somebody looks: a bad start is forgotten. */
import { LatencyHistogram, type LatencySummary, summariseLatency } from '../ring/index.ts'
import type { Clock } from '../signal/index.ts'

const windowSeconds = 60
const markSeconds = 5

interface Mark {
  readonly time: number
  readonly counts: Int32Array
}

/** What a histogram had counted now and then, the oldest first. */
interface Times {
  readonly histogram: LatencyHistogram
  marks: readonly Mark[]
}

export class NodeTimes {
  readonly #clock: Clock
  readonly #times = new WeakMap<SharedArrayBuffer, Times>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Null where nothing was timed since it was looked at first, or in the last minute. */
  of(shared: SharedArrayBuffer): LatencySummary | null {
    const now = this.#clock.now()
    const times = this.#times.get(shared) ?? { histogram: new LatencyHistogram(shared), marks: [] }
    this.#times.set(shared, times)
    const counts = times.histogram.snapshot()
    const marks = times.marks.filter(({ time }) => now - time <= windowSeconds)
    const newest = marks.at(-1)
    times.marks =
      newest && now - newest.time < markSeconds ? marks : [...marks, { time: now, counts }]
    const summary = summariseLatency(counts, times.marks[0]!.counts)
    return summary.count > 0 ? summary : null
  }
}
