/**
 * Least squares of time over sample index, one pair at a time: the line that a regularly sampled
 * stream's jittering stamps scatter around.
 */

/**
 * Sums by how much pairs are off the line of the expected slope through the first of them. That is
 * little, whatever the clock counts from, so that the sums keep the digits that matter; and no pair
 * costs a division, as it would with running means.
 */
export class LinearFit {
  count = 0
  readonly #expected: number
  #originX = 0
  #originY = 0
  #sumX = 0
  #sumXX = 0
  #sumOff = 0
  #sumXOff = 0

  /** @param expected slope, as near as it is known: 1 / nominal rate for stamps in seconds */
  constructor(expected: number) {
    this.#expected = expected
  }

  add(x: number, y: number): void {
    if (this.count === 0) {
      this.#originX = x
      this.#originY = y
    }
    this.count += 1
    const dx = x - this.#originX
    const off = y - this.#originY - this.#expected * dx
    this.#sumX += dx
    this.#sumXX += dx * dx
    this.#sumOff += off
    this.#sumXOff += dx * off
  }

  /** 0 for fewer than two pairs. */
  get slope(): number {
    const spread = this.count * this.#sumXX - this.#sumX * this.#sumX
    if (spread <= 0) return 0
    return this.#expected + (this.count * this.#sumXOff - this.#sumX * this.#sumOff) / spread
  }

  at(x: number): number {
    const meanX = this.#sumX / this.count
    const meanY = this.#expected * meanX + this.#sumOff / this.count
    return this.#originY + (meanY + this.slope * (x - this.#originX - meanX))
  }
}
