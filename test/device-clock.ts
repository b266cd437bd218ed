/** A clock that stands still until the test moves it on. */
import type { Cancel, Clock } from '../src/signal/index.ts'

const turns = 3
const readingMs = 60

function isReading(): boolean {
  return process.getActiveResourcesInfo().some((name) => name === 'FSReqPromise')
}

interface Timer {
  due: number
  /** 0 for a timer that rings once. */
  readonly seconds: number
  readonly ring: () => void
}

export class ManualClock implements Clock {
  #now: number
  readonly #timers = new Set<Timer>()

  constructor(now = 100) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  every(seconds: number, ring: () => void): Cancel {
    return this.#add({ due: this.#now + seconds, seconds, ring })
  }

  after(seconds: number, ring: () => void): Cancel {
    return this.#add({ due: this.#now + seconds, seconds: 0, ring })
  }

  #add(timer: Timer): Cancel {
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Moves time on and rings what is due, each at its own time. */
  advance(seconds: number): void {
    const end = this.#now + seconds
    for (let next = this.#next(end); next; next = this.#next(end)) this.#ring(next)
    this.#now = Math.max(this.#now, end)
  }

  /** As `advance`, but lets everything that waits for a promise come to its turn in between. */
  async run(seconds: number): Promise<void> {
    const end = this.#now + seconds
    await this.#settled()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#ring(next)
      await this.#settled()
    }
    this.#now = Math.max(this.#now, end)
    await this.#settled()
  }

  /** Time that passes while the host is too busy to look at any timer. */
  sleepThrough(seconds: number): void {
    this.#now += seconds
  }

  /**
   * Until everything that waits for a promise has had its turn and no file is being read, however
   * long that takes. Where nothing waits for the clock, somebody may be about to read one, which is
   * given a moment.
   */
  async #settled(): Promise<void> {
    let deadline = performance.now() + readingMs
    for (let turn = 0; turn < turns || this.#timers.size === 0; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (isReading()) {
        deadline = performance.now() + readingMs
        turn = -1
      } else if (performance.now() > deadline) return
    }
  }

  #ring(timer: Timer): void {
    this.#now = Math.max(this.#now, timer.due)
    if (timer.seconds === 0) this.#timers.delete(timer)
    timer.ring()
    // As a timer of Node's does: rings that were missed are not made up for.
    timer.due = Math.max(this.#now, timer.due + timer.seconds)
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.due <= end && timer.due < (first?.due ?? Number.POSITIVE_INFINITY)) first = timer
    }
    return first
  }
}

const stepSeconds = 0.02

/** Lets time pass until it is settled. */
export async function during<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let isSettled = false
  const settled = () => {
    isSettled = true
  }
  work.then(settled, settled)
  while (!isSettled) await clock.run(stepSeconds)
  return work
}
