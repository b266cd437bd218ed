/** Delays of any number of samples in constant memory: a histogram in steps of 2 %. */

export interface Delays {
  readonly medianMs: number
  readonly p99Ms: number
  readonly mostMs: number
}

const leastSeconds = 1e-6
const step = Math.log(1.02)
const bins = 1000

export class DelayHistogram {
  readonly #counts = new Float64Array(bins)
  #total = 0
  #most = 0
  #isKnown = false

  /** A sample cannot arrive before it was taken: what seems to is on time. */
  add(seconds: number): void {
    if (!Number.isFinite(seconds)) return
    if (seconds !== 0) this.#isKnown = true
    const bin = seconds <= leastSeconds ? 0 : Math.ceil(Math.log(seconds / leastSeconds) / step)
    this.#counts[Math.min(bins - 1, bin)]! += 1
    this.#total++
    this.#most = Math.max(this.#most, seconds)
  }

  /** Null where every sample has the same time twice: then the file does not say when it came. */
  get summary(): Delays | null {
    if (!this.#isKnown) return null
    return {
      medianMs: this.#quantile(0.5) * 1000,
      p99Ms: this.#quantile(0.99) * 1000,
      mostMs: this.#most * 1000,
    }
  }

  #quantile(share: number): number {
    let count = 0
    for (let bin = 0; bin < bins; bin++) {
      count += this.#counts[bin]!
      if (count >= share * this.#total) {
        return bin === 0 ? 0 : Math.min(this.#most, leastSeconds * Math.exp(step * bin))
      }
    }
    return this.#most
  }
}
