/**
 * Blind source separation by canonical correlation (De Clercq et al. 2006): components of a window
 * that correlate best with the window a lag before, in order. Brain rhythms are smooth and come
 * out with high correlations, muscle activity is close to noise and comes out with low ones.
 */
import type { SymmetricEigen } from '../../kernels/index.ts'
import type { NodeMemory } from '../../signal/index.ts'

/** Directions with less than this share of the largest variance count as empty. */
const emptyShare = 1e-10

export interface LaggedComponents {
  /** Mean of each channel in the window separated last. */
  readonly mean: Float64Array
  /** channels × channels: what it takes from the mean-free window to remove components. */
  readonly removal: Float64Array
  /**
   * Separates a window, and fills `removal` with the components that correlate less than `limit`.
   * @returns how many those are
   */
  separate(window: Float32Array, frames: number, stride: number, limit: number): number
}

export function newLaggedComponents(
  memory: NodeMemory,
  eigen: SymmetricEigen,
  lag: number,
): LaggedComponents {
  const n = eigen.size
  const lent = () => memory.float64(n * n)
  const [now, then, cross, removal] = [lent(), lent(), lent(), lent()]
  const [whitenNow, whitenThen, between, product] = [lent(), lent(), lent(), lent()]
  const mean = memory.float64(n)
  const [filter, pattern] = [memory.float64(n), memory.float64(n)]

  function moments(window: Float32Array, frames: number, stride: number): void {
    mean.fill(0)
    for (let f = 0; f < frames; f++) {
      for (let c = 0; c < n; c++) mean[c] = mean[c]! + window[f * stride + c]! / frames
    }
    now.fill(0)
    then.fill(0)
    cross.fill(0)
    for (let f = lag; f < frames; f++) {
      const a = f * stride
      const b = (f - lag) * stride
      for (let i = 0; i < n; i++) {
        const present = window[a + i]! - mean[i]!
        const past = window[b + i]! - mean[i]!
        for (let j = 0; j < n; j++) {
          const at = i * n + j
          const later = window[b + j]! - mean[j]!
          now[at] = now[at]! + present * (window[a + j]! - mean[j]!)
          then[at] = then[at]! + past * later
          cross[at] = cross[at]! + present * later
        }
      }
    }
  }

  /** Inverse square root; empty directions give nothing. */
  function whiten(covariance: Float64Array, into: Float64Array): boolean {
    if (!eigen.decompose(covariance)) return false
    into.fill(0)
    const floor = emptyShare * eigen.values[n - 1]!
    for (let k = 0; k < n; k++) {
      const value = eigen.values[k]!
      if (!(value > floor)) continue
      const scale = 1 / Math.sqrt(value)
      for (let i = 0; i < n; i++) {
        const weight = scale * eigen.vectors[k * eigen.width + i]!
        for (let j = 0; j < n; j++) {
          into[i * n + j] = into[i * n + j]! + weight * eigen.vectors[k * eigen.width + j]!
        }
      }
    }
    return true
  }

  /** Adds component `k`, pattern × filter, to the removal. */
  function removeComponent(k: number): void {
    const row = k * eigen.width
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += whitenNow[i * n + j]! * eigen.vectors[row + j]!
      filter[i] = sum
    }
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += now[i * n + j]! * filter[j]!
      pattern[i] = sum
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        removal[i * n + j] = removal[i * n + j]! + pattern[i]! * filter[j]!
      }
    }
  }

  return {
    mean,
    removal,
    separate(window, frames, stride, limit) {
      removal.fill(0)
      moments(window, frames, stride)
      if (!whiten(then, whitenThen) || !whiten(now, whitenNow)) return 0
      multiply(whitenNow, cross, between, n)
      multiply(between, whitenThen, product, n)
      multiplyTransposed(product, between, n)
      if (!eigen.decompose(between)) return 0
      let count = 0
      for (let k = 0; k < n; k++) {
        if (Math.sqrt(Math.max(0, eigen.values[k]!)) >= limit) continue
        removeComponent(k)
        count++
      }
      return count
    },
  }
}

function multiply(a: Float64Array, b: Float64Array, into: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[k * n + j]!
      into[i * n + j] = sum
    }
  }
}

/** a × aᵀ */
function multiplyTransposed(a: Float64Array, into: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * a[j * n + k]!
      into[i * n + j] = sum
    }
  }
}
