/**
 * Sample entropy at a cost that depends on the window's length alone. For every distance d between
 * two patterns one pass compares x[i] with x[i + d] and counts how long they have matched: every
 * pair of samples is compared once, whatever the patterns' length. The distances are dealt out to
 * parts of about the same cost, so that a long window can be spread over several frames.
 */
import type { NodeMemory } from '../../signal/index.ts'

/** What one comparison costs, measured; and how many make one part, about 0.1 ms. */
const pairNanoseconds = 2
const pairsPerPart = 50_000

export interface SampleEntropy {
  readonly parts: number
  /** Of one part. */
  readonly nanoseconds: number
  /** What is known between two parts: matches of both lengths, and the radius. */
  readonly tally: Float64Array
  /** Parts go from 0 up, each with the same segment. */
  add(segment: Float64Array, part: number): void
  /** In nats, once all parts are added. */
  value(): number
}

/** @param tolerance in standard deviations of the window */
export function newSampleEntropy(
  frames: number,
  order: number,
  tolerance: number,
  memory: NodeMemory,
): SampleEntropy {
  const patterns = frames - order
  const parts = Math.ceil((frames * frames) / 2 / pairsPerPart)
  const tally = memory.float64(3)
  /** Distances below this belong to the parts before `part`. */
  const firstOf = (part: number) =>
    part === parts ? patterns : 1 + Math.floor((patterns - 1) * (1 - Math.sqrt(1 - part / parts)))
  return {
    parts,
    nanoseconds: ((frames * frames) / 2 / parts) * pairNanoseconds,
    tally,
    add(segment, part) {
      if (part === 0) {
        tally.fill(0)
        tally[2] = tolerance * deviation(segment)
      }
      if (tally[2]! > 0) countMatches(segment, order, firstOf(part), firstOf(part + 1), tally)
    },
    value() {
      const shorter = tally[0]!
      const longer = tally[1]!
      const radius = tally[2]!
      if (radius === 0) return 0
      if (shorter === 0) return Math.log((patterns * (patterns - 1)) / 2)
      return -Math.log(Math.max(1, longer) / shorter)
    },
  }
}

function countMatches(
  segment: Float64Array,
  order: number,
  from: number,
  to: number,
  tally: Float64Array,
): void {
  const radius = tally[2]!
  let shorter = 0
  let longer = 0
  for (let d = from; d < to; d++) {
    const end = segment.length - d
    let run = 0
    for (let i = 0; i < end; i++) {
      // Without branches, which nothing could predict.
      const near = Number(Math.abs(segment[i]! - segment[i + d]!) < radius)
      run = (run + 1) & -near
      shorter += Number(run >= order)
      longer += Number(run > order)
    }
    // Both kinds of pattern begin at the same samples, so the last short one does not count.
    if (run >= order) shorter--
  }
  tally[0] = tally[0]! + shorter
  tally[1] = tally[1]! + longer
}

function deviation(segment: Float64Array): number {
  const n = segment.length
  let mean = 0
  for (let i = 0; i < n; i++) mean += segment[i]!
  mean /= n
  let sum = 0
  for (let i = 0; i < n; i++) sum += (segment[i]! - mean) ** 2
  const variance = sum / n
  return variance <= (Number.EPSILON * mean) ** 2 ? 0 : Math.sqrt(variance)
}
