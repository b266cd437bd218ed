/**
 * From "active or not", sample by sample and channel by channel, to events: joins what is close,
 * drops what is too short or too long, keeps a refractory time. An event is sent when it is over
 * for certain. A gap ends what is under way.
 */
import type { Chunk, Emit, NodeContext, StreamInfo } from '../../signal/index.ts'
import { type EventStreamState, type EventValue, newEventStream } from './event-stream.ts'

export interface EventLimits {
  /** An event goes on when it pauses for fewer samples than this. */
  readonly mergeSamples: number
  readonly fewestSamples: number
  readonly mostSamples: number
  /** No event begins for this long after the end of another. */
  readonly refractorySamples: number
}

export interface EventKind {
  readonly kind: string
  readonly rateHz: number
  /** Of the input, or fewer. */
  readonly channels: number
  readonly limits: EventLimits
  readonly extras?: readonly EventValue[]
  /**
   * Finishes an event: fills in the extras from index 4 on, may correct what stands before them,
   * and may refuse the event.
   * @param onset and `end` as given to `step`
   */
  describe?(channel: number, onset: number, end: number, values: Float32Array): boolean
}

export interface EventTracker {
  readonly info: StreamInfo
  readonly state: EventTrackerState
  /**
   * Per channel, to be written before `step`: how extreme the sample is. The greatest of an event
   * is its peak. An array, because a bare number handed over would be garbage.
   */
  readonly values: Float64Array
  /** The newest sample, `frame` of a chunk: what events are known at. To be called before `step`. */
  now(chunk: Chunk, frame: number): void
  /** @param index of the sample that this is about, which may lie before the newest */
  step(channel: number, index: number, active: boolean, emit: Emit): void
  gap(emit: Emit): void
}

export type EventTrackerState = {
  /** Per channel: first sample of the event under way, −1 for none; the sample after its last. */
  start: Float64Array
  end: Float64Array
  peak: Float64Array
  quietUntil: Float64Array
  wasActive: Int32Array
  index: number
  /** Time and host time of the newest sample. */
  times: Float64Array
  stream: EventStreamState
}

export function newEventTracker(context: NodeContext<object>, event: EventKind): EventTracker {
  const { memory } = context
  const { channels, limits, rateHz } = event
  const stream = newEventStream(context, event.kind, event.extras ?? [])
  const extremes = new Float64Array(channels)
  const state: EventTrackerState = {
    start: memory.float64(channels).fill(-1),
    end: memory.float64(channels),
    peak: memory.float64(channels),
    quietUntil: memory.float64(channels),
    wasActive: memory.int32(channels),
    index: 0,
    times: memory.float64(2),
    stream: stream.state,
  }
  const { start, end, peak, quietUntil, wasActive, times } = state

  function close(channel: number, emit: Emit): void {
    const onset = start[channel]!
    const after = end[channel]!
    start[channel] = -1
    const samples = after - onset
    if (samples < limits.fewestSamples || samples > limits.mostSamples) return
    const { values } = stream
    values[0] = channel
    values[1] = (state.index - onset) / rateHz
    values[2] = samples / rateHz
    values[3] = peak[channel]!
    if (event.describe && !event.describe(channel, onset, after, values)) return
    quietUntil[channel] = after + limits.refractorySamples
    stream.send(times[0]!, times[1]!, emit)
  }

  return {
    info: stream.info,
    state,
    values: extremes,
    now(chunk, frame) {
      state.index = chunk.firstSample + frame
      times[0] = chunk.time[frame]!
      times[1] = chunk.hostTime[frame]!
    },
    step(channel, index, active, emit) {
      if (!active) {
        wasActive[channel] = 0
        if (start[channel]! >= 0 && index >= end[channel]! + limits.mergeSamples) {
          close(channel, emit)
        }
        return
      }
      const rises = wasActive[channel] === 0
      wasActive[channel] = 1
      if (start[channel]! < 0) {
        if (!rises || index < quietUntil[channel]!) return
        start[channel] = index
        peak[channel] = extremes[channel]!
      }
      if (extremes[channel]! > peak[channel]!) peak[channel] = extremes[channel]!
      end[channel] = index + 1
    },
    gap(emit) {
      for (let c = 0; c < channels; c++) {
        if (start[c]! >= 0) close(c, emit)
        wasActive[c] = 0
      }
    },
  }
}

/** The options in seconds as samples; an event has at least one. */
export function limitsOf(
  rateHz: number,
  seconds: {
    readonly merge?: number
    readonly fewest: number
    readonly most?: number
    readonly refractory?: number
  },
): EventLimits {
  const { merge = 0, fewest, most = Number.POSITIVE_INFINITY, refractory = 0 } = seconds
  return {
    mergeSamples: Math.round(merge * rateHz),
    fewestSamples: Math.max(1, Math.round(fewest * rateHz)),
    mostSamples: Math.round(most * rateHz),
    refractorySamples: Math.round(refractory * rateHz),
  }
}
