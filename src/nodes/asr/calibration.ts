/**
 * What clean data looks like: the geometric median of block covariances, robust against a few
 * blocks with artifacts, and per principal direction the amplitude up to which it is clean. Runs
 * once; allocates while it does.
 */
import type { SymmetricEigen } from '../../kernels/index.ts'
import { fitAmplitudes } from './amplitude-fit.ts'
import { windowAmplitudes } from './clean-windows.ts'

export interface CalibrationRequest {
  /** `frames` frames of `stride` values, without offset. */
  readonly data: Float32Array
  readonly frames: number
  readonly stride: number
  readonly blockFrames: number
  readonly windowFrames: number
  readonly cutoff: number
  readonly eigen: SymmetricEigen
}

const maxIterations = 500

/**
 * Fills `covariance` (the mixing matrix times itself) and `thresholds`, both channels × channels.
 * @returns false where the data has no covariance to speak of
 */
export function calibrate(
  request: CalibrationRequest,
  covariance: Float64Array,
  thresholds: Float64Array,
): boolean {
  const { eigen, cutoff } = request
  const n = eigen.size
  medianOf(blockCovariances(request, n), n * n, covariance)
  if (!eigen.decompose(covariance) || !(eigen.values[n - 1]! > 0)) return false
  for (let k = 0; k < n; k++) {
    const direction = eigen.vectors.subarray(k * eigen.width, k * eigen.width + n)
    const { mean, deviation } = fitAmplitudes(amplitudesAlong(request, direction))
    for (let c = 0; c < n; c++) {
      thresholds[k * n + c] = (mean + cutoff * deviation) * direction[c]!
    }
  }
  return true
}

/** Second moments of blocks that follow one another, one after the other. */
function blockCovariances(
  { data, frames, stride, blockFrames }: CalibrationRequest,
  n: number,
): Float64Array {
  const blocks = Math.max(1, Math.floor(frames / blockFrames))
  const length = Math.min(frames, blockFrames)
  const moments = new Float64Array(blocks * n * n)
  for (let b = 0; b < blocks; b++) {
    for (let f = b * length; f < (b + 1) * length; f++) {
      for (let i = 0; i < n; i++) {
        const value = data[f * stride + i]! / length
        const row = (b * n + i) * n
        for (let j = 0; j < n; j++) moments[row + j]! += value * data[f * stride + j]!
      }
    }
  }
  return moments
}

/** Geometric median of the points of `size` values, by the iteration of Weiszfeld (1937). */
function medianOf(points: Float64Array, size: number, median: Float64Array): void {
  const count = points.length / size
  median.fill(0)
  for (let i = 0; i < points.length; i++) median[i % size]! += points[i]! / count
  const next = new Float64Array(size)
  const origin = new Float64Array(size)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    next.fill(0)
    let weights = 0
    for (let p = 0; p < count; p++) {
      const distance = distanceOf(points, p * size, median)
      if (distance === 0) continue
      weights += 1 / distance
      for (let i = 0; i < size; i++) next[i]! += points[p * size + i]! / distance
    }
    if (weights === 0) return
    for (let i = 0; i < size; i++) next[i]! /= weights
    const moved = distanceOf(next, 0, median)
    const length = distanceOf(next, 0, origin)
    median.set(next)
    if (moved <= 1e-10 * length) return
  }
}

function distanceOf(points: Float64Array, from: number, to: Float64Array): number {
  let sum = 0
  for (let i = 0; i < to.length; i++) sum += (points[from + i]! - to[i]!) ** 2
  return Math.sqrt(sum)
}

/** RMS of the data along a direction in overlapping windows, ascending. */
function amplitudesAlong(
  { data, frames, stride, windowFrames }: CalibrationRequest,
  direction: Float64Array,
): Float64Array {
  const along = (f: number) => {
    let value = 0
    for (let c = 0; c < direction.length; c++) value += direction[c]! * data[f * stride + c]!
    return value
  }
  return windowAmplitudes(frames, windowFrames, along).sort()
}
