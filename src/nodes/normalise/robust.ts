/**
 * Median and median absolute deviation over a sliding window, per channel, from values kept in
 * order: a new one is put in its place and the oldest taken out, so that a sample costs no sorting.
 * A window of more than `mostKept` samples is seen through every n-th of them.
 */
import { type NodeMemory, strideFor } from '../../signal/index.ts'
import type { Scale } from './scale.ts'

const mostKept = 1024
/** Makes the median deviation of a normal distribution its standard deviation. */
const normalFactor = 1.4826022185056018

export function newRobustScale(memory: NodeMemory, windowSamples: number, channels: number): Scale {
  const stride = strideFor(channels)
  const every = Math.ceil(windowSamples / mostKept)
  const size = Math.max(2, Math.round(windowSamples / every))
  const history = memory.float32(size * stride)
  const sorted = memory.float32(size * channels)
  const centre = memory.float64(stride)
  const deviation = memory.float64(stride)
  /** Scratch: handed back bare, a number would be garbage. */
  const distances = new Float64Array(2)
  const state = { history, sorted, centre, deviation, filled: 0, at: 0 }

  function keep(input: Float32Array, from: number): void {
    const { filled, at } = state
    const count = Math.min(size, filled + 1)
    for (let c = 0; c < channels; c++) {
      const slot = at * stride + c
      const base = c * size
      if (filled < size) insert(sorted, base, filled, input, from + c)
      else replace(sorted, base, size, history, slot, input, from + c)
      history[slot] = input[from + c]!
      const upper = base + (count >> 1)
      centre[c] = count % 2 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2
      findDistance(sorted, base, count, centre, c, distances)
      deviation[c] = normalFactor * distances[0]!
    }
    state.filled = count
    state.at = at + 1 < size ? at + 1 : 0
  }

  return {
    state,
    clear() {
      state.filled = 0
      state.at = 0
    },
    frame(input, output, at, sample) {
      if (state.filled === 0 || sample % every === 0) keep(input, at)
      for (let c = 0; c < channels; c++) {
        const scale = deviation[c]!
        output[at + c] = scale > 0 ? (input[at + c]! - centre[c]!) / scale : 0
      }
    },
  }
}

/** Index of the first of `count` values from `base` on that is not below `values[at]`. */
function firstNotBelow(
  sorted: Float32Array,
  base: number,
  count: number,
  values: Float32Array | Float64Array,
  at: number,
): number {
  const x = values[at]!
  let low = base
  let high = base + count
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Puts `input[from]` in its place. */
function insert(
  sorted: Float32Array,
  base: number,
  count: number,
  input: Float32Array,
  from: number,
): void {
  const to = firstNotBelow(sorted, base, count, input, from)
  for (let i = base + count; i > to; i--) sorted[i] = sorted[i - 1]!
  sorted[to] = input[from]!
}

/**
 * Puts `input[from]` in its place and takes `history[slot]` out. Moves only what lies between the
 * place that is left and the place that is taken.
 */
function replace(
  sorted: Float32Array,
  base: number,
  count: number,
  history: Float32Array,
  slot: number,
  input: Float32Array,
  from: number,
): void {
  const left = firstNotBelow(sorted, base, count, history, slot)
  let taken = firstNotBelow(sorted, base, count, input, from)
  if (taken > left) {
    taken--
    for (let i = left; i < taken; i++) sorted[i] = sorted[i + 1]!
  } else {
    for (let i = left; i > taken; i--) sorted[i] = sorted[i - 1]!
  }
  sorted[taken] = input[from]!
}

/** Writes the median of the distances from `centre[c]` to `distances[0]`. */
function findDistance(
  sorted: Float32Array,
  base: number,
  count: number,
  centre: Float64Array,
  c: number,
  distances: Float64Array,
): void {
  const right = firstNotBelow(sorted, base, count, centre, c)
  const half = count >> 1
  findRanked(sorted, base, count, right, centre, c, half, distances, 0)
  if (count % 2) return
  findRanked(sorted, base, count, right, centre, c, half - 1, distances, 1)
  distances[0] = (distances[0]! + distances[1]!) / 2
}

/**
 * The distance from the centre that `rank` others do not exceed. Distances rise from the centre to
 * both sides, so that a bisection finds how many of the nearest lie on the left.
 * @param right where the values not below the centre begin
 */
function findRanked(
  sorted: Float32Array,
  base: number,
  count: number,
  right: number,
  centres: Float64Array,
  c: number,
  rank: number,
  into: Float64Array,
  at: number,
): void {
  const centre = centres[c]!
  const wanted = rank + 1
  let low = Math.max(0, wanted - (base + count - right))
  let high = Math.min(wanted, right - base)
  while (low < high) {
    const left = (low + high) >> 1
    const nextLeft = centre - sorted[right - 1 - left]!
    const lastRight = sorted[right + wanted - left - 1]! - centre
    if (nextLeft < lastRight) low = left + 1
    else high = left
  }
  const lastLeft = low > 0 ? centre - sorted[right - low]! : 0
  const lastRight = low < wanted ? sorted[right + wanted - low - 1]! - centre : 0
  into[at] = lastLeft > lastRight ? lastLeft : lastRight
}
