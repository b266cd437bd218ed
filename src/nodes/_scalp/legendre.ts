/** Sums of Legendre polynomials, which every function between points on a sphere is made of. */

/** Σₙ weights[n] Pₙ(x), n from 0, by the three-term recurrence. */
export function legendreSum(weights: ArrayLike<number>, x: number): number {
  let before = 1
  let value = x
  let sum = weights[0]!
  for (let n = 1; n < weights.length; n++) {
    sum += weights[n]! * value
    const next = ((2 * n + 1) * x * value - n * before) / (n + 1)
    before = value
    value = next
  }
  return sum
}
