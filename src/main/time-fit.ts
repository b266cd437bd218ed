/**
 * When was a sample taken? Arrival times jitter and come in bursts; the sample index does not. So
 * the time of a sample is read off a line through (index, arrival), fitted as evidence comes, with
 * an exponential memory. The nominal rate holds the slope until the evidence outweighs it.
 */

/** Evidence older than this counts for little. */
const memorySeconds = 60
/** As if the nominal rate had been seen for so long: what it weighs against evidence. */
const priorSeconds = 50
/** Arrivals this much later than the line are a busy host, not a slow device. */
const lateSeconds = 0.02
/** Farther off than this the device and the line have parted: begin anew. */
const partedSeconds = 1
/** When the line moves back, times creep on by this share of a period until it is reached. */
const creepShare = 0.01

export class TimeFit {
  readonly #nominalPeriod: number
  #weight = 0
  #meanIndex = 0
  #meanTime = 0
  #indexSquares = 0
  #products = 0
  #period: number
  #lastArrival = Number.NaN
  #lastTime = Number.NEGATIVE_INFINITY

  /** @param nominalRateHz 0 for an irregular stream: its times are its arrivals */
  constructor(nominalRateHz: number) {
    this.#nominalPeriod = nominalRateHz > 0 ? 1 / nominalRateHz : 0
    this.#period = this.#nominalPeriod
  }

  /** Seconds from one sample to the next as fitted; 0 for an irregular stream. */
  get periodSeconds(): number {
    return this.#period
  }

  /** Nothing is known of the index any more: the next arrival begins a new line. */
  restart(): void {
    this.#weight = 0
  }

  /**
   * Fills in the times of a chunk, strictly increasing across chunks.
   * @param arrival when the last of its frames arrived
   */
  stamp(firstSample: number, frames: number, arrival: Float64Array, into: Float64Array): void {
    if (this.#nominalPeriod > 0) {
      this.#learn(firstSample + frames - 1, arrival[frames - 1]!)
      const base = this.#meanTime + this.#period * (firstSample - this.#meanIndex)
      for (let f = 0; f < frames; f++) into[f] = this.#after(base + f * this.#period)
    } else {
      for (let f = 0; f < frames; f++) into[f] = this.#after(arrival[f]!)
    }
  }

  #after(time: number): number {
    const earliest = this.#lastTime + (this.#nominalPeriod || 1e-6) * creepShare
    this.#lastTime = time > earliest ? time : earliest
    return this.#lastTime
  }

  #learn(index: number, arrival: number): void {
    const expected = this.#meanTime + this.#period * (index - this.#meanIndex)
    const off = arrival - expected
    if (this.#weight === 0 || Math.abs(off) > partedSeconds) {
      this.#begin(index, arrival)
      return
    }
    const keep = Math.exp(-(arrival - this.#lastArrival) / memorySeconds)
    this.#lastArrival = arrival
    const time = off > lateSeconds ? expected + lateSeconds : arrival
    this.#weight = this.#weight * keep + 1
    const fromIndex = index - this.#meanIndex
    const fromTime = time - this.#meanTime
    this.#meanIndex += fromIndex / this.#weight
    this.#meanTime += fromTime / this.#weight
    this.#indexSquares = this.#indexSquares * keep + fromIndex * (index - this.#meanIndex)
    this.#products = this.#products * keep + fromIndex * (time - this.#meanTime)
    const prior = (priorSeconds / this.#nominalPeriod) ** 2
    this.#period = (this.#products + prior * this.#nominalPeriod) / (this.#indexSquares + prior)
  }

  #begin(index: number, arrival: number): void {
    this.#weight = 1
    this.#meanIndex = index
    this.#meanTime = arrival
    this.#indexSquares = 0
    this.#products = 0
    this.#lastArrival = arrival
  }
}
