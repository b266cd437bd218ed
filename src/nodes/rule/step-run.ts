/**
 * One step, frame by frame: whether its condition holds, with hysteresis, and since when, with short
 * breaks overlooked; and when it is met, given the moments at which the step before was.
 */

import type { Chunk, NodeMemory, StreamInfo } from '../../signal/index.ts'
import { bindOnce } from '../_event-time/language.ts'
import { newProgram, type Program } from '../_event-time/program.ts'
import { isTrue } from '../_event-time/truth.ts'
import { type Moments, type MomentsState, newMoments } from './moments.ts'
import type { ParsedStep } from './parsed-rule.ts'

export interface StepRun {
  readonly state: StepRunState
  /** When it was met since the last event. */
  readonly moments: Moments
  /** To be called once for every chunk, before its frames. */
  evaluate(chunk: Chunk): void
  /** Looks at frame `f` of the chunk. */
  see(chunk: Chunk, f: number): void
  /**
   * Whether the step is met in the frame just seen.
   * @param before the moments of the step before; null for the first step
   * @param mostSeconds from the begin of the first step; Infinity for no limit
   * @returns the begin of the first step, or NaN
   */
  metSince(before: Moments | null, mostSeconds: number): number
  /** In a stream of events, before the next one: what held in a frame held there alone. */
  endFrame(): void
  /**
   * For a step that must not come, on a stream in which silence says so: when it is met next.
   * @returns NaN for not before `limit`
   */
  absentBy(before: Moments, limit: number): number
  /** Meets it at that time. @returns the begin of the first step, or NaN */
  meetAbsent(before: Moments, time: number, mostSeconds: number): number
  /** Forgets what led to an event, but not that the condition holds. */
  clear(): void
  /** The frames do not hang together any more. */
  interrupt(): void
}

export type StepRunState = {
  /** Of the frame just seen: kept here, because a number that is handed over makes garbage. */
  time: number
  /** The condition with its hysteresis. */
  latched: boolean
  /** The condition holds in the frame just seen. */
  held: boolean
  /** A run goes on: it holds, or pauses for a moment. */
  running: boolean
  onset: number
  /** Where the pause began, or the run ended. */
  ceased: number
  /** The run has come as an occurrence already. */
  occurred: boolean
  lastNotHeld: number
  /** Time of the moment before that was used last. */
  used: number
  /** Begins of the last occurrences, around a ring. */
  occurrences: Float64Array
  occurrenceCount: number
  moments: MomentsState
}

const never = Number.NEGATIVE_INFINITY

/** @throws BindingError */
export function newStepRun(
  step: ParsedStep,
  input: StreamInfo,
  memory: NodeMemory,
  maxFrames: number,
): StepRun {
  const { absent, times, forSeconds, breakSeconds } = step
  const { withinSeconds = Number.POSITIVE_INFINITY, inSeconds = Number.POSITIVE_INFINITY } = step
  const program = (expression: ParsedStep['when']) =>
    newProgram(bindOnce(expression, input), memory, maxFrames)
  const when = program(step.when)
  const until = step.until ? program(step.until) : null
  const guard = step.while ? program(step.while) : null
  const moments = newMoments(memory)
  const state: StepRunState = {
    time: 0,
    latched: false,
    held: false,
    running: false,
    onset: 0,
    ceased: 0,
    occurred: false,
    lastNotHeld: never,
    used: never,
    occurrences: memory.float64(times),
    occurrenceCount: 0,
    moments: moments.state,
  }

  function run(isGuarded: boolean): void {
    const { time } = state
    if (state.held) {
      if (!state.running) {
        state.running = true
        state.onset = time
        state.occurred = false
        state.used = never
      }
      state.ceased = Number.NaN
      return
    }
    state.lastNotHeld = time
    if (!state.running) return
    if (Number.isNaN(state.ceased)) state.ceased = time
    if (!isGuarded || time - state.ceased >= breakSeconds) state.running = false
  }

  /** A step that is a moment: it must begin after the step before was met. */
  function occurredSince(before: Moments | null, mostSeconds: number): number {
    const { time } = state
    if (state.occurred || !(time - state.onset >= forSeconds)) return Number.NaN
    state.occurred = true
    state.occurrences[state.occurrenceCount++ % times] = state.onset
    if (state.occurrenceCount < times) return Number.NaN
    const first = state.occurrences[state.occurrenceCount % times]!
    if (time - first > inSeconds) return Number.NaN
    if (!before) return time - first <= mostSeconds ? first : Number.NaN
    return sinceMoment(before, before.latestBefore(first), mostSeconds)
  }

  /** A step that lasts: it counts from when the step before was met, if it holds already. */
  function lastedSince(before: Moments, mostSeconds: number): number {
    const { time } = state
    if (!absent && !(time - state.onset >= forSeconds)) return Number.NaN
    const i = before.latestAged(time, forSeconds)
    if (i < 0 || before.time(i) <= state.used) return Number.NaN
    if (absent && before.time(i) < state.lastNotHeld) return Number.NaN
    const onset = sinceMoment(before, i, mostSeconds)
    if (!Number.isNaN(onset)) state.used = before.time(i)
    return onset
  }

  /** The oldest moment that was not used, and after which it has not come. */
  function firstQuiet(before: Moments): number {
    let i = before.latestBefore(state.lastNotHeld) + 1
    while (i < before.state.size && before.time(i) <= state.used) i++
    return i
  }

  function sinceMoment(before: Moments, i: number, mostSeconds: number): number {
    const { time } = state
    if (i < 0 || time - before.time(i) > withinSeconds) return Number.NaN
    return time - before.onset(i) <= mostSeconds ? before.onset(i) : Number.NaN
  }

  return {
    state,
    moments,
    evaluate(chunk) {
      when.run(chunk)
      until?.run(chunk)
      guard?.run(chunk)
    },
    see(chunk, f) {
      state.time = chunk.time[f]!
      const ends = until !== null && holds(until, f)
      state.latched = !ends && ((until !== null && state.latched) || holds(when, f))
      const isGuarded = guard === null || holds(guard, f)
      state.held = isGuarded && state.latched !== absent
      run(isGuarded)
    },
    metSince(before, mostSeconds) {
      if (!state.held) return Number.NaN
      const lasts = before !== null && forSeconds > 0 && times === 1
      return lasts ? lastedSince(before, mostSeconds) : occurredSince(before, mostSeconds)
    },
    endFrame() {
      state.latched = false
      if (absent || !state.held) return
      Object.assign(state, { held: false, running: false })
      state.ceased = state.time
      state.lastNotHeld = state.time
    },
    absentBy(before, limit) {
      if (!absent) return Number.NaN
      const i = firstQuiet(before)
      const deadline = i < before.state.size ? before.time(i) + forSeconds : Number.NaN
      return deadline < limit ? deadline : Number.NaN
    },
    meetAbsent(before, time, mostSeconds) {
      const i = firstQuiet(before)
      Object.assign(state, { time, held: true, running: true, onset: before.time(i) })
      state.ceased = Number.NaN
      state.used = before.time(i)
      return sinceMoment(before, i, mostSeconds)
    },
    clear() {
      moments.clear()
      state.occurrenceCount = 0
      state.used = never
    },
    interrupt() {
      this.clear()
      state.latched = false
      state.held = false
      state.running = false
      state.lastNotHeld = never
    },
  }
}

function holds(program: Program, f: number): boolean {
  return isTrue(program.answer[f]!)
}
