/** What a node tells of itself while it runs: how much it has seen and given, and how it is. */
import type { BreakerPhase } from './breaker.ts'
import type { Degrade } from './spec.ts'

/** Counted since the node was first opened. */
export interface NodeCounters {
  chunks: number
  framesIn: number
  framesOut: number
  gaps: number
  errors: number
  /** Frames that the node did not see because it was resting, or failed on them. */
  framesRefused: number
  /** Frames that it did not see because it was degraded: gaps to those after it, … */
  framesSkipped: number
  /** … or passed to them as they were. */
  framesBypassed: number
  restarts: number
}

export interface NodeStatus {
  readonly breaker: BreakerPhase
  /** What it gives up at present. */
  readonly degraded: Degrade['action'] | null
}
