/**
 * The timeline of a stream of any other program, which has time stamps only. As pyxdf does, a
 * regular stream is split where its stamps jump by more than a second and more than 500 samples,
 * and each stretch between is laid on a line, since the stamps jitter with the network. How much
 * is missing at a jump is an estimate.
 */
import { LinearFit } from '../linear-fit.ts'
import type { ProblemLog } from '../problems.ts'
import type { RecordedGap } from '../recording.ts'
import { emptyTimeline, type Stretch, type Timeline } from '../timeline.ts'
import type { ClockSync } from './clock-sync.ts'
import type { XdfStreamHeader } from './stream-header.ts'
import { limits } from './xdf-format.ts'

const breakSeconds = 1
const breakSamples = 500
/** A jump further than this is no recording that paused, but a stamp that is wrong. */
const longestPauseSeconds = 366 * 86_400

interface Segment {
  readonly firstRow: number
  rows: number
  readonly fit: LinearFit
  readonly firstStamp: number
  lastStamp: number
}

export class StampedTimeline {
  readonly #header: XdfStreamHeader
  readonly #problems: ProblemLog
  readonly #regular: boolean
  readonly #threshold: number
  #segments: Segment[] = []
  #rows = 0

  constructor(header: XdfStreamHeader, problems: ProblemLog) {
    this.#header = header
    this.#problems = problems
    this.#regular = header.periodSeconds > 0
    this.#threshold = Math.max(breakSeconds, breakSamples * header.periodSeconds)
  }

  /** Whether times come from a line through the stamps, and not from the stamps themselves. */
  get #fitted(): boolean {
    return this.#regular && !this.#header.canDropSamples
  }

  add(stamps: Float64Array, rows: number): void {
    let segment = this.#segments.at(-1)
    for (let i = 0; i < rows; i++) {
      const stamp = stamps[i]!
      const step = segment ? stamp - segment.lastStamp : 0
      if (step < 0 && !this.#fitted) this.#reversed(segment!.lastStamp, stamp)
      if (!segment || (this.#regular && Math.abs(step) > this.#threshold)) {
        segment = this.#newSegment(stamp, segment)
      }
      if (this.#fitted) segment.fit.add(segment.rows, stamp)
      segment.rows += 1
      segment.lastStamp = stamp
      this.#rows += 1
    }
  }

  #newSegment(stamp: number, last: Segment | undefined): Segment {
    if (last && this.#segments.length >= limits.gaps) {
      this.#problems.note('too-many', `${this.#name}: more than ${limits.gaps} breaks`)
      return last
    }
    const segment = {
      firstRow: this.#rows,
      rows: 0,
      fit: new LinearFit(this.#header.periodSeconds),
      firstStamp: stamp,
      lastStamp: stamp,
    }
    this.#segments.push(segment)
    return segment
  }

  /** Stamps that are to be added once more, now on the recorder's clock. */
  restart(): void {
    this.#segments = []
    this.#rows = 0
  }

  /** @param sync null where the stamps that were added are on the recorder's clock already */
  finish(sync: ClockSync | null): Timeline {
    if (this.#rows === 0) return emptyTimeline
    const toRecorder = sync?.newPass() ?? ((time: number) => time)
    const stretches: Stretch[] = []
    let lastTime: number | null = null
    let nextSample = 0
    let firstTime = 0
    for (const segment of this.#segments) {
      const { startTime, endTime, line } = this.#times(segment, toRecorder)
      const gap = lastTime === null ? null : this.#gapBetween(lastTime, startTime, nextSample)
      if (lastTime === null) firstTime = startTime
      nextSample += gap?.lostSamples ?? 0
      stretches.push({
        firstRow: segment.firstRow,
        rows: segment.rows,
        firstSample: nextSample,
        gaps: gap ? [gap] : [],
        line,
      })
      nextSample += segment.rows
      lastTime = endTime
    }
    return {
      stretches,
      trailingGaps: [],
      samples: this.#rows,
      expected: nextSample,
      firstTime,
      lastTime,
    }
  }

  #times(segment: Segment, toRecorder: (time: number) => number) {
    if (!this.#fitted) {
      return {
        startTime: toRecorder(segment.firstStamp),
        endTime: toRecorder(segment.lastStamp),
        line: null,
      }
    }
    const { fit, rows } = segment
    const step = fit.slope > 0 ? fit.slope : this.#header.periodSeconds
    const start = fit.slope > 0 ? fit.at(0) : segment.firstStamp
    const startTime = toRecorder(start)
    const endTime = toRecorder(start + step * (rows - 1))
    const stepSeconds = rows > 1 ? (endTime - startTime) / (rows - 1) : step
    return { startTime, endTime, line: { startTime, stepSeconds } }
  }

  #gapBetween(before: number, after: number, atSample: number): RecordedGap | null {
    const { nominalRateHz } = this.#header.info
    const pause = after - before
    if (pause < 0) {
      this.#reversed(before, after)
      return null
    }
    if (pause > longestPauseSeconds) {
      this.#problems.note('bad-time', `${this.#name}: ${after} s follows ${before} s`, this.#name)
      return null
    }
    const lostSamples = Math.round(pause * nominalRateHz) - 1
    if (lostSamples < 1) return null
    const startTime = before + this.#header.periodSeconds
    return { atSample, lostSamples, exact: false, reason: 'lost', startTime }
  }

  #reversed(before: number, after: number): void {
    this.#problems.note(
      'time-reversed',
      `${this.#name}: ${after} s comes after ${before} s`,
      this.#name,
    )
  }

  get #name(): string {
    return `stream ${this.#header.number}`
  }
}
