/** How the queues between the threads of a graph stand, read from the cells that they share. */
import type { Cut } from '../graph/index.ts'
import { QueueCells } from '../ring/index.ts'
import type { OpenQueue } from '../workers/index.ts'

export interface QueueStatus {
  readonly from: string
  readonly readers: readonly string[]
  readonly policy: Cut['queue']['policy']
  readonly holdsFrames: number
  /** Samples that were dropped here. */
  readonly dropped: number
  /** Frames that ever went into the file, and bytes that are in it now. */
  readonly spilledFrames: number
  readonly spilledBytes: number
}

export function queueStatus({ from, readers, queue }: Cut, { shared }: OpenQueue): QueueStatus {
  const cells = new QueueCells(shared)
  return {
    from,
    readers,
    policy: queue.policy,
    holdsFrames: shared.holdsFrames,
    dropped: cells.dropped,
    spilledFrames: cells.spilledFrames,
    spilledBytes: cells.spillWritten - cells.spillRead,
  }
}
