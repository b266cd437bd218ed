/** What the other stream says at a time: one of the two values around it, or a line between them. */
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
  const pick = pickers[method]
  return (history, times, slot, into, at) => {
    if (pick(history, times, slot, tolerance, channels, into, at)) return true
    into.fill(Number.NaN, at, at + channels)
    return false
  }
}

/** Nothing that the other stream may still bring changes what is said at `times[slot]`. */
export function isDecided(
  { method, toleranceSeconds }: AlignOptions,
  history: FrameHistory,
  times: Float64Array,
  slot: number,
): boolean {
  const time = times[slot]!
  const watermark = history.watermark()
  if (!(watermark >= time)) return false
  const i = history.lastUpTo(times, slot)
  const before = i < 0 ? Number.NEGATIVE_INFINITY : history.time(i)
  if (method === 'latest' || before === time) return true
  const hasNext = i + 1 < history.state.size
  if (hasNext && watermark >= history.time(i + 1)) return true
  // Whatever comes next is too far away.
  if (method === 'linear') return i < 0 || watermark >= before + toleranceSeconds
  const reach = method === 'nearest' ? Math.min(toleranceSeconds, time - before) : toleranceSeconds
  return watermark >= time + reach
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

function next(
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
  const found = i >= 0 && history.time(i) === time ? i : i + 1
  if (found >= history.state.size || history.time(found) - time > tolerance) return false
  copy(history, found, channels, into, at)
  return true
}

/** Of two as near as each other, the earlier. */
function nearest(
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
  const back = i < 0 ? Number.POSITIVE_INFINITY : time - history.time(i)
  const ahead = i + 1 < history.state.size ? history.time(i + 1) - time : Number.POSITIVE_INFINITY
  if (Math.min(back, ahead) > tolerance) return false
  copy(history, back <= ahead ? i : i + 1, channels, into, at)
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

const pickers = { latest, next, nearest, linear }

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
