/**
 * Where the records of an EDF+ file stand before the first is written: the header begins with
 * their number. A record holds the same stretch of time of every signal; stretches in which no
 * stream has a sample are left out (EDF+D) or filled (EDF+C).
 *
 * Positions count ticks: the longest time in which every stream has a whole number of samples.
 */

/** One stream in ticks: its samples per tick, and the runs of samples that it has. */
export interface PlannedStream {
  readonly samplesPerTick: number
  /** In samples since tick 0, in order, without overlap. */
  readonly runs: readonly { readonly position: number; readonly frames: number }[]
}

export interface PlannedSegment {
  readonly firstTick: number
  readonly records: number
}

export interface RecordPlan {
  readonly ticksPerRecord: number
  readonly segments: readonly PlannedSegment[]
  readonly records: number
}

/** @param continuous one segment from the first sample to the last */
export function planRecords(
  streams: readonly PlannedStream[],
  ticksPerRecord: number,
  continuous: boolean,
): RecordPlan {
  const segments: { firstTick: number; records: number }[] = []
  const cursors = streams.map((stream) => new RunCursor(stream))
  if (continuous) {
    const firstTick = Math.min(...cursors.map((cursor) => cursor.nextTick(0)))
    const end = Math.max(...cursors.map((cursor) => cursor.endTick))
    const records = Math.ceil((end - firstTick) / ticksPerRecord)
    if (records > 0) segments.push({ firstTick, records })
    return { ticksPerRecord, segments, records: Math.max(0, records) }
  }
  for (let tick = 0; ; ) {
    const next = Math.min(...cursors.map((cursor) => cursor.nextTick(tick)))
    if (next === Number.POSITIVE_INFINITY) break
    const ahead = Math.max(...cursors.map((cursor) => cursor.ticksAhead(next)))
    const records = Math.max(1, Math.floor(ahead / ticksPerRecord))
    const last = segments.at(-1)
    if (last && last.firstTick + last.records * ticksPerRecord === next) last.records += records
    else segments.push({ firstTick: next, records })
    tick = next + records * ticksPerRecord
  }
  const records = segments.reduce((sum, segment) => sum + segment.records, 0)
  return { ticksPerRecord, segments, records }
}

/** Moves forward over the runs of one stream. */
class RunCursor {
  readonly #stream: PlannedStream
  #run = 0

  constructor(stream: PlannedStream) {
    this.#stream = stream
  }

  /** The first tick from `tick` on in which there are samples. */
  nextTick(tick: number): number {
    const { runs, samplesPerTick } = this.#stream
    const from = tick * samplesPerTick
    while (this.#run < runs.length) {
      const { position, frames } = runs[this.#run]!
      if (position + frames > from) return Math.floor(Math.max(position, from) / samplesPerTick)
      this.#run += 1
    }
    return Number.POSITIVE_INFINITY
  }

  /** Whole ticks from `tick` on that the run there fills. */
  ticksAhead(tick: number): number {
    const { runs, samplesPerTick } = this.#stream
    const run = runs[this.#run]
    if (!run || run.position > tick * samplesPerTick) return 0
    return Math.floor((run.position + run.frames) / samplesPerTick) - tick
  }

  get endTick(): number {
    const { runs, samplesPerTick } = this.#stream
    const last = runs.at(-1)
    return last ? Math.ceil((last.position + last.frames) / samplesPerTick) : 0
  }
}

/** From record to record, with the tick at which each begins. */
export class PlanCursor {
  record = 0
  readonly #plan: RecordPlan
  #segment = 0
  #inSegment = 0

  constructor(plan: RecordPlan) {
    this.#plan = plan
  }

  get isOver(): boolean {
    return this.#segment >= this.#plan.segments.length
  }

  /** Of the current record; not to be asked when it is over. */
  get tick(): number {
    const { segments, ticksPerRecord } = this.#plan
    return segments[this.#segment]!.firstTick + this.#inSegment * ticksPerRecord
  }

  next(): void {
    this.record += 1
    this.#inSegment += 1
    if (this.#inSegment < this.#plan.segments[this.#segment]!.records) return
    this.#segment += 1
    this.#inSegment = 0
  }
}
