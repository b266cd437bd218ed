/**
 * Mean and variance with exponential memory, per channel. While the memory fills, every sample so
 * far counts alike. West (1979); Finch (2009), Incremental calculation of weighted mean and
 * variance.
 */
import { type NodeMemory, strideFor } from '../../signal/index.ts'
import type { Scale } from './scale.ts'

/** @param memorySamples time constant */
export function newExponentialScale(
  memory: NodeMemory,
  memorySamples: number,
  channels: number,
): Scale {
  const stride = strideFor(channels)
  const mean = memory.float64(stride)
  const variance = memory.float64(stride)
  const state = { mean, variance, count: 0 }
  const floor = 1 - Math.exp(-1 / memorySamples)
  return {
    state,
    clear() {
      state.count = 0
    },
    frame(input, output, at) {
      state.count++
      const share = Math.max(1 / state.count, floor)
      for (let c = 0; c < channels; c++) {
        const x = input[at + c]!
        const difference = x - mean[c]!
        const step = share * difference
        mean[c] = mean[c]! + step
        variance[c] = (1 - share) * (variance[c]! + difference * step)
        const deviation = Math.sqrt(variance[c]!)
        output[at + c] = deviation > 0 ? (x - mean[c]!) / deviation : 0
      }
    },
  }
}
