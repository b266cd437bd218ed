/**
 * The sender's clock against the host's. LSL measures it over the network; where it cannot, or
 * where the stamps are on no clock of LSL's at all, the arrivals have to say it.
 */
import type { LslInlet } from '../../signal/index.ts'

/** As LabRecorder does it. */
const measureSeconds = 5
/** A first measurement takes 0.6 s, a later one after an interruption up to 2.7 s. */
const longestWaitSeconds = 3
/** Stamps off a measured clock may have come just before LSL says that the sender is another one. */
const doubtSeconds = 0.1
/** Stamps further from now are on another clock. */
const plausibleSeconds = 60
/** After an interruption the clock may be another one that happens to be near. */
const plausibleAfterBreakSeconds = 5
const futureSeconds = 1

export class SenderClock {
  /** Host time = stamp + so many seconds; null until something says it. */
  offsetSeconds: number | null = null
  /** The stamps are on no clock of LSL's, or it cannot be measured. */
  byArrival = false
  #measuredAt = Number.NEGATIVE_INFINITY
  #waitingSince = Number.NaN
  /** After an interruption, until it was measured anew. */
  #isOld = false

  /** The sender was gone and is back. */
  broken(): void {
    this.#isOld = true
    this.byArrival = false
    this.#measuredAt = Number.NEGATIVE_INFINITY
  }

  /** @returns whether there is a value that was not told yet */
  measure(inlet: LslInlet, now: number): boolean {
    if (this.byArrival || now - this.#measuredAt < measureSeconds) return false
    const offset = inlet.clockOffset()
    if (offset === null) return false
    this.offsetSeconds = offset
    this.#measuredAt = now
    this.#isOld = false
    return true
  }

  /** How many of the stamps can be told the host's time of. */
  trusted(stamps: Float64Array, frames: number, now: number): number {
    if (this.offsetSeconds === null) return 0
    if (this.byArrival) return frames
    for (let f = 0; f < frames; f++) if (!this.#isPlausible(stamps[f]!, now)) return f
    return frames
  }

  #isPlausible(stamp: number, now: number): boolean {
    const age = now - (stamp + this.offsetSeconds!)
    if (this.#isOld) return age < plausibleAfterBreakSeconds && age > -futureSeconds
    return Math.abs(age) < plausibleSeconds
  }

  /** @returns whether the stamp has waited long enough for LSL: its arrival says the offset now */
  giveUp(stamp: number, now: number): boolean {
    if (Number.isNaN(this.#waitingSince)) this.#waitingSince = now
    const isMeasured = now - this.#measuredAt < measureSeconds && !this.#isOld
    const wait = isMeasured ? doubtSeconds : longestWaitSeconds
    if (now - this.#waitingSince < wait) return false
    this.offsetSeconds = now - stamp
    this.byArrival = true
    this.#waitingSince = Number.NaN
    return true
  }

  settled(): void {
    this.#waitingSince = Number.NaN
  }
}
