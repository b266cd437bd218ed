/** Rules F4 and F8 once more: from a list of all that happened since the breaker closed. */
import type { Resilience } from '../../src/graph/spec.ts'

export class PlainBreaker {
  readonly #resilience: Resilience
  #noted: { bucket: number; isBad: boolean }[] = []
  #phase: 'closed' | 'open' | 'half-open' | 'given-up' = 'closed'
  #restUntil = 0
  #trips = 0
  #good = 0
  #badInRow = 0

  constructor(resilience: Resilience) {
    this.#resilience = resilience
  }

  admits(time: number): boolean {
    if (this.#phase === 'open' && time >= this.#restUntil) {
      this.#phase = 'half-open'
      this.#good = 0
    }
    return this.#phase === 'closed' || this.#phase === 'half-open'
  }

  note(time: number, isBad: boolean): void {
    const { restart, breaker } = this.#resilience
    const isExponential = restart?.policy === 'exponential'
    this.#badInRow = isBad ? this.#badInRow + 1 : 0
    if (this.#phase === 'half-open' && !isBad) {
      if (++this.#good < (breaker?.probes ?? 1)) return
      this.#phase = 'closed'
      this.#noted = []
      this.#trips = 0
      return
    }
    const bucket = breaker ? Math.floor((time * 16) / breaker.windowSeconds) : 0
    this.#noted.push({ bucket, isBad })
    if (!isBad) return
    const mayRestart = restart !== undefined && restart.policy !== 'never'
    if (mayRestart && this.#badInRow > restart.attempts) this.#phase = 'given-up'
    else if (this.#phase === 'half-open' || this.#isTooMuch(isExponential)) {
      const wait = isExponential
        ? Math.min(restart.maxSeconds, restart.baseSeconds * 2 ** this.#trips)
        : (breaker?.coolDownSeconds ?? 5)
      this.#restUntil = time + wait
      this.#phase = 'open'
      this.#trips++
    }
  }

  #isTooMuch(isExponential: boolean): boolean {
    const { breaker } = this.#resilience
    if (!breaker) return isExponential
    const newest = Math.max(...this.#noted.map(({ bucket }) => bucket))
    const within = this.#noted.filter(({ bucket }) => bucket > newest - 16)
    const bad = within.filter(({ isBad }) => isBad).length
    return bad >= breaker.failures && bad >= breaker.failureShare * within.length
  }
}
