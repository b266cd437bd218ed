/**
 * The timeline of a stream of our own writer: the companion says every sample's index, the stream
 * `Gaps` says why some are missing. Where damage took either, the other one still holds.
 */
import type { GapReason } from '../../signal/index.ts'
import type { ProblemLog } from '../problems.ts'
import type { RecordedGap } from '../recording.ts'
import type { Stretch, Timeline } from '../timeline.ts'
import { limits } from './xdf-format.ts'

/** A row of the stream `Gaps`. */
export interface GapNote {
  readonly time: number
  readonly atSample: number
  readonly lostSamples: number
  readonly exact: boolean
  readonly reason: GapReason
}

export class NumberedTimeline {
  readonly #name: string
  readonly #periodSeconds: number
  readonly #problems: ProblemLog
  readonly #stretches: { -readonly [K in keyof Stretch]: Stretch[K] }[] = []
  #notes: GapNote[] = []
  #gapCount = 0
  #rows = 0
  #began = false
  #next = 0
  #firstSample = 0
  #lastSample = 0
  #firstTime: number | null = null
  #lastTime: number | null = null

  constructor(name: string, periodSeconds: number, problems: ProblemLog) {
    this.#name = name
    this.#periodSeconds = periodSeconds
    this.#problems = problems
  }

  /** Notes stand in the file before the samples that follow the gap. */
  note(gap: GapNote): void {
    if (this.#notes.length < limits.gaps) this.#notes.push(gap)
  }

  /** @param firstSample what the companion says; undefined where it is missing or damaged */
  add(rows: number, firstTime: number, lastTime: number, firstSample: number | undefined): void {
    if (!this.#began) this.#begin(firstSample)
    const gaps = this.#gapsUpTo(this.#indexFrom(firstSample, firstTime))
    const stretch = this.#stretches.at(-1)
    if (stretch && gaps.length === 0) stretch.rows += rows
    else {
      this.#stretches.push({
        firstRow: this.#rows,
        rows,
        firstSample: this.#next,
        gaps,
        line: null,
      })
    }
    if (this.#rows === 0) {
      this.#firstSample = this.#next
      this.#firstTime = firstTime
    }
    this.#rows += rows
    this.#next += rows
    this.#lastSample = this.#next - 1
    this.#lastTime = lastTime
  }

  #begin(firstSample: number | undefined): void {
    const noted = this.#notes[0]?.atSample
    this.#next = Math.min(noted ?? Number.POSITIVE_INFINITY, firstSample ?? noted ?? 0)
    this.#began = true
  }

  #indexFrom(firstSample: number | undefined, time: number): number {
    if (firstSample === undefined || !this.#isPossible(firstSample, time)) {
      // Without its own word, a sample follows the last one and the gaps noted since.
      let index = this.#next
      for (const note of this.#notes) if (note.atSample === index) index += note.lostSamples
      return index
    }
    if (firstSample >= this.#next) return firstSample
    this.#problems.note(
      'gap-mismatch',
      `${this.#name}: sample index ${firstSample} comes after ${this.#next - 1}`,
      this.#name,
    )
    return this.#next
  }

  /** A damaged index claims more lost samples than there was time for, and nobody noted them. */
  #isPossible(index: number, time: number): boolean {
    if (this.#gapCount >= limits.gaps) return false
    const seconds = time - (this.#lastTime ?? time)
    const noted = this.#notes.reduce((sum, note) => sum + note.lostSamples, 0)
    const unexplained = index - this.#next - noted
    return this.#periodSeconds === 0 || unexplained * this.#periodSeconds <= 10 + 2 * seconds
  }

  /** Moves on to `index`, with the gaps noted on the way; what nobody noted, damage has taken. */
  #gapsUpTo(index: number): RecordedGap[] {
    const gaps: RecordedGap[] = []
    for (const note of this.#notes) {
      const end = note.atSample + note.lostSamples
      if (note.atSample < this.#next || end > index) this.#contradiction(note)
      else {
        if (note.atSample > this.#next) gaps.push(this.#unexplained(note.atSample))
        gaps.push(this.#gap(note.lostSamples, note.exact, note.reason, note.time))
      }
    }
    this.#notes = []
    if (index > this.#next) gaps.push(this.#unexplained(index))
    this.#gapCount += gaps.length
    if (this.#gapCount >= limits.gaps) {
      this.#problems.note('too-many', `${this.#name}: more than ${limits.gaps} gaps`)
    }
    return gaps
  }

  #unexplained(upTo: number): RecordedGap {
    const detail = `${this.#name}: ${upTo - this.#next} samples from ${this.#next} on`
    this.#problems.note('unexplained-gap', detail, this.#name)
    return this.#gap(upTo - this.#next, true, 'corrupt', null)
  }

  #gap(lostSamples: number, exact: boolean, reason: GapReason, time: number | null): RecordedGap {
    const atSample = this.#next
    this.#next += lostSamples
    const due = (this.#lastTime ?? 0) + (atSample - this.#lastSample) * this.#periodSeconds
    return { atSample, lostSamples, exact, reason, startTime: time ?? due }
  }

  #contradiction(note: GapNote): void {
    this.#problems.note(
      'gap-mismatch',
      `${this.#name}: ${note.lostSamples} samples noted as lost at ` +
        `${note.atSample} are not missing there`,
      this.#name,
    )
  }

  /** @param toRecorder from the stamps' clock to the recorder's */
  finish(toRecorder: (time: number) => number): Timeline {
    if (!this.#began) this.#begin(undefined)
    const end = this.#notes.reduce(
      (reach, note) => Math.max(reach, note.atSample + note.lostSamples),
      this.#next,
    )
    return {
      trailingGaps: this.#gapsUpTo(end),
      stretches: this.#stretches,
      samples: this.#rows,
      expected: this.#rows === 0 ? 0 : this.#lastSample - this.#firstSample + 1,
      firstTime: this.#firstTime === null ? null : toRecorder(this.#firstTime),
      lastTime: this.#lastTime === null ? null : toRecorder(this.#lastTime),
    }
  }
}
