/** Numbers that become more, without an object each. */

export class GrowingNumbers {
  #values: Float64Array
  #length = 0

  constructor(values: Float64Array = new Float64Array(256)) {
    this.#values = values
    this.#length = 0
  }

  static of(values: Float64Array): GrowingNumbers {
    const numbers = new GrowingNumbers(values)
    numbers.#length = values.length
    return numbers
  }

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(Math.max(256, 2 * this.#length))
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  at(i: number): number {
    return this.#values[i]!
  }

  get last(): number {
    return this.#length === 0 ? Number.NaN : this.#values[this.#length - 1]!
  }

  /** Lent: up to the next `push`. */
  get all(): Float64Array {
    return this.#values.subarray(0, this.#length)
  }

  /** Number of the last value that is at most `value`; −1 where there is none. Values ascend. */
  lastAtMost(value: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#values[middle]! <= value) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
