/**
 * Interpolation over the scalp by spherical splines. Perrin, Pernier, Bertrand & Echallier (1989),
 * Spherical splines for scalp potential and current density mapping; order 4 and 50 terms, as
 * MNE's interpolate_bads.
 */

import type { Direction } from '../../signal/index.ts'
import { choleskyInPlace, choleskySolve } from '../_linear-algebra/cholesky.ts'
import { cosineBetween } from './directions.ts'
import { legendreSum } from './legendre.ts'

const order = 4
const terms = 50
/** Added to the diagonal: what keeps noise at one electrode from being followed exactly. */
const smoothing = 1e-5

const kernel = Float64Array.from({ length: terms + 1 }, (_, n) =>
  n === 0 ? 0 : (2 * n + 1) / ((n * (n + 1)) ** order * 4 * Math.PI),
)

/**
 * Weights of the potentials at `from` that give the potential at each of `to`: one row per place.
 * They sum to 1, so that the reference does not matter. Solved by parts: first the spline without
 * its constant, then the constant that makes its coefficients sum to 0.
 */
export function splineWeights(
  from: readonly Direction[],
  to: readonly Direction[],
): Float64Array[] {
  const count = from.length
  const factor = new Float64Array(count * count)
  from.forEach((a, i) => {
    from.forEach((b, j) => {
      const value = legendreSum(kernel, cosineBetween(a, b))
      factor[i * count + j] = i === j ? value + smoothing : value
    })
  })
  choleskyInPlace(factor, count)
  const solved = (right: Float64Array) => {
    choleskySolve(factor, count, right, 0)
    return right
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  const constant = solved(new Float64Array(count).fill(1))
  const constantSum = sum(constant)
  return to.map((place) => {
    const near = from.map((other) => legendreSum(kernel, cosineBetween(place, other)))
    const weights = solved(Float64Array.from(near))
    const missing = (1 - sum(weights)) / constantSum
    return weights.map((weight, i) => weight + missing * constant[i]!)
  })
}
