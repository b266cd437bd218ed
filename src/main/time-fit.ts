/**
 * When was a sample taken? Arrival times jitter and come in bursts; the sample index does not. So
 * the time of a sample is read off a line through (index, arrival), fitted as evidence comes, with
 * an exponential memory. The nominal rate holds the slope until the evidence outweighs it.
 *
 * Jitter goes one way: an arrival is late, never early. So the line goes through the promptest
 * arrival of every second, which lies within some µs to ½ ms of the least delay of the link, and the
 * long tail of a wireless link moves nothing.
 *
 * Where device and line part (samples vanished unannounced, a pause), another line begins: it has
 * a place of its own and shares the slope. Where lines part again and again, the nominal rate is
 * not the real one (a recording replayed eight times as fast), and what was seen takes its place.
 */

/** Evidence older than this counts for little. */
const memorySeconds = 60
/** As if the nominal rate had been seen for so long: what it weighs against evidence. */
const priorSeconds = 5
/** The same for a rate that was only seen: it gives way at once to what is seen better. */
const seenPriorSeconds = 0.1
/**
 * What is learnt from is the promptest of so many arrivals: of a second of them, or longer where
 * they are few, for the promptest of a few may still be late.
 */
const windowSeconds = 1
const windowArrivals = 64
const longestWindowSeconds = 4
/** Arrivals later than the line by more are a busy host, not a slow device: they teach nothing. */
const offSeconds = 0.02
/** Later than this says nothing of the link's jitter either. */
const busySeconds = 0.1
/** Device and line have parted when every arrival has been off to the same side for so long … */
const partedSeconds = 1
/**
 * … or when one comes so early: nothing arrives before it was taken. A line younger than
 * `partedSeconds` may have begun with an arrival that was late: it goes down with every prompter
 * one, and has parted when that comes to `offSeconds`.
 */
const earlySeconds = 0.25
/** Partings that follow each other so closely belong together. */
const calmSeconds = 5
/** So many of them, spread over `partedSeconds` at least, tell of another rate. */
const partingsOfAnotherRate = 3
/** No device's clock is so wrong, and no host so busy. */
const wrongRateShare = 0.05
const wrongRateSeconds = 0.5
/** When the line moves back, times creep on by this share of a period until it is reached. */
const creepShare = 0.01

/** How a device's clock runs beside the host's. */
export interface ClockFit {
  /** Positive: the device is slow, a sample takes longer than the nominal rate says. */
  readonly driftPpm: number
  /** Standard deviation of the arrivals about the line. */
  readonly jitterSeconds: number
  /** Standard error of the newest fitted time; a constant delay of the link cannot be seen. */
  readonly uncertaintySeconds: number
}

export class TimeFit {
  readonly #isRegular: boolean
  #priorPeriod: number
  #priorSeconds = priorSeconds
  #period: number
  /** Of the current line alone. */
  #weight = 0
  #meanIndex = 0
  #meanTime = 0
  /** Pooled over all lines, each about its own mean: what the slope is made of. */
  #indexSquares = 0
  #products = 0
  /** Of what was learnt about the line, with the same memory as the weight. */
  #offSquares = 0
  #jitter = new Spread()
  #newestIndex = 0
  /** The promptest arrival of the current second. */
  #promptIndex = 0
  #promptArrival = 0
  #promptOff = Number.POSITIVE_INFINITY
  #windowAt = 0
  #windowCount = 0
  /** How far this line was lowered since it began. */
  #lowered = 0
  #begunAt = 0
  #learntAt = 0
  /** 1: every arrival since `#offSince` was late; −1: early. */
  #side = 0
  #offSince = 0
  #partings = 0
  #partedAt = Number.NEGATIVE_INFINITY
  /** The first of the partings that belong together. */
  #firstParting = { index: 0, arrival: 0 }
  #lastTime = Number.NEGATIVE_INFINITY

  /** @param nominalRateHz 0 for an irregular stream: its times are its arrivals */
  constructor(nominalRateHz: number) {
    this.#isRegular = nominalRateHz > 0
    // Times of an irregular stream are kept apart by this alone.
    this.#priorPeriod = this.#isRegular ? 1 / nominalRateHz : 1e-6
    this.#period = this.#isRegular ? this.#priorPeriod : 0
  }

  /** Seconds from one sample to the next as fitted; 0 for an irregular stream. */
  get periodSeconds(): number {
    return this.#period
  }

