/** How many samples a second a stream really has, over the last seconds. */
import type { Clock } from '../signal/index.ts'

const spanSeconds = 10

export class RateMeter {
  readonly #expected: () => number
  readonly #clock: Clock
  readonly #seen: { time: number; expected: number }[] = []

  constructor(expected: () => number, clock: Clock) {
    this.#expected = expected
    this.#clock = clock
  }

  /** Looks, and gives the rate since about ten seconds ago; 0 until there is something to tell. */
  rateHz(): number {
    const now = { time: this.#clock.now(), expected: this.#expected() }
    this.#seen.push(now)
    while (this.#seen.length > 2 && now.time - this.#seen[1]!.time > spanSeconds) this.#seen.shift()
    const first = this.#seen[0]!
    const seconds = now.time - first.time
    return seconds > 0.5 ? (now.expected - first.expected) / seconds : 0
  }
}
