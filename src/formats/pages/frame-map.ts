/**
 * Frames of a stream, numbered as they stand in the file, and when they were taken. A run is
 * frames without a gap between them; within a run times are joined by knots, thousands of frames
 * apart for a regular stream and at every frame of an irregular one.
 */
import type { RecordedStream } from '../recording.ts'
import { GrowingNumbers } from './growing-numbers.ts'

const knotFrames = 4096
/** An irregular stream of more frames is known at every sixteenth. */
const mostDenseKnots = 4_000_000
const thinnedFrames = 16

export class FrameMap {
  readonly #runs: GrowingNumbers
  /** Index of the first sample of every run. */
  readonly #samples = new GrowingNumbers()
  readonly #frames: GrowingNumbers
  readonly #times: GrowingNumbers
  readonly #isRegular: boolean
  readonly #rateHz: number
  #count = 0
  #nextSample = Number.NaN
  /** Of the last frame. */
  #lastTime = Number.NaN

  constructor(rateHz: number, parts?: FrameMapParts) {
    this.#rateHz = rateHz
    this.#isRegular = rateHz > 0
    this.#runs = GrowingNumbers.of(parts?.runs ?? new Float64Array(0))
    this.#frames = GrowingNumbers.of(parts?.knotFrames ?? new Float64Array(0))
    this.#times = GrowingNumbers.of(parts?.knotTimes ?? new Float64Array(0))
    this.#count = parts?.count ?? 0
    this.#lastTime = this.#times.last
  }

  /** What is known before any frame was read: of formats whose times are a count of samples. */
  static predicted({ info, samples, firstTime, gaps }: RecordedStream): FrameMap {
    const { nominalRateHz } = info
    const map = new FrameMap(nominalRateHz)
    let time = firstTime ?? 0
    let sample = 0
    const run = (frames: number) => {
      const left = Math.min(frames, samples - map.count)
      if (left > 0) map.addLine(sample, left, time, time + (left - 1) / nominalRateHz)
    }
    for (const gap of gaps) {
      run(gap.atSample - sample)
      sample = gap.atSample + gap.lostSamples
      time = gap.startTime + gap.lostSamples / nominalRateHz
    }
    run(Number.POSITIVE_INFINITY)
    return map
  }

  get count(): number {
    return this.#count
  }

  get runs(): number {
    return this.#runs.length
  }

  get lastTime(): number {
    return this.#lastTime
  }

  get parts(): FrameMapParts {
    const { all: runs } = this.#runs
    return { runs, knotFrames: this.#frames.all, knotTimes: this.#times.all, count: this.#count }
  }

  /** @returns whether they begin a run */
  add(firstSample: number, frames: number, time: Float64Array): boolean {
    const begins = this.#begin(firstSample, time[0]!)
    if (this.#isRegular || this.#frames.length >= mostDenseKnots) {
      const apart = this.#isRegular ? knotFrames : thinnedFrames
      if (this.#count - this.#frames.last >= apart) this.#knot(this.#count, time[0]!)
    } else for (let f = begins ? 1 : 0; f < frames; f++) this.#knot(this.#count + f, time[f]!)
    this.#end(firstSample, frames, time[frames - 1]!)
    return begins
  }

  /** Frames whose times stand on a line. */
  addLine(firstSample: number, frames: number, firstTime: number, lastTime: number): void {
    this.#begin(firstSample, firstTime)
    this.#end(firstSample, frames, lastTime)
  }

  /** No frame follows. */
  finish(): void {
    if (this.#count > 0 && this.#frames.last < this.#count - 1) {
      this.#knot(this.#count - 1, this.#lastTime)
    }
  }

  /** Which run a frame stands in. */
  runOf(frame: number): number {
    return Math.max(0, this.#runs.lastAtMost(frame))
  }

  firstFrame(run: number): number {
    return this.#runs.at(run)
  }

  /** Behind the last frame of a run. */
  endFrame(run: number): number {
    return run + 1 < this.#runs.length ? this.#runs.at(run + 1) : this.#count
  }

  /** Index of a frame among all samples, lost ones included; not of a map that was kept. */
  sampleOf(frame: number): number {
    const run = this.runOf(frame)
    return this.#samples.at(run) + frame - this.#runs.at(run)
  }

  /** Seconds on the recording's clock; a fraction of a frame is a fraction of its period. */
  timeOf(frame: number): number {
    const i = this.#frames.lastAtMost(frame)
    if (i < 0) return this.#times.length > 0 ? this.#times.at(0) : 0
    const from = this.#frames.at(i)
    const start = this.#times.at(i)
    const isLast = i + 1 === this.#frames.length
    const to = isLast ? this.#count - 1 : this.#frames.at(i + 1)
    const end = isLast ? this.#lastTime : this.#times.at(i + 1)
    // Behind the last frame of a run the next knot is that of another run.
    const isOutside = to <= from || this.runOf(to) !== this.runOf(from)
    if (isOutside) return start + (this.#isRegular ? (frame - from) / this.#rateHz : 0)
    return start + ((frame - from) / (to - from)) * (end - start)
  }

  /** The first frame that was taken at `time` or later; `count` behind the last one. */
  frameAt(time: number): number {
    if (this.#count === 0 || time > this.#lastTime) return this.#count
    const i = this.#times.lastAtMost(time)
    if (i < 0) return 0
    let low = this.#frames.at(i)
    let high = i + 1 < this.#frames.length ? this.#frames.at(i + 1) : this.#count
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.timeOf(middle) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  #begin(firstSample: number, time: number): boolean {
    if (firstSample === this.#nextSample) return false
    this.finish()
    this.#runs.push(this.#count)
    this.#samples.push(firstSample)
    this.#knot(this.#count, time)
    return true
  }

  #end(firstSample: number, frames: number, lastTime: number): void {
    this.#count += frames
    this.#nextSample = firstSample + frames
    this.#lastTime = lastTime
  }

  /** Times that go backwards are held, so that they can be searched. */
  #knot(frame: number, time: number): void {
    const before = this.#times.last
    this.#frames.push(frame)
    this.#times.push(time < before ? before : time)
  }
}

export interface FrameMapParts {
  readonly runs: Float64Array
  readonly knotFrames: Float64Array
  readonly knotTimes: Float64Array
  readonly count: number
}
