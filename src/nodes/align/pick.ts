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
  const pick =
    method === 'linear'
      ? onLine(tolerance, channels)
      : oneFrame(finders[method], tolerance, channels)
  return (history, times, slot, into, at) => {
    if (pick(history, times, slot, into, at)) return true
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

/** The frame whose values are those at time `times[slot]`; −1 where none is near enough. */
type Find = (history: FrameHistory, times: Float64Array, slot: number, tolerance: number) => number

const finders: Readonly<Record<Exclude<AlignOptions['method'], 'linear'>, Find>> = {
  latest(history, times, slot, tolerance) {
    const i = history.lastUpTo(times, slot)
    return i >= 0 && times[slot]! - history.time(i) <= tolerance ? i : -1
  },
  next(history, times, slot, tolerance) {
    const time = times[slot]!
    const i = history.lastUpTo(times, slot)
    const found = i >= 0 && history.time(i) === time ? i : i + 1
    return found < history.state.size && history.time(found) - time <= tolerance ? found : -1
  },
  /** Of two as near as each other, the earlier. */
  nearest(history, times, slot, tolerance) {
    const time = times[slot]!
    const i = history.lastUpTo(times, slot)
    const back = i < 0 ? Number.POSITIVE_INFINITY : time - history.time(i)
    const hasNext = i + 1 < history.state.size
    const ahead = hasNext ? history.time(i + 1) - time : Number.POSITIVE_INFINITY
    if (Math.min(back, ahead) > tolerance) return -1
    return back <= ahead ? i : i + 1
  },
}

function oneFrame(find: Find, tolerance: number, channels: number): Pick {
  return (history, times, slot, into, at) => {
    const i = find(history, times, slot, tolerance)
    if (i < 0) return false
    const from = history.place(i)
    for (let c = 0; c < channels; c++) into[at + c] = history.values[from + c]!
    return true
  }
}

function onLine(tolerance: number, channels: number): Pick {
  return (history, times, slot, into, at) => {
    const i = history.lastUpTo(times, slot)
    const time = times[slot]!
    if (i < 0) return false
    const before = history.time(i)
    const low = history.place(i)
    if (before === time) {
      for (let c = 0; c < channels; c++) into[at + c] = history.values[low + c]!
      return true
    }
    if (i + 1 >= history.state.size) return false
    const span = history.time(i + 1) - before
    if (span > tolerance) return false
    const share = (time - before) / span
    const high = history.place(i + 1)
    for (let c = 0; c < channels; c++) {
      const value = history.values[low + c]!
      into[at + c] = value + (history.values[high + c]! - value) * share
    }
    return true
  }
}
