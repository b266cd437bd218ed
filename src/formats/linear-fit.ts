/**
 * Least squares of time over sample index, one pair at a time and numerically stable: the line
 * that a regularly sampled stream's jittering stamps scatter around.
 */

export class LinearFit {
  count = 0
  #meanX = 0
  #meanY = 0
  #varianceX = 0
  #covariance = 0

  add(x: number, y: number): void {
    this.count += 1
    const dx = x - this.#meanX
    this.#meanX += dx / this.count
    this.#meanY += (y - this.#meanY) / this.count
    this.#varianceX += dx * (x - this.#meanX)
    this.#covariance += dx * (y - this.#meanY)
  }

  /** 0 for fewer than two pairs. */
  get slope(): number {
    return this.#varianceX > 0 ? this.#covariance / this.#varianceX : 0
  }

  at(x: number): number {
    return this.#meanY + this.slope * (x - this.#meanX)
  }
}
