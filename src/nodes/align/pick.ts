/** What the other stream says at a time: its latest value, or a line between two of them. */
import type { FrameHistory } from '../_event-time/frame-history.ts'
import type { AlignOptions } from './options.ts'

/**
 * Writes the values at time `times[slot]` into `into` from `at` on.
 * @returns false, with NaN written, where there are none within the tolerance
 */
export type Pick = (
  history: FrameHistory,
  times: Float64Array,
  slot: number,
  into: Float32Array,
  at: number,
) => boolean

/** @param channels of the other stream */
export function pickBy(options: AlignOptions, channels: number): Pick {
  const { method, toleranceSeconds: tolerance } = options
  const pick = method === 'linear' ? linear : latest
  return (history, times, slot, into, at) => {
    if (pick(history, times, slot, tolerance, channels, into, at)) return true
    into.fill(Number.NaN, at, at + channels)
    return false
  }
}

function latest(
  history: FrameHistory,
  times: Float64Array,
  slot: number,
  tolerance: number,
  channels: number,
  into: Float32Array,
  at: number,
): boolean {
  const i = history.lastUpTo(times, slot)
  const time = times[slot]!
  if (i < 0 || time - history.time(i) > tolerance) return false
  copy(history, i, channels, into, at)
  return true
}

function linear(
  history: FrameHistory,
  times: Float64Array,
  slot: number,
  tolerance: number,
  channels: number,
  into: Float32Array,
  at: number,
): boolean {
  const i = history.lastUpTo(times, slot)
  const time = times[slot]!
  if (i < 0) return false
  const before = history.time(i)
  if (before === time) {
    copy(history, i, channels, into, at)
    return true
  }
  if (i + 1 >= history.state.size) return false
  const span = history.time(i + 1) - before
  if (span > tolerance) return false
  const share = (time - before) / span
  const [low, high] = [history.place(i), history.place(i + 1)]
  for (let c = 0; c < channels; c++) {
    const value = history.values[low + c]!
    into[at + c] = value + (history.values[high + c]! - value) * share
  }
  return true
}

function copy(
  history: FrameHistory,
  i: number,
  channels: number,
  into: Float32Array,
  at: number,
): void {
  const from = history.place(i)
  for (let c = 0; c < channels; c++) into[at + c] = history.values[from + c]!
}
