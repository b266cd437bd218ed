/**
 * The last so many values of every channel, in the order of their size: for percentiles and trimmed
 * means of a running past. Inserting moves what lies between the old and the new value's places.
 * Numbers come and go in arrays with one value per channel: handed over bare, they would be garbage.
 */
import type { NodeMemory } from '../../signal/index.ts'

export interface RunningValues {
  readonly state: RunningValuesState
  /** How many there are of a channel. */
  count(channel: number): number
  /** Adds the channel's value, and drops the oldest once there are `capacity`. Finite ones only. */
  add(channel: number, values: Float64Array): void
  /** Linear between the two values around it, as numpy.percentile; 0 while there is none. */
  percentile(channel: number, percent: number, into: Float64Array): void
  /**
   * Mean of all, plus so many standard deviations (n − 1) of what is left without the `share`
   * lowest and highest, as scipy.stats.trimboth.
   */
  trimmedLevel(channel: number, deviations: number, share: number, into: Float64Array): void
}

export type RunningValuesState = {
  ring: Float64Array
  sorted: Float64Array
  counts: Float64Array
}

export function newRunningValues(
  memory: NodeMemory,
  channels: number,
  capacity: number,
): RunningValues {
  const state: RunningValuesState = {
    ring: memory.float64(channels * capacity),
    sorted: memory.float64(channels * capacity),
    counts: memory.float64(channels),
  }
  const { ring, sorted, counts } = state
  const count = (channel: number) => Math.min(capacity, counts[channel]!)

  return {
    state,
    count,
    add(channel, values) {
      const first = channel * capacity
      const place = first + (counts[channel]! % capacity)
      const end = first + count(channel)
      if (counts[channel]! < capacity) insert(sorted, first, end, values, channel)
      else replace(sorted, first, end, ring, place, values, channel)
      ring[place] = values[channel]!
      counts[channel] = counts[channel]! + 1
    },
    percentile(channel, percent, into) {
      const n = count(channel)
      into[channel] = 0
      if (n === 0) return
      const place = (percent / 100) * (n - 1)
      const below = Math.floor(place)
      const low = sorted[channel * capacity + below]!
      const high = sorted[channel * capacity + Math.min(below + 1, n - 1)]!
      into[channel] = low + (high - low) * (place - below)
    },
    trimmedLevel(channel, deviations, share, into) {
      const n = count(channel)
      const first = channel * capacity
      const cut = Math.floor(share * n)
      const mean = meanOf(sorted, first, first + n)
      into[channel] = mean + deviations * deviationOf(sorted, first + cut, first + n - cut)
    },
  }
}

/** Puts `values[from]` among the sorted from `first` to `end`. */
function insert(
  sorted: Float64Array,
  first: number,
  end: number,
  values: Float64Array,
  from: number,
): void {
  const value = values[from]!
  let at = end
  while (at > first && sorted[at - 1]! > value) {
    sorted[at] = sorted[at - 1]!
    at--
  }
  sorted[at] = value
}

/** Puts `values[from]` in the place of `ring[place]`. */
function replace(
  sorted: Float64Array,
  first: number,
  end: number,
  ring: Float64Array,
  place: number,
  values: Float64Array,
  from: number,
): void {
  const value = values[from]!
  let at = placeOf(sorted, first, end, ring, place)
  while (at + 1 < end && sorted[at + 1]! < value) {
    sorted[at] = sorted[at + 1]!
    at++
  }
  while (at > first && sorted[at - 1]! > value) {
    sorted[at] = sorted[at - 1]!
    at--
  }
  sorted[at] = value
}

/** First place whose value is not below `ring[place]`. */
function placeOf(
  sorted: Float64Array,
  first: number,
  end: number,
  ring: Float64Array,
  place: number,
): number {
  const value = ring[place]!
  let low = first
  let high = end - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]!
  return sum / (to - from)
}

function deviationOf(values: Float64Array, from: number, to: number): number {
  if (to - from < 2) return 0
  const mean = meanOf(values, from, to)
  let sum = 0
  for (let i = from; i < to; i++) sum += (values[i]! - mean) ** 2
  return Math.sqrt(sum / (to - from - 1))
}
