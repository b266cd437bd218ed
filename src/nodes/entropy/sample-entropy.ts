/**
 * Sample entropy at a cost that depends on the window's length alone. For every distance d between
 * two patterns one pass compares x[i] with x[i + d] and counts how long they have matched: every
 * pair of samples is compared once, whatever the patterns' length. The distances are dealt out to
 * parts of about the same cost, so that a long window can be spread over several frames. Values are
 * compared in float32, as they came, so that their differences are exact wherever it matters.
 */
import { kernelsOn } from '../../kernels/index.ts'
import type { NodeMemory } from '../../signal/index.ts'

/** What one comparison costs, measured; and how many make one part, about 0.1 ms. */
const pairNanoseconds = 0.4
const pairsPerPart = 250_000
/** The kernel looks so far beyond the end. */
const margin = 8

export interface SampleEntropy {
  readonly parts: number
  /** Of one part. */
  readonly nanoseconds: number
  /** What is known between two parts: matches of both lengths, and the radius. */
  readonly tally: Float64Array
  /** Parts go from 0 up, each with the same segment. */
  add(segment: Float64Array, part: number): void
  /** Writes the entropy in nats to `into[at]`, once all parts are added. */
  write(into: Float32Array, at: number): void
}

/** @param tolerance in standard deviations of the window */
export function newSampleEntropy(
  frames: number,
  order: number,
  tolerance: number,
  memory: NodeMemory,
): SampleEntropy {
  const kernels = kernelsOn(memory.wasm)
  const patterns = frames - order
  const parts = Math.ceil((frames * frames) / 2 / pairsPerPart)
  const tally = memory.float64(3)
  const values = memory.float32(frames + margin).fill(Number.NaN)
  const counts = memory.int32(2)
  /** Distances below this belong to the parts before `part`. */
  const firstOf = (part: number) =>
    part === parts ? patterns : 1 + Math.floor((patterns - 1) * (1 - Math.sqrt(1 - part / parts)))
  return {
    parts,
    nanoseconds: ((frames * frames) / 2 / parts) * pairNanoseconds + 2 * frames,
    tally,
    add(segment, part) {
      if (part === 0) {
        tally[0] = 0
        tally[1] = 0
        findRadius(segment, tolerance, tally)
      }
      if (!(tally[2]! > 0)) return
      for (let i = 0; i < frames; i++) values[i] = segment[i]!
      const from = firstOf(part)
      const to = firstOf(part + 1)
      counts.fill(0)
      kernels.countMatches(values, frames, from, to, order, tally[2]!, counts)
      tally[0] = tally[0]! + counts[0]! - lastMatches(values, frames, from, to, order, tally)
      tally[1] = tally[1]! + counts[1]!
    },
    write(into, at) {
      const shorter = tally[0]!
      const longer = tally[1]!
      if (tally[2]! === 0) into[at] = 0
      else if (shorter === 0) into[at] = Math.log((patterns * (patterns - 1)) / 2)
      else into[at] = -Math.log(Math.max(1, longer) / shorter)
    },
  }
}

/** Both kinds of pattern begin at the same samples, so a short one that is the last does not count. */
function lastMatches(
  values: Float32Array,
  frames: number,
  from: number,
  to: number,
  order: number,
  tally: Float64Array,
): number {
  const radius = tally[2]!
  let found = 0
  for (let d = from; d < to; d++) {
    let run = 0
    for (let i = frames - d - order; i < frames - d; i++) {
      if (Math.abs(Math.fround(values[i]! - values[i + d]!)) < radius) run++
    }
    if (run === order) found++
  }
  return found
}

/**
 * The least float32 that is not below the tolerance, to `tally[2]`: differences, float32 themselves,
 * are below the one where they are below the other. 0 for a constant.
 */
function findRadius(segment: Float64Array, tolerance: number, tally: Float64Array): void {
  const n = segment.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += segment[i]!
  mean /= n
  let sum = 0
  for (let i = 0; i < n; i++) sum += (segment[i]! - mean) * (segment[i]! - mean)
  const variance = sum / n
  const least = Number.EPSILON * mean
  const radius = variance <= least * least ? 0 : tolerance * Math.sqrt(variance)
  const rounded = Math.fround(radius)
  tally[2] = rounded < radius ? Math.fround(rounded * (1 + 2 ** -23)) : rounded
}
