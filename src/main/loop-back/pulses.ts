/** Pulses that were sent, and the edges by which they came back. */

export interface PulseTimes {
  /** When it was handed to the output, seconds on the host's clock. */
  readonly sentAt: number
  /** When its edge arrived, and when it was taken by the fitted time; NaN where none came. */
  readonly arrivedAt: number
  readonly stampedAt: number
}

export interface LatencySummary {
  readonly count: number
  readonly minMs: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly maxMs: number
  /** Of the sample. */
  readonly sdMs: number
}

type OpenPulse = { -readonly [K in keyof PulseTimes]: PulseTimes[K] }

export class PulseMatcher {
  /** Edges that belong to no pulse. */
  unexpected = 0
  readonly #windowSeconds: number
  readonly #pulses: OpenPulse[] = []

  /** @param windowSeconds after so long a pulse is missed; less than the time between two */
  constructor(windowSeconds: number) {
    this.#windowSeconds = windowSeconds
  }

  get pulses(): readonly PulseTimes[] {
    return this.#pulses
  }

  /** The last one has come back, or will not. */
  isSettled(now: number): boolean {
    const last = this.#pulses.at(-1)
    return !last || !Number.isNaN(last.arrivedAt) || now - last.sentAt > this.#windowSeconds
  }

  sent(at: number): void {
    this.#pulses.push({ sentAt: at, arrivedAt: Number.NaN, stampedAt: Number.NaN })
  }

  /** An edge is that of the latest pulse before its arrival, if it is the first since. */
  edge(arrivedAt: number, stampedAt: number): void {
    const pulse = this.#pulses.findLast(({ sentAt }) => sentAt <= arrivedAt)
    const isTaken = !pulse || !Number.isNaN(pulse.arrivedAt)
    if (isTaken || arrivedAt - pulse.sentAt > this.#windowSeconds) {
      this.unexpected++
      return
    }
    pulse.arrivedAt = arrivedAt
    pulse.stampedAt = stampedAt
  }
}

/** Percentiles by linear interpolation, as NumPy does; null of nothing. */
export function summarise(seconds: readonly number[]): LatencySummary | null {
  const sorted = seconds.filter(Number.isFinite).sort((a, b) => a - b)
  const count = sorted.length
  if (count === 0) return null
  const mean = sorted.reduce((sum, each) => sum + each, 0) / count
  const squares = sorted.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return {
    count,
    minMs: sorted[0]! * 1e3,
    medianMs: percentile(sorted, 0.5) * 1e3,
    p95Ms: percentile(sorted, 0.95) * 1e3,
    maxMs: sorted[count - 1]! * 1e3,
    sdMs: count > 1 ? Math.sqrt(squares / (count - 1)) * 1e3 : 0,
  }
}

function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  const high = sorted[Math.min(low + 1, sorted.length - 1)]!
  return sorted[low]! + (high - sorted[low]!) * (at - low)
}
