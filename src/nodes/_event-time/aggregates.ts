/**
 * One value per channel and aggregate of some frames: over the values that are finite, in the order
 * of their times, computed in float64. `deviation` divides by n − 1 (numpy.std with ddof=1) and
 * needs two values; quantiles are exact, linear between the two values around them (numpy.quantile).
 * Of no values the count and the sum are 0, the rest is no number (NaN). What is missing is written as
 * a fold over the frames: `folds.ts`.
 */
import { z } from 'zod'
import {
  type Channel,
  type NodeMemory,
  option,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import type { NodeName } from '../_opening/refusal.ts'
import { foldSchema, newFolds } from './folds.ts'
import type { FrameHistory } from './frame-history.ts'

const names = ['count', 'sum', 'mean', 'min', 'max', 'deviation', 'first', 'last'] as const

export const aggregateOptions = {
  aggregates: option(z.array(z.enum(names)).max(names.length).default(['mean']), {
    help: 'What to say of each channel. What is missing here, formula can make of these, or a fold.',
  }),
  folds: option(z.array(foldSchema).max(64).default([]), {
    help: "Aggregates of one's own: step makes a new value of the one so far (sofar, from start on) and a frame's channels, end makes the answer of it and of the frames taken: sofar + x ^ 2, then sqrt(sofar / frames).",
  }),
  quantiles: option(z.array(z.number().min(0).max(1)).max(16).default([]), {
    help: 'Quantiles of each channel: 0.5 is the median.',
  }),
  fewestFrames: option(z.int().min(1).max(1_000_000).default(1), {
    help: 'With fewer frames nothing is said.',
  }),
}

interface AggregateChoice {
  readonly aggregates: readonly (typeof names)[number][]
  readonly quantiles: readonly number[]
  readonly folds: readonly z.infer<typeof foldSchema>[]
}

export interface Aggregates {
  /** The extent of the frames, then one channel per input channel and aggregate. */
  readonly channels: readonly Channel[]
  /**
   * Writes the values of frames `from` up to, not with, `to`.
   * @param zero taken off every value of its channel, or null
   */
  write(
    history: FrameHistory,
    from: number,
    to: number,
    zero: Float64Array | null,
    into: Float32Array,
  ): void
}

/** Channels in front of the aggregates: see `writeExtent`. */
const extentChannels = 3

/**
 * @param sinceBegin seconds from the begin to the time of the frame that says it: float32 cannot
 * hold a time of the host's clock, so begin = time − since begin, end = begin + duration
 */
export function writeExtent(
  sinceBegin: number,
  duration: number,
  frames: number,
  into: Float32Array,
): void {
  into[0] = sinceBegin
  into[1] = duration
  into[2] = frames
}

/**
 * @param mostFrames that will ever be asked for at once
 * @throws SynapseError graph-invalid, for a fold that is none
 */
export function newAggregates(
  node: NodeName,
  memory: NodeMemory,
  input: StreamInfo,
  choice: AggregateChoice,
  mostFrames: number,
): Aggregates {
  const count = input.channels.length
  const { aggregates, quantiles } = choice
  const sorted = memory.float64(quantiles.length ? mostFrames : 1)
  const each = aggregates.length + quantiles.length
  const found = newFindings(memory)
  const wantsSquares = aggregates.includes('deviation')
  const folds = newFolds(node, memory, input, choice.folds)

  return {
    channels: [
      physicalChannel('since begin', 'MISC', 's'),
      physicalChannel('duration', 'MISC', 's'),
      physicalChannel('frames', 'MISC', '1'),
      ...input.channels.flatMap((channel) => channelsOf(channel, choice)),
      ...folds.channels,
    ],
    write(history, from, to, zero, into) {
      for (let c = 0; c < count; c++) {
        const offset = zero ? zero[c]! : 0
        const at = extentChannels + c * each
        survey(history, from, to, c, offset, found)
        if (wantsSquares) surveySquares(history, from, to, c, offset, found)
        for (let a = 0; a < aggregates.length; a++) into[at + a] = findingOf(aggregates[a]!, found)
        if (quantiles.length === 0) continue
        const n = gather(history, from, to, c, offset, sorted)
        heapSort(sorted, n)
        for (let q = 0; q < quantiles.length; q++) {
          into[at + aggregates.length + q] = quantileOf(sorted, n, quantiles[q]!)
        }
      }
      folds.write(history, from, to, zero, into, extentChannels + count * each)
    },
  }
}

function channelsOf(channel: Channel, { aggregates, quantiles }: AggregateChoice): Channel[] {
  const { label, unit } = channel
  return [
    ...aggregates.map((name) =>
      physicalChannel(`${label} ${name}`, 'MISC', name === 'count' ? '1' : unit),
    ),
    ...quantiles.map((quantile) =>
      physicalChannel(
        quantile === 0.5 ? `${label} median` : `${label} quantile ${quantile}`,
        'MISC',
        unit,
      ),
    ),
  ]
}

/** What one look at the values of a channel finds; an array, because it is written without garbage. */
type Findings = Float64Array
const place = { count: 0, sum: 1, min: 2, max: 3, first: 4, last: 5, squares: 6 } as const

function newFindings(memory: NodeMemory): Findings {
  return memory.float64(Object.keys(place).length)
}

function survey(
  history: FrameHistory,
  from: number,
  to: number,
  channel: number,
  offset: number,
  found: Findings,
): void {
  let count = 0
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let first = Number.NaN
  let last = Number.NaN
  for (let i = from; i < to; i++) {
    const value = history.values[history.place(i) + channel]! - offset
    if (!Number.isFinite(value)) continue
    if (count++ === 0) first = value
    last = value
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  found[place.count] = count
  found[place.sum] = sum
  found[place.min] = count ? min : Number.NaN
  found[place.max] = count ? max : Number.NaN
  found[place.first] = first
  found[place.last] = last
}

/** Adds the sum of the squared differences from the mean to what `survey` has found. */
function surveySquares(
  history: FrameHistory,
  from: number,
  to: number,
  channel: number,
  offset: number,
  found: Findings,
): void {
  const mean = found[place.sum]! / found[place.count]!
  let squares = 0
  for (let i = from; i < to; i++) {
    const value = history.values[history.place(i) + channel]! - offset
    if (Number.isFinite(value)) squares += (value - mean) * (value - mean)
  }
  found[place.squares] = squares
}

function findingOf(name: (typeof names)[number], found: Findings): number {
  const count = found[place.count]!
  if (name === 'mean') return found[place.sum]! / count
  if (name !== 'deviation') return found[place[name]]!
  return count < 2 ? Number.NaN : Math.sqrt(found[place.squares]! / (count - 1))
}

function gather(
  history: FrameHistory,
  from: number,
  to: number,
  channel: number,
  offset: number,
  into: Float64Array,
): number {
  let n = 0
  for (let i = from; i < to; i++) {
    const value = history.values[history.place(i) + channel]! - offset
    if (Number.isFinite(value)) into[n++] = value
  }
  return n
}

/** In place and without garbage, which the array's own sort is not. */
function heapSort(values: Float64Array, n: number): void {
  for (let root = (n >> 1) - 1; root >= 0; root--) siftDown(values, root, n)
  for (let end = n - 1; end > 0; end--) {
    const greatest = values[0]!
    values[0] = values[end]!
    values[end] = greatest
    siftDown(values, 0, end)
  }
}

function siftDown(values: Float64Array, root: number, end: number): void {
  const value = values[root]!
  let at = root
  for (let child = 2 * at + 1; child < end; child = 2 * at + 1) {
    if (child + 1 < end && values[child + 1]! > values[child]!) child++
    if (values[child]! <= value) break
    values[at] = values[child]!
    at = child
  }
  values[at] = value
}

function quantileOf(sorted: Float64Array, n: number, quantile: number): number {
  if (n === 0) return Number.NaN
  const at = quantile * (n - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  return low + (sorted[Math.min(below + 1, n - 1)]! - low) * (at - below)
}
