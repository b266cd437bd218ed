/**
 * Sums over the rows of an autoregressive model: products of the present and past values of the
 * channels of every pair. They are additive, so a window is the sum of its hops, and both models
 * of both directions of a pair are made from them.
 */
import { choleskyInPlace } from '../_linear-algebra/cholesky.ts'

export interface LaggedShape {
  readonly channels: number
  readonly order: number
  /** Two channel indices per pair. */
  readonly pairs: Int32Array
}

/** Number of rows; per channel sums of its lags and their products; per pair the cross products. */
export function statisticsOf({ channels, order, pairs }: LaggedShape): number {
  const lags = order + 1
  return 1 + channels * (lags + lags * lags) + (pairs.length / 2) * lags * lags
}

/** @param lagged per channel the values at lags 0 to order */
export function addRow(shape: LaggedShape, lagged: Float64Array, sums: Float64Array): void {
  const { channels, order, pairs } = shape
  const lags = order + 1
  sums[0] = sums[0]! + 1
  let to = 1
  for (let i = 0; i < channels * lags; i++, to++) sums[to] = sums[to]! + lagged[i]!
  for (let c = 0; c < channels; c++) to = addProducts(lagged, c * lags, c * lags, lags, sums, to)
  for (let p = 0; p < pairs.length; p += 2) {
    to = addProducts(lagged, pairs[p]! * lags, pairs[p + 1]! * lags, lags, sums, to)
  }
}

function addProducts(
  lagged: Float64Array,
  x: number,
  y: number,
  lags: number,
  sums: Float64Array,
  from: number,
): number {
  let to = from
  for (let i = 0; i < lags; i++) {
    const value = lagged[x + i]!
    for (let j = 0; j < lags; j++, to++) sums[to] = sums[to]! + value * lagged[y + j]!
  }
  return to
}

/** The autoregressive models of a pair's two channels. */
export interface PairModel {
  /** Writes the ln of residual variance without the other channel's past over that with it. */
  causality(sums: Float64Array, pair: number, target: 0 | 1, into: Float32Array, at: number): void
}

export function newPairModel(shape: LaggedShape, stationary: boolean): PairModel {
  const { channels, order, pairs } = shape
  const lags = order + 1
  const square = lags * lags
  const matrix = new Float64Array((2 * order + 1) ** 2)
  const residuals = new Float64Array(2)
  const autoAt = 1 + channels * lags
  const crossAt = autoAt + channels * square

  /** Mean-free product of side `a` at lag `i` with side `b` at lag `j`. */
  function covariance(
    sums: Float64Array,
    pair: number,
    a: number,
    i: number,
    b: number,
    j: number,
  ): number {
    const x = pairs[2 * pair + a]!
    const y = pairs[2 * pair + b]!
    const product =
      a === b
        ? sums[autoAt + x * square + i * lags + j]!
        : a === 0
          ? sums[crossAt + pair * square + i * lags + j]!
          : sums[crossAt + pair * square + j * lags + i]!
    return product - (sums[1 + x * lags + i]! * sums[1 + y * lags + j]!) / sums[0]!
  }

  /** Yule–Walker: only the difference of the lags counts. */
  function entry(
    sums: Float64Array,
    pair: number,
    a: number,
    i: number,
    b: number,
    j: number,
  ): number {
    if (!stationary) return covariance(sums, pair, a, i, b, j)
    const first = Math.min(i, j)
    return covariance(sums, pair, a, i - first, b, j - first)
  }

  /**
   * What a model leaves of its target, to `residuals[sides - 1]`: the last pivot of the bordered
   * covariance matrix.
   */
  function predict(sums: Float64Array, pair: number, target: number, sides: 1 | 2): void {
    const n = sides * order + 1
    const sideOf = (v: number) => (v === n - 1 || v < order ? target : 1 - target)
    const lagOf = (v: number) => (v === n - 1 ? 0 : (v % order) + 1)
    for (let v = 0; v < n; v++) {
      for (let w = 0; w <= v; w++) {
        matrix[v * n + w] = entry(sums, pair, sideOf(v), lagOf(v), sideOf(w), lagOf(w))
      }
    }
    choleskyInPlace(matrix, n)
    residuals[sides - 1] = matrix[n * n - 1]! ** 2
  }

  return {
    causality(sums, pair, target, into, at) {
      into[at] = 0
      if (sums[0]! <= 2 * order + 1) return
      predict(sums, pair, target, 2)
      predict(sums, pair, target, 1)
      const own = residuals[0]!
      const full = residuals[1]!
      if (full > 0 && own > full) into[at] = Math.log(own / full)
    },
  }
}
