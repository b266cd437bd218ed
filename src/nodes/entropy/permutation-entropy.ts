/** Permutation entropy: how evenly the orders of neighbouring samples are spread. */
import type { NodeMemory } from '../../signal/index.ts'

/** Of equal samples the earlier counts as the smaller, as in a stable sort. */
export function newPermutationEntropy(
  order: number,
  delay: number,
  normalised: boolean,
  memory: NodeMemory,
): (segment: Float64Array, into: Float32Array, at: number) => void {
  let orders = 1
  for (let k = 2; k <= order; k++) orders *= k
  const counts = memory.int32(orders)
  return (segment, into, at) => {
    counts.fill(0)
    const patterns = segment.length - (order - 1) * delay
    for (let i = 0; i < patterns; i++) {
      const code = codeOf(segment, i, order, delay)
      counts[code] = counts[code]! + 1
    }
    let bits = 0
    for (let k = 0; k < orders; k++) {
      const share = counts[k]! / patterns
      if (share > 0) bits -= share * Math.log2(share)
    }
    into[at] = normalised ? bits / Math.log2(orders) : bits
  }
}

/** Lehmer code of the order of the samples i, i + delay …: a number from 0 to order! − 1. */
function codeOf(segment: Float64Array, i: number, order: number, delay: number): number {
  let code = 0
  for (let a = 0; a < order; a++) {
    let smaller = 0
    for (let b = a + 1; b < order; b++) {
      if (segment[i + b * delay]! < segment[i + a * delay]!) smaller++
    }
    code = code * (order - a) + smaller
  }
  return code
}
