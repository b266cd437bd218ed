/**
 * Times as every reader of a recording expects them: they grow. A bit that flips in a stamp, or a
 * program that stamps out of order, must not carry markers, gaps and the samples behind it away.
 * What is mended is counted; the stamps as they were stay beside it as arrival times.
 */
import type { Chunk } from '../../signal/index.ts'
import type { Recording, RecordingItem } from '../recording.ts'

export interface MendedTimes {
  readonly recording: Recording
  /** Samples of the last reading whose times were mended, by stream. */
  readonly counts: ReadonlyMap<string, number>
}

/** A regular stream leaps ahead by no more than this, and at the end of a chunk by no more than that. */
const leapSeconds = 10
const leapAtEndSeconds = 0.5
/** An irregular stream may pause for a year. */
const pauseSeconds = 366 * 86_400

export function withMendedTimes(recording: Recording): MendedTimes {
  const counts = new Map<string, number>()
  const read = () => {
    counts.clear()
    return mendedItems(recording, counts)
  }
  return { recording: { ...recording, read }, counts }
}

async function* mendedItems(
  recording: Recording,
  counts: Map<string, number>,
): AsyncGenerator<RecordingItem, void, void> {
  const clocks = new Map<string, StreamClock>()
  for (const { info } of recording.streams) {
    const { nominalRateHz } = info
    clocks.set(info.id, new StreamClock(nominalRateHz > 0 ? 1 / nominalRateHz : 0))
  }
  for await (const item of recording.read()) {
    const clock = item.kind === 'chunk' ? clocks.get(item.stream) : undefined
    if (item.kind !== 'chunk' || !clock) {
      yield item
      continue
    }
    const mended = clock.take(item.chunk)
    if (mended > 0) counts.set(item.stream, (counts.get(item.stream) ?? 0) + mended)
    yield mended > 0 ? { ...item, chunk: { ...item.chunk, time: clock.times } } : item
  }
}

/** The times of one stream, row by row; those of a chunk are looked at before any is changed. */
class StreamClock {
  /** Of the last chunk, where `take` has mended any. */
  times = new Float64Array(0)
  readonly #period: number
  #last = Number.NEGATIVE_INFINITY
  #lastStep = 0
  #lastSample = 0

  constructor(periodSeconds: number) {
    this.#period = periodSeconds
  }

  /** @returns how many times of the chunk were none of its samples */
  take({ time, frames, firstSample }: Chunk): number {
    const missing = Math.max(0, firstSample - this.#lastSample - 1) * this.#period
    this.#lastSample = firstSample + frames - 1
    if (this.#period > 0 && frames > 1 && goesOn(time, frames, this.#last)) {
      this.#last = time[frames - 1]!
      this.#lastStep = this.#last - time[frames - 2]!
      return 0
    }
    const { length } = this.times
    if (length < frames) this.times = new Float64Array(Math.max(frames, 2 * length))
    let mended = 0
    for (let i = 0; i < frames; i++) {
      const given = time[i]!
      const next = i + 1 < frames ? time[i + 1]! : Number.NaN
      const own = this.#timeOf(given, next, i === 0 ? missing : 0)
      if (own !== given) mended += 1
      this.times[i] = own
      if (this.#last !== Number.NEGATIVE_INFINITY && i > 0) this.#lastStep = own - this.#last
      this.#last = own
    }
    return mended
  }

  /** @param missing seconds of samples that are known to be missing before it */
  #timeOf(given: number, next: number, missing: number): number {
    const limit = this.#limit(missing, !Number.isNaN(next))
    const isLater = this.#period > 0 ? given > this.#last : given >= this.#last
    // It stands out where the next one comes before it, and would be right without it.
    const isOut = next < given && next > this.#last
    if (isLater && given <= limit && !isOut) return given
    return this.#between(given, next, limit, missing)
  }

  /** The latest time that a sample may have; gaps of unknown length may be twice as long. */
  #limit(missing: number, hasNext: boolean): number {
    if (this.#last === Number.NEGATIVE_INFINITY) return Number.MAX_VALUE
    if (this.#period === 0) return this.#last + pauseSeconds
    const atEnd = Math.max(leapAtEndSeconds, 4 * this.#period, 4 * this.#lastStep)
    return this.#last + this.#period + 2 * missing + (hasNext ? leapSeconds + atEnd : atEnd)
  }

  #between(given: number, next: number, limit: number, missing: number): number {
    const last = this.#last
    const period = this.#period
    if (last === Number.NEGATIVE_INFINITY) {
      if (Number.isFinite(next)) return next - period
      return Number.isFinite(given) ? given : 0
    }
    const due = last + period + missing
    if (next > last && next <= limit) return due > last && due < next ? due : (last + next) / 2
    if (given > limit || period === 0) return due
    // Behind a leap that was taken for right: slowly, until the stamps have come up to it.
    return last + Math.max(Number.isNaN(next) ? period / 2 : period / 1000, leastStep(last))
  }
}

/** The usual chunk, in which nothing is to be mended: every time is a little later than the last one. */
function goesOn(time: Float64Array, frames: number, last: number): boolean {
  let before = last === Number.NEGATIVE_INFINITY ? time[0]! - leapAtEndSeconds : last
  for (let i = 0; i < frames; i++) {
    const step = time[i]! - before
    if (!(step > 0 && step <= leapAtEndSeconds)) return false
    before = time[i]!
  }
  return true
}

/** At times since 1970 a thousandth of a period may be nothing. */
function leastStep(time: number): number {
  return Math.abs(time) * 2 * Number.EPSILON
}
