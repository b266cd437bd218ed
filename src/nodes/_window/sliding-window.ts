/**
 * A sliding window over a running stream, for nodes that compute some values per channel of each
 * window. Window k ends with frame (k + 1) × hop − 1 of the stream, wherever the chunks end; a
 * window never spans a gap: after one, the values resume as soon as a window is full again.
 *
 * The channels of one window are not all computed in the same instant: a few per frame, as many as
 * fit in a twentieth of the time from one frame to the next, so that a wide stream makes no spike
 * in the thread's latency. The frame of values leaves with the last channel. How many per frame
 * follows from the declared cost alone, never from a clock.
 *
 * A channel whose window holds a value that is not finite gets NaN for that window, and recovers
 * by itself; the other channels do not notice.
 */
import type { Emit, NodeMemory } from '../../signal/index.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { newSignalBuffer } from '../_stream/derive.ts'
import type { WindowPlan } from './window-plan.ts'

/** What is computed of each channel. */
export interface ChannelWork {
  /** Values per channel. */
  readonly values: number
  /** Rough cost of one call of `compute`: what the spreading over frames goes by. */
  readonly nanoseconds: number
  /** Calls of `compute` that one channel needs, for work that one frame cannot bear; default 1. */
  readonly parts?: number
  /** What is remembered from one part to the next. */
  readonly tally?: Float64Array
  /** @param segment the channel's window, oldest value first; may be changed at will */
  compute(segment: Float64Array, into: Float32Array, at: number, part: number): void
}

export interface SlidingWindow {
  readonly state: SlidingWindowState
  /** From the middle of a window to its values, in frames. */
  readonly delayFrames: number
  /** Takes the frame `index` of the stream, which stands in `data` from `at` on. */
  frame(
    data: Float32Array,
    at: number,
    index: number,
    time: number,
    hostTime: number,
    emit: Emit,
  ): void
  /** Finishes what is under way and forgets the rest. */
  gap(emit: Emit): void
}

export type SlidingWindowState = {
  history: Float32Array
  /** Of the window under way. */
  values: Float32Array
  time: number
  hostTime: number
  /** Where the next frame goes. */
  at: number
  /** Frames since the last gap. */
  filled: number
  /** Index of the window under way, −1 for none; its first slot; its steps already done. */
  hop: number
  start: number
  done: number
  tally: Float64Array
}

/** Share of the time from one frame to the next that one window node may take. */
const frameShare = 0.05

/** Taking one value of one channel out of the ring, where channels lie side by side. */
const copyNanoseconds = 2

/** Share of a core that one node may take in all. */
const mostLoad = 0.5

/** @throws SynapseError graph-invalid where the work cannot be done in the time from hop to hop */
export function newSlidingWindow(
  node: NodeName,
  memory: NodeMemory,
  channels: number,
  plan: WindowPlan,
  work: ChannelWork,
): SlidingWindow {
  const { windowFrames, hopFrames, paceHz = plan.rateHz } = plan
  const { parts = 1 } = work
  const steps = channels * parts
  const nanoseconds = work.nanoseconds + copyNanoseconds * windowFrames
  checkLoad(node, (steps * nanoseconds) / 1e9, hopFrames / plan.rateHz)
  const affordable = Math.floor((frameShare * 1e9) / paceHz / nanoseconds)
  const perFrame = Math.max(1, affordable, Math.ceil(steps / hopFrames))
  const spreadFrames = Math.ceil(steps / perFrame) - 1
  // Frames that arrive while a window is under way must not overwrite it.
  const ringFrames = windowFrames + spreadFrames
  const history = memory.float32(ringFrames * channels)
  const segment = memory.float64(windowFrames)
  const output = newSignalBuffer(memory, channels * work.values, 1)
  const state: SlidingWindowState = {
    history,
    values: output.data,
    time: 0,
    hostTime: 0,
    at: 0,
    filled: 0,
    hop: -1,
    start: 0,
    done: 0,
    tally: work.tally ?? memory.float64(0),
  }

  function computeUpTo(end: number, emit: Emit): void {
    for (; state.done < end; state.done++) {
      const part = state.done % parts
      const channel = (state.done - part) / parts
      const sound = copyChannel(history, channels, channel, state.start, segment)
      const to = channel * work.values
      if (sound) work.compute(segment, output.data, to, part)
      else output.data.fill(Number.NaN, to, to + work.values)
    }
    if (state.done < steps) return
    output.firstSample = state.hop
    output.frames = 1
    output.time[0] = state.time
    output.hostTime[0] = state.hostTime
    state.hop = -1
    emit.chunk('out', output)
  }

  return {
    state,
    delayFrames: Math.round(windowFrames / 2) + spreadFrames,
    frame(data, at, index, time, hostTime, emit) {
      const to = state.at * channels
      for (let c = 0; c < channels; c++) history[to + c] = data[at + c]!
      state.at = state.at + 1 === ringFrames ? 0 : state.at + 1
      state.filled++
      if (state.filled >= windowFrames && (index + 1) % hopFrames === 0) {
        state.hop = (index + 1) / hopFrames - 1
        state.start = (state.at - windowFrames + ringFrames) % ringFrames
        state.done = 0
        state.time = time
        state.hostTime = hostTime
      }
      if (state.hop >= 0) computeUpTo(Math.min(steps, state.done + perFrame), emit)
    },
    gap(emit) {
      if (state.hop >= 0) computeUpTo(steps, emit)
      state.filled = 0
    },
  }
}

/** @returns false where a value is not finite */
function copyChannel(
  history: Float32Array,
  channels: number,
  channel: number,
  start: number,
  segment: Float64Array,
): boolean {
  const { length } = history
  // Times zero, a finite value is zero and any other is not.
  let faults = 0
  let at = start * channels + channel
  for (let i = 0; i < segment.length; i++) {
    const value = history[at]!
    segment[i] = value
    faults += value * 0
    at += channels
    if (at >= length) at -= length
  }
  return faults === 0
}

function checkLoad(node: NodeName, workSeconds: number, hopSeconds: number): void {
  if (workSeconds <= mostLoad * hopSeconds) return
  const round = (seconds: number) => Number(seconds.toPrecision(2))
  throw refusal(
    node,
    `hopSeconds = ${hopSeconds} is too short: one window takes about ${round(workSeconds)} s`,
    `Choose hopSeconds from ${round(workSeconds / mostLoad)} s, fewer channels or a shorter window.`,
  )
}
