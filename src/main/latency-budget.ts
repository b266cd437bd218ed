/**
 * The hundred milliseconds from a sample to what is made of it, stage by stage: how much of its
 * share each has taken over the last ten seconds.
 */
import { type Stage, type StageMeters, stages, summariseLatency } from '../ring/index.ts'
import type { Cancel, Clock } from '../signal/index.ts'

/** Percentiles are of the last while, so that one bad start is forgotten. */
const windowSeconds = 10
const markSeconds = 1

const budgetMs: Readonly<Record<Stage, number>> = {
  acquisition: 20,
  transfer: 15,
  buffering: 5,
  processing: 40,
  storage: 10,
  delivery: 10,
}

export interface StageLatency {
  readonly stage: Stage
  readonly budgetMs: number
  /** Over the last ten seconds; null where nothing went that way. */
  readonly taken: { readonly p50Ms: number; readonly p99Ms: number } | null
}

export class LatencyBudget {
  readonly meters: StageMeters
  readonly #cancel: Cancel
  /** One a second, the oldest first. */
  #marks: readonly Readonly<Record<Stage, Int32Array>>[]

  constructor(clock: Clock, meters: StageMeters) {
    this.meters = meters
    this.#marks = [this.#mark()]
    this.#cancel = clock.every(markSeconds, () => {
      this.#marks = [...this.#marks, this.#mark()].slice(-windowSeconds / markSeconds)
    })
  }

  now(): StageLatency[] {
    const before = this.#marks[0]!
    return stages.map((stage) => {
      const summary = summariseLatency(this.meters.snapshot(stage), before[stage])
      const { count, p50Ms, p99Ms } = summary
      return { stage, budgetMs: budgetMs[stage], taken: count > 0 ? { p50Ms, p99Ms } : null }
    })
  }

  end(): void {
    this.#cancel()
  }

  #mark(): Readonly<Record<Stage, Int32Array>> {
    return Object.fromEntries(
      stages.map((stage) => [stage, this.meters.snapshot(stage)]),
    ) as Record<Stage, Int32Array>
  }
}
