/**
 * When a node that fails rests, is tried again, and is well again: a circuit breaker over stream
 * time, the time of the chunks, so that a run over a recording rests and recovers at the same
 * samples as the live one did. `restart: exponential` is the same thing with a wait that doubles.
 */
import type { NodeState } from '../signal/index.ts'
import type { Resilience } from './spec.ts'

/**
 * `closed`: every chunk passes. `open`: the node rests. `half-open`: what passes is a probe.
 * `given-up`: it failed too often in a row, and stays away.
 */
const phases = ['closed', 'open', 'half-open', 'given-up'] as const
export type BreakerPhase = (typeof phases)[number]
const [closed, open, halfOpen, givenUp] = [0, 1, 2, 3]

/** The window moves in steps of this share of its length. */
const buckets = 16
const defaultCoolDownSeconds = 5
/** 2 to this power is more than any longest wait. */
const mostDoublings = 40

interface BreakerPlan {
  /** Opens when so many chunks failed within the window … */
  readonly failures: number
  readonly windowSeconds: number
  /** … and they are at least this share of those that came. */
  readonly share: number
  readonly coolDownSeconds: number
  /** By this the next wait is longer when a probe fails, … */
  readonly growth: number
  /** … up to this. */
  readonly longestSeconds: number
  /** Closes after so many good chunks in a row. */
  readonly probes: number
  /** More failures in a row than this, and it stays away. */
  readonly attempts: number
}

type BreakerState = {
  phase: number
  failuresInRow: number
  /** How often it opened since it was closed. */
  trips: number
  goodProbes: number
  restUntil: number
  /** Number of the newest bucket: time / bucket length. */
  bucket: number
  chunks: Int32Array
  failures: Int32Array
}

export class Breaker {
  readonly state: BreakerState & NodeState = {
    phase: closed!,
    failuresInRow: 0,
    trips: 0,
    goodProbes: 0,
    restUntil: Number.NEGATIVE_INFINITY,
    bucket: Number.NEGATIVE_INFINITY,
    chunks: new Int32Array(buckets),
    failures: new Int32Array(buckets),
  }
  readonly #plan: BreakerPlan

  constructor(resilience: Resilience) {
    this.#plan = planBreaker(resilience)
  }

  get phase(): BreakerPhase {
    return phases[this.state.phase]!
  }

  /** Whether the node may see a chunk of this time; ends a rest whose time is over. */
  admits(time: number): boolean {
    const { state } = this
    if (state.phase === givenUp) return false
    if (state.phase !== open) return true
    if (time < state.restUntil) return false
    state.phase = halfOpen!
    state.goodProbes = 0
    return true
  }

  succeeded(time: number): void {
    const { state } = this
    state.failuresInRow = 0
    if (state.phase === halfOpen) {
      if (++state.goodProbes >= this.#plan.probes) this.#close()
    } else this.#count(time, 0)
  }

  failed(time: number): void {
    const { state } = this
    state.failuresInRow++
    this.#count(time, 1)
    if (state.failuresInRow > this.#plan.attempts) state.phase = givenUp!
    else if (state.phase === halfOpen || this.#isTooMuch()) this.#open(time)
  }

  #open(time: number): void {
    const { state } = this
    const { coolDownSeconds, growth, longestSeconds } = this.#plan
    const wait = coolDownSeconds * growth ** Math.min(mostDoublings, state.trips)
    state.restUntil = time + Math.min(wait, longestSeconds)
    state.trips++
    state.phase = open!
  }

  #close(): void {
    const { state } = this
    state.phase = closed!
    state.trips = 0
    state.chunks.fill(0)
    state.failures.fill(0)
  }

  /** Forgets what has left the window, and counts one more chunk. */
  #count(time: number, failed: number): void {
    const { state } = this
    const bucket = Math.floor((time * buckets) / this.#plan.windowSeconds)
    for (let b = Math.max(state.bucket + 1, bucket - buckets + 1); b <= bucket; b++) {
      state.chunks[slotOf(b)] = 0
      state.failures[slotOf(b)] = 0
    }
    state.bucket = Math.max(state.bucket, bucket)
    const slot = slotOf(state.bucket)
    state.chunks[slot]!++
    state.failures[slot]! += failed
  }

  #isTooMuch(): boolean {
    const { failures, share } = this.#plan
    const failed = sum(this.state.failures)
    return failed >= failures && failed >= share * sum(this.state.chunks)
  }
}

/** Without a breaker of its own, `exponential` is one that opens at the first failure. */
function planBreaker({ restart, breaker }: Resilience): BreakerPlan {
  const isExponential = restart?.policy === 'exponential'
  const never = Number.POSITIVE_INFINITY
  const coolDownSeconds = breaker?.coolDownSeconds ?? defaultCoolDownSeconds
  return {
    failures: breaker?.failures ?? (isExponential ? 1 : never),
    windowSeconds: breaker?.windowSeconds ?? never,
    share: breaker?.failureShare ?? 0,
    coolDownSeconds: isExponential ? restart.baseSeconds : coolDownSeconds,
    growth: isExponential ? 2 : 1,
    longestSeconds: isExponential ? restart.maxSeconds : never,
    probes: breaker?.probes ?? 1,
    attempts: !restart || restart.policy === 'never' ? never : restart.attempts,
  }
}

function slotOf(bucket: number): number {
  return ((bucket % buckets) + buckets) % buckets
}

function sum(counts: Int32Array): number {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]!
  return total
}
