/** Time as the host sees it. Handed in everywhere, so that a test owns it. */

export interface Clock {
  /** Seconds on the host's monotonic clock; the same number line in every thread. */
  now(): number
  /** Calls back about every `seconds` until cancelled. Never trust its cadence: read `now()`. */
  every(seconds: number, tick: () => void): Cancel
  /** Calls back once, after about `seconds`. */
  after(seconds: number, fire: () => void): Cancel
}

export type Cancel = () => void

export function sleep(clock: Clock, seconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(seconds, resolve))
}
