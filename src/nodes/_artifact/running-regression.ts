/**
 * Linear regression of every channel on a few reference signals, learnt frame by frame with a
 * fading memory or none: means and products are updated in the way of Welford (1962), so that
 * electrode offsets cost no digits. Frames with a reference that is not finite teach nothing; a
 * channel that is not finite learns nothing from that frame.
 */
import type { NodeMemory, NodeState } from '../../signal/index.ts'
import { choleskyInPlace, choleskySolve } from '../_linear-algebra/cholesky.ts'

export interface RunningRegression {
  readonly state: NodeState
  /** Mean of each reference. */
  readonly mean: Float64Array
  /** channels × references; rewritten by `solve`. */
  readonly coefficients: Float64Array
  /**
   * Takes one frame in. With `products` false only the means move.
   * @returns false when a reference is not finite
   */
  learn(references: Float64Array, data: Float32Array, at: number, products: boolean): boolean
  /** The coefficients of the least squares so far. */
  solve(): void
  /** Σ coefficients × (reference − mean), what is to be subtracted from channel `c`. */
  predicted(references: Float64Array, channel: number): number
}

/** @param keep weight that the past keeps per frame: 1 for none fading */
export function newRunningRegression(
  memory: NodeMemory,
  references: number,
  channels: number,
  keep: number,
): RunningRegression {
  const mean = memory.float64(references)
  const channelMean = memory.float64(channels)
  const square = memory.float64(references * references)
  const cross = memory.float64(channels * references)
  const coefficients = memory.float64(channels * references)
  const factor = memory.float64(references * references)
  const before = memory.float64(references)
  const state = { mean, channelMean, square, cross, coefficients, weight: 0 }

  function learnReferences(values: Float64Array, share: number, products: boolean): void {
    for (let e = 0; e < references; e++) {
      before[e] = values[e]! - mean[e]!
      mean[e] = mean[e]! + before[e]! * share
    }
    if (!products) return
    for (let e = 0; e < references; e++) {
      for (let d = 0; d < references; d++) {
        const i = e * references + d
        square[i] = square[i]! * keep + before[e]! * (values[d]! - mean[d]!)
      }
    }
  }

  return {
    state,
    mean,
    coefficients,
    learn(values, data, at, products) {
      for (let e = 0; e < references; e++) if (!Number.isFinite(values[e]!)) return false
      state.weight = state.weight * keep + 1
      const share = 1 / state.weight
      learnReferences(values, share, products)
      for (let c = 0; c < channels; c++) {
        const value = data[at + c]!
        const sound = Number.isFinite(value)
        if (sound) channelMean[c] = channelMean[c]! + (value - channelMean[c]!) * share
        if (!products) continue
        const rest = sound ? value - channelMean[c]! : 0
        for (let e = 0; e < references; e++) {
          const i = c * references + e
          cross[i] = cross[i]! * keep + before[e]! * rest
        }
      }
      return true
    },
    solve() {
      factor.set(square)
      choleskyInPlace(factor, references)
      coefficients.set(cross)
      for (let c = 0; c < channels; c++) {
        choleskySolve(factor, references, coefficients, c * references)
      }
    },
    predicted(values, channel) {
      let sum = 0
      for (let e = 0; e < references; e++) {
        sum += coefficients[channel * references + e]! * (values[e]! - mean[e]!)
      }
      return sum
    },
  }
}
