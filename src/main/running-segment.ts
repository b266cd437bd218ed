/** One segment of a graph over live streams, as its host sees it. */
import type { GraphSpec, Segment } from '../graph/index.ts'
import { type Lane, LaneImage, type OpenLane } from '../workers/index.ts'
import { LaneAccount } from './lane-account.ts'
import type { ProcessThread } from './process-threads.ts'

/** After so many deaths at the same snapshot the samples behind it are taken to be the reason. */
const mostStrikes = 2

export interface RunningSegment {
  readonly segment: Segment
  readonly thread: ProcessThread
  readonly account: LaneAccount
  lane: Lane | null
  open: OpenLane | null
  /** Specs that were sent and not answered yet. */
  readonly sent: GraphSpec[]
  /** Its thread died, and the next one is to go on. */
  isResuming: boolean
  takenAtDeath: number
  strikes: number
  /** The snapshot that it stands at; 0: it runs. */
  stoppedAt: number
}

export function newRunningSegment(segment: Segment, thread: ProcessThread): RunningSegment {
  return {
    segment,
    thread,
    account: new LaneAccount(),
    lane: null,
    open: null,
    sent: [],
    isResuming: false,
    takenAtDeath: -1,
    strikes: 0,
    stoppedAt: 0,
  }
}

/** Its thread died. @returns false when going on where it died has led there again and again */
export function mayGoOn(each: RunningSegment, { image }: OpenLane): boolean {
  each.sent.length = 0
  each.isResuming = true
  const { taken } = new LaneImage(image)
  each.strikes = taken === each.takenAtDeath ? each.strikes + 1 : 0
  each.takenAtDeath = taken
  return each.strikes < mostStrikes
}
