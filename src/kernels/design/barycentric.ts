/**
 * A polynomial through given points, evaluated by barycentric interpolation.
 * Berrut & Trefethen (2004), Barycentric Lagrange interpolation.
 */
export interface Interpolant {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly weights: Float64Array
}

/** Up to a factor common to all, which keeps the products of hundreds of distances in range. */
export function barycentricWeights(x: Float64Array): Float64Array {
  const logs = new Float64Array(x.length)
  const signs = new Float64Array(x.length).fill(1)
  x.forEach((at, i) => {
    x.forEach((other, j) => {
      if (i === j) return
      logs[i] = logs[i]! - Math.log(2 * Math.abs(at - other))
      if (at < other) signs[i] = -signs[i]!
    })
  })
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return logs.map((log, i) => signs[i]! * Math.exp(log - largest))
}

export function interpolate({ x, y, weights }: Interpolant, at: number): number {
  let over = 0
  let under = 0
  for (let i = 0; i < x.length; i++) {
    const distance = at - x[i]!
    if (distance === 0) return y[i]!
    const share = weights[i]! / distance
    over += share * y[i]!
    under += share
  }
  return over / under
}
