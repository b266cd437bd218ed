/**
 * Least squares of time over sample index, one pair at a time and numerically stable: the line
 * that a regularly sampled stream's jittering stamps scatter around.
 */

/**
 * Welford's means, with what each addition rounds off carried on to the next one: the steps of a
 * regular stream are all alike, so their rounding would all go one way. Times are counted from the
 * first one, since clocks that count from 1970 leave them few digits.
 */
export class LinearFit {
  count = 0
  #originY = 0
  #meanX = 0
  #carryX = 0
  #meanY = 0
  #carryY = 0
  #varianceX = 0
  #covariance = 0

  add(x: number, y: number): void {
    if (this.count === 0) this.#originY = y
    this.count += 1
    const fromOrigin = y - this.#originY
    const dx = x - this.#meanX
    const stepX = dx / this.count - this.#carryX
    const nextX = this.#meanX + stepX
    this.#carryX = nextX - this.#meanX - stepX
    this.#meanX = nextX
    const stepY = (fromOrigin - this.#meanY) / this.count - this.#carryY
    const nextY = this.#meanY + stepY
    this.#carryY = nextY - this.#meanY - stepY
    this.#meanY = nextY
    this.#varianceX += dx * (x - nextX)
    this.#covariance += dx * (fromOrigin - nextY)
  }

  /** 0 for fewer than two pairs. */
  get slope(): number {
    return this.#varianceX > 0 ? this.#covariance / this.#varianceX : 0
  }

  at(x: number): number {
    return this.#originY + (this.#meanY + this.slope * (x - this.#meanX))
  }
}
