/** The three estimates of a segment's fractal dimension. */
import type { NodeMemory } from '../../signal/index.ts'
import { unitless, type WindowFeature } from '../_window/feature-set.ts'

export function fractalFeatures(frames: number, higuchiMost: number, memory: NodeMemory) {
  const [x, y] = [memory.float64(higuchiMost), memory.float64(higuchiMost)]
  for (let k = 1; k <= higuchiMost; k++) x[k - 1] = -Math.log(k)
  const feature = (nanoseconds: number, of: WindowFeature['of']) => ({
    unit: unitless,
    nanoseconds,
    of,
  })
  return {
    higuchi: feature(1.5 * higuchiMost * frames, (segment) => higuchi(segment, x, y)),
    katz: feature(3 * frames, katz),
    petrosian: feature(3 * frames, petrosian),
  }
}

/**
 * Slope of log L(k) over log(1/k), where L(k) is the mean length of the k curves that take every
 * k-th sample.
 * @param x log(1/k) for k from 1 on
 * @param y is overwritten
 */
function higuchi(segment: Float64Array, x: Float64Array, y: Float64Array): number {
  const n = segment.length
  for (let k = 1; k <= x.length; k++) {
    let mean = 0
    for (let m = 0; m < k; m++) {
      const steps = Math.floor((n - m - 1) / k)
      let length = 0
      for (let i = m + k; i < n; i += k) length += Math.abs(segment[i]! - segment[i - k]!)
      mean += (length * (n - 1)) / (k * k * steps)
    }
    if (mean === 0) return 0
    y[k - 1] = Math.log(mean / k)
  }
  return slopeOf(x, y)
}

function slopeOf(x: Float64Array, y: Float64Array): number {
  const n = x.length
  let sx = 0
  let sy = 0
  let sxx = 0
  let sxy = 0
  for (let i = 0; i < n; i++) {
    sx += x[i]!
    sy += y[i]!
    sxx += x[i]! * x[i]!
    sxy += x[i]! * y[i]!
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx)
}

/** log n / (log n + log(d / L)): n steps, L their length, d the farthest from the first sample. */
function katz(segment: Float64Array): number {
  const first = segment[0]!
  let length = 0
  let farthest = 0
  for (let i = 1; i < segment.length; i++) {
    length += Math.abs(segment[i]! - segment[i - 1]!)
    farthest = Math.max(farthest, Math.abs(segment[i]! - first))
  }
  if (length === 0) return 0
  const steps = Math.log(segment.length - 1)
  return steps / (steps + Math.log(farthest / length))
}

/** From the number of times the direction changes. */
function petrosian(segment: Float64Array): number {
  const n = segment.length
  let turns = 0
  for (let i = 2; i < n; i++) {
    const falls = segment[i]! < segment[i - 1]!
    if (falls !== segment[i - 1]! < segment[i - 2]!) turns++
  }
  return Math.log(n) / (Math.log(n) + Math.log(n / (n + 0.4 * turns)))
}
