/**
 * Sample index ↔ time of one stream, from pairs met on the way through a recording. Formats that
 * compute times from a rate put their markers by it at the samples during which they happened.
 */

/** When there are more pairs, every second one is dropped: a clock is smooth over that time. */
const maxPairs = 1 << 17

export class TimeMap {
  #indices: number[] = []
  #times: number[] = []
  readonly #periodSeconds: number

  /** @param nominalRateHz goes on with it before the first pair and after the last */
  constructor(nominalRateHz: number) {
    this.#periodSeconds = nominalRateHz > 0 ? 1 / nominalRateHz : 0
  }

  /** Both must grow; what does not is ignored. */
  add(index: number, time: number): void {
    const last = this.#indices.length - 1
    if (last >= 0 && !(index > this.#indices[last]! && time > this.#times[last]!)) return
    this.#indices.push(index)
    this.#times.push(time)
    if (this.#indices.length > maxPairs) {
      const keep = (_: number, i: number) => i % 2 === 0 || i >= maxPairs - 1
      this.#indices = this.#indices.filter(keep)
      this.#times = this.#times.filter(keep)
    }
  }

  get pairs(): readonly (readonly [index: number, time: number])[] {
    return this.#indices.map((index, i) => [index, this.#times[i]!])
  }

  /** A fraction, where the time is between two samples. NaN without any pair. */
  indexAt(time: number): number {
    const times = this.#times
    const last = times.length - 1
    if (last < 0) return Number.NaN
    const beyond = (from: number) =>
      this.#periodSeconds > 0 ? (time - times[from]!) / this.#periodSeconds : 0
    if (time <= times[0]!) return this.#indices[0]! + beyond(0)
    if (time >= times[last]!) return this.#indices[last]! + beyond(last)
    let low = 0
    let high = last
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (times[middle]! <= time) low = middle
      else high = middle
    }
    const share = (time - times[low]!) / (times[high]! - times[low]!)
    return this.#indices[low]! + share * (this.#indices[high]! - this.#indices[low]!)
  }
}