  /** What is known of the device's clock; NaN before there is anything to tell. */
  get clock(): ClockFit {
    const variance = this.#offSquares / (this.#weight - 2)
    const isKnown = this.#isRegular && variance >= 0
    if (!isKnown) return unknownClock
    const reach = (this.#newestIndex - this.#meanIndex) ** 2
    const prior = (this.#priorSeconds / this.#priorPeriod) ** 2
    const share = 1 / this.#weight + reach / (this.#indexSquares + prior)
    return {
      driftPpm: (this.#period / this.#priorPeriod - 1) * 1e6,
      jitterSeconds: this.#jitter.deviation,
      uncertaintySeconds: Math.sqrt(variance * share),
    }
  }

  /** Nothing is known of the index any more: the next arrival begins a new line. */
  restart(): void {
    this.#weight = 0
    this.#partedAt = Number.NEGATIVE_INFINITY
  }

  /**
   * Fills in the times of a chunk, strictly increasing across chunks.
   * @param arrival when the last of its frames arrived
   */
  stamp(firstSample: number, frames: number, arrival: Float64Array, into: Float64Array): void {
    if (this.#isRegular) {
      this.#learn(firstSample + frames - 1, arrival[frames - 1]!)
      const base = this.#expected(firstSample)
      for (let f = 0; f < frames; f++) into[f] = this.#after(base + f * this.#period)
    } else {
      for (let f = 0; f < frames; f++) into[f] = this.#after(arrival[f]!)
    }
  }

  #expected(index: number): number {
    return this.#meanTime + this.#period * (index - this.#meanIndex)
  }

  #after(time: number): number {
    const earliest = this.#lastTime + this.#priorPeriod * creepShare
    this.#lastTime = time > earliest ? time : earliest
    return this.#lastTime
  }

  #learn(index: number, arrival: number): void {
    if (this.#weight === 0) {
      this.#begin(index, arrival)
      return
    }
    const off = arrival - this.#expected(index)
    this.#newestIndex = index
    if (this.#haveParted(off, arrival)) {
      this.#noteParting(index, arrival)
      this.#begin(index, arrival)
    } else if (arrival - this.#begunAt < partedSeconds) this.#lower(index, arrival, off)
    else this.#window(index, arrival, off)
  }

  /** A young line goes through its promptest arrival. */
  #lower(index: number, arrival: number, off: number): void {
    if (off >= 0) return
    this.#lowered -= off
    this.#meanIndex = index
    this.#meanTime = arrival
    this.#learntAt = arrival
  }

  #window(index: number, arrival: number, off: number): void {
    if (off <= busySeconds) this.#jitter.add(off, arrival)
    if (this.#isWindowOver(arrival)) {
      if (this.#promptOff <= offSeconds) this.#fit(this.#promptIndex, this.#promptArrival)
      this.#promptOff = Number.POSITIVE_INFINITY
      this.#windowAt = arrival
      this.#windowCount = 0
    }
    this.#windowCount++
    if (off > this.#promptOff) return
    this.#promptOff = off
    this.#promptIndex = index
    this.#promptArrival = arrival
  }

  #isWindowOver(arrival: number): boolean {
    const seconds = arrival - this.#windowAt
    if (seconds < windowSeconds) return false
    return this.#windowCount >= windowArrivals || seconds >= longestWindowSeconds
  }

  #fit(index: number, arrival: number): void {
    const keep = Math.min(1, Math.exp((this.#learntAt - arrival) / memorySeconds))
    this.#learntAt = arrival
    this.#weight = this.#weight * keep + 1
    const fromIndex = index - this.#meanIndex
    const fromTime = arrival - this.#meanTime
    this.#meanIndex += fromIndex / this.#weight
    this.#meanTime += fromTime / this.#weight
    this.#indexSquares = this.#indexSquares * keep + fromIndex * (index - this.#meanIndex)
    this.#products = this.#products * keep + fromIndex * (arrival - this.#meanTime)
    const prior = (this.#priorSeconds / this.#priorPeriod) ** 2
    this.#period = (this.#products + prior * this.#priorPeriod) / (this.#indexSquares + prior)
    const off = arrival - this.#expected(index)
    this.#offSquares = this.#offSquares * keep + off * off
  }

  #haveParted(off: number, arrival: number): boolean {
    const side = off > offSeconds ? 1 : off < -offSeconds ? -1 : 0
    if (side !== this.#side) {
      this.#side = side
      this.#offSince = arrival
    }
    const isYoung = arrival - this.#begunAt < partedSeconds
    if (off < (isYoung ? this.#lowered - offSeconds : -earlySeconds)) return true
    return side !== 0 && arrival - this.#offSince > partedSeconds
  }

  /** Another place, the same slope. */
  #begin(index: number, arrival: number): void {
    this.#weight = 1
    this.#meanIndex = index
    this.#meanTime = arrival
    this.#offSquares = 0
    this.#newestIndex = index
    this.#begunAt = this.#learntAt = this.#windowAt = arrival
    this.#promptOff = Number.POSITIVE_INFINITY
    this.#windowCount = 0
    this.#lowered = 0
    this.#side = 0
  }

  #noteParting(index: number, arrival: number): void {
    if (arrival - this.#partedAt > calmSeconds) {
      this.#partings = 0
      this.#firstParting = { index, arrival }
    }
    this.#partedAt = arrival
    this.#partings++
    const first = this.#firstParting
    const seconds = arrival - first.arrival
    if (this.#partings < partingsOfAnotherRate || seconds < partedSeconds) return
    const nominalSeconds = (index - first.index) * this.#priorPeriod
    const wrong = Math.abs(seconds - nominalSeconds)
    if (wrong < wrongRateSeconds || wrong < wrongRateShare * nominalSeconds) return
    this.#takeForNominal(seconds / (index - first.index))
    this.#partings = 0
    this.#partedAt = Number.NEGATIVE_INFINITY
  }

  #takeForNominal(period: number): void {
    this.#priorPeriod = this.#period = period
    this.#priorSeconds = seenPriorSeconds
    this.#indexSquares = 0
    this.#products = 0
  }
}

const unknownClock: ClockFit = {
  driftPpm: Number.NaN,
  jitterSeconds: Number.NaN,
  uncertaintySeconds: Number.NaN,
}

/** Mean and variance of arrivals about a line, with the line's memory. */
class Spread {
  #weight = 0
  #mean = 0
  #squares = 0
  #at = 0

  get deviation(): number {
    return Math.sqrt(this.#squares / this.#weight)
  }

  add(off: number, at: number): void {
    const keep = Math.min(1, Math.exp((this.#at - at) / memorySeconds))
    this.#at = at
    this.#weight = this.#weight * keep + 1
    const from = off - this.#mean
    this.#mean += from / this.#weight
    this.#squares = this.#squares * keep + from * (off - this.#mean)
  }
}
