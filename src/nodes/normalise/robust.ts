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
  const state = { history, sorted, centre, deviation, filled: 0, at: 0 }

  function keep(input: Float32Array, from: number): void {
    const { filled, at } = state
    const count = Math.min(size, filled + 1)
    for (let c = 0; c < channels; c++) {
      const x = input[from + c]!
      const slot = at * stride + c
      const base = c * size
      if (filled < size) insert(sorted, base, filled, x)
      else replace(sorted, base, size, history[slot]!, x)
      history[slot] = x
      const median = middleOf(sorted, base, count)
      centre[c] = median
      deviation[c] = normalFactor * medianDistance(sorted, base, count, median)
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

/** Index of the first of `count` values from `base` on that is not below x. */
function firstNotBelow(sorted: Float32Array, base: number, count: number, x: number): number {
  let low = base
  let high = base + count
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

function insert(sorted: Float32Array, base: number, count: number, x: number): void {
  const to = firstNotBelow(sorted, base, count, x)
  for (let i = base + count; i > to; i--) sorted[i] = sorted[i - 1]!
  sorted[to] = x
}

/** Moves only what lies between the place that is left and the place that is taken. */
function replace(
  sorted: Float32Array,
  base: number,
  count: number,
  oldest: number,
  x: number,
): void {
  const from = firstNotBelow(sorted, base, count, oldest)
  const to = firstNotBelow(sorted, base, count, x)
  if (to > from) {
    for (let i = from; i < to - 1; i++) sorted[i] = sorted[i + 1]!
    sorted[to - 1] = x
  } else {
    for (let i = from; i > to; i--) sorted[i] = sorted[i - 1]!
    sorted[to] = x
  }
}

function middleOf(sorted: Float32Array, base: number, count: number): number {
  const upper = base + (count >> 1)
  return count % 2 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2
}

function medianDistance(sorted: Float32Array, base: number, count: number, centre: number): number {
  const upper = distanceAt(sorted, base, count, centre, count >> 1)
  return count % 2 ? upper : (distanceAt(sorted, base, count, centre, (count >> 1) - 1) + upper) / 2
}

/**
 * The distance from the centre that `rank` others do not exceed. Distances rise from the centre to
 * both sides, so that a bisection finds how many of the nearest lie on the left.
 */
function distanceAt(
  sorted: Float32Array,
  base: number,
  count: number,
  centre: number,
  rank: number,
): number {
  const right = firstNotBelow(sorted, base, count, centre)
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
  return Math.max(lastLeft, lastRight)
}
