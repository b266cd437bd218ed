/** What every contender of the graph benchmark does with the records, and what it tells. */
import { performance } from 'node:perf_hooks'
import type { Records, WindowResult } from './records.ts'

export interface Outcome {
  readonly windows: readonly WindowResult[]
  readonly cpuSeconds: number
  /** Of each window: from the moment when the record that closes it was due, to the result. */
  readonly latenciesMs: readonly number[]
}

export interface Chain {
  readonly name: string
  /** @param perSecond records are due at this rate, late ones at once; null: as fast as it goes */
  run(records: Records, perSecond: number | null): Promise<Outcome>
}

/** When records are due. */
export class Schedule {
  readonly #perSecond: number | null
  readonly #startMs = performance.now()

  constructor(perSecond: number | null) {
    this.#perSecond = perSecond
  }

  /** Turns until record `i` is due: a timer would come a millisecond late. */
  waitFor(i: number): void {
    if (this.#perSecond === null) return
    const due = this.#startMs + (i / this.#perSecond) * 1000
    while (performance.now() < due);
  }

  isDue(i: number): boolean {
    return (
      this.#perSecond === null || performance.now() >= this.#startMs + (i / this.#perSecond) * 1000
    )
  }

  /** Since record `i` was due. */
  latencyMs(i: number): number {
    if (this.#perSecond === null) return Number.NaN
    return performance.now() - this.#startMs - (i / this.#perSecond) * 1000
  }
}

/** What the machine does to a loop that only waits: for a second, looked at a thousand times. */
export function idleLatenciesMs(perSecond: number): number[] {
  const latencies: number[] = []
  const schedule = new Schedule(perSecond)
  const step = Math.round(perSecond / 1000)
  for (let i = 0; i < perSecond; i++) {
    schedule.waitFor(i)
    if (i % step === 0) latencies.push(schedule.latencyMs(i))
  }
  return latencies
}

export function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1e6
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
