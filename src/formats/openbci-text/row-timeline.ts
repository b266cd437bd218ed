/**
 * Sample indices and times of the rows of a text file. The board's counter tells small losses
 * exactly; where the stamps jump further than any buffering explains, they tell the rest. Stamps
 * come in bursts, as the data arrived, so times lie on a line through them.
 */
import { LinearFit } from '../linear-fit.ts'
import type { ProblemLog } from '../problems.ts'
import type { RecordedGap } from '../recording.ts'
import { emptyTimeline, type Stretch, type Timeline } from '../timeline.ts'
import type { SampleCounter } from './sample-counter.ts'

const breakSeconds = 1
const breakSamples = 500
/** A line is taken from the stamps only if it is that close to the nominal rate. */
const rateTolerance = 0.1
const maxGaps = 1_000_000

/** Rows between two breaks of the stamps: one line goes through them. */
interface Run {
  readonly firstSample: number
  readonly fit: LinearFit
  readonly firstStamp: number
}

interface OpenStretch {
  readonly run: Run
  readonly firstRow: number
  rows: number
  readonly firstSample: number
  readonly lost: { readonly samples: number; readonly exact: boolean } | null
}

export class RowTimeline {
  readonly #counter: SampleCounter | undefined
  readonly #rateHz: number
  readonly #problems: ProblemLog
  readonly #stretches: OpenStretch[] = []
  #run: Run | undefined
  #rows = 0
  #next = 0
  #lastStamp = 0

  constructor(counter: SampleCounter | undefined, rateHz: number, problems: ProblemLog) {
    this.#counter = counter
    this.#rateHz = rateHz
    this.#problems = problems
  }

  /** @param stamp seconds since the first row; NaN in a file without stamps */
  add(index: number, stamp: number): void {
    const time = Number.isNaN(stamp) ? this.#next / this.#rateHz : stamp
    const pause = this.#run ? time - this.#lastStamp : 0
    const counted = this.#counter?.next(index)
    if (this.#counter && counted === undefined) {
      this.#problems.note('bad-sample-index', `row ${this.#rows} has sample index ${index}`)
    }
    const jumped = pause > Math.max(breakSeconds, breakSamples / this.#rateHz)
    const lost = jumped
      ? this.#lostInPause(pause, counted ?? 0)
      : this.#plausible(counted ?? 0, pause)
    const gap = lost > 0 && this.#stretches.length < maxGaps
    if (gap) this.#next += lost
    if (!this.#run || jumped) {
      const fit = new LinearFit(1 / this.#rateHz)
      this.#run = { firstSample: this.#next, fit, firstStamp: time }
    }
    if (gap || jumped || this.#stretches.length === 0) {
      this.#stretches.push({
        run: this.#run,
        firstRow: this.#rows,
        rows: 0,
        firstSample: this.#next,
        lost: gap ? { samples: lost, exact: !jumped } : null,
      })
    }
    this.#run.fit.add(this.#next - this.#run.firstSample, time)
    this.#stretches.at(-1)!.rows += 1
    this.#next += 1
    this.#rows += 1
    this.#lastStamp = time
  }

  /** The counter knows the loss modulo its cycle, the clock about how many cycles went by. */
  #lostInPause(pause: number, counted: number): number {
    const byClock = Math.round(pause * this.#rateHz) - 1
    const cycle = this.#counter?.cycle ?? 1
    if (cycle === Number.POSITIVE_INFINITY) return counted
    return counted + cycle * Math.max(0, Math.round((byClock - counted) / cycle))
  }

  /** A repeated row looks like a loss of almost a cycle, for which there was no time. */
  #plausible(counted: number, pause: number): number {
    if (counted / this.#rateHz <= 0.5 + 2 * Math.max(0, pause)) return counted
    this.#problems.note('bad-sample-index', `row ${this.#rows} repeats an earlier one`)
    return 0
  }

  /** Time 0 is the first row's, on its line. */
  finish(): Timeline {
    const first = this.#stretches[0]
    const last = this.#stretches.at(-1)
    if (!first || !last) return emptyTimeline
    const origin = this.originSeconds
    const stretches: Stretch[] = []
    let endTime = 0
    let endSample = 0
    for (const { run, firstRow, rows, firstSample, lost } of this.#stretches) {
      const stepSeconds = this.#stepOf(run)
      const sinceRun = (firstSample - run.firstSample) * stepSeconds
      const startTime = this.#startOf(run) + sinceRun - origin
      const gap: RecordedGap | null = lost && {
        atSample: endSample,
        lostSamples: lost.samples,
        exact: lost.exact,
        reason: 'lost',
        startTime: endTime,
      }
      const line = { startTime, stepSeconds }
      stretches.push({ firstRow, rows, firstSample, gaps: gap ? [gap] : [], line })
      endSample = firstSample + rows
      endTime = startTime + rows * stepSeconds
    }
    return {
      stretches,
      trailingGaps: [],
      samples: this.#rows,
      expected: endSample,
      firstTime: 0,
      lastTime: endTime - this.#stepOf(last.run),
    }
  }

  /** From the first row's stamp to its place on the line. */
  get originSeconds(): number {
    const first = this.#stretches[0]
    return first ? this.#startOf(first.run) : 0
  }

  #startOf(run: Run): number {
    return this.#isFitted(run) ? run.fit.at(0) : run.firstStamp
  }

  #stepOf(run: Run): number {
    return this.#isFitted(run) ? run.fit.slope : 1 / this.#rateHz
  }

  /** Two seconds of bursts say little about a rate. */
  #isFitted({ fit }: Run): boolean {
    const off = Math.abs(fit.slope * this.#rateHz - 1)
    return fit.count >= 2 * this.#rateHz && off <= rateTolerance
  }
}
