/**
 * What a first pass learns of a stream's time: how many samples, with which indices, when, and
 * what is missing between them. A stretch is a run of rows without a gap; a second pass needs
 * nothing else to number the rows and to give each its time.
 */
import type { RecordedGap } from './recording.ts'

export interface Stretch {
  /** Number of its first row among all rows of the stream in the file. */
  readonly firstRow: number
  readonly rows: number
  /** Sample index of the first row. */
  readonly firstSample: number
  /** What is missing before it. */
  readonly gaps: readonly RecordedGap[]
  /**
   * Times on a line, for a regular stream whose stamps jitter: of the first row, and from row to
   * row. Null where the stamps hold as they are.
   */
  readonly line: { readonly startTime: number; readonly stepSeconds: number } | null
}

export interface Timeline {
  readonly stretches: readonly Stretch[]
  /** Missing after the last sample. */
  readonly trailingGaps: readonly RecordedGap[]
  readonly samples: number
  /** Samples that were due from the first received to the last, both included. */
  readonly expected: number
  readonly firstTime: number | null
  readonly lastTime: number | null
}

export const emptyTimeline: Timeline = {
  stretches: [],
  trailingGaps: [],
  samples: 0,
  expected: 0,
  firstTime: null,
  lastTime: null,
}
