/**
 * Tells windows with muscle activity: the power above some frequency, as the z value of its
 * logarithm among the clean windows before (compare MNE's annotate_muscle_zscore). Mean and
 * deviation are learnt from windows without a finding, with a fading memory.
 */
import { butterworth, kernelsOn, packSections, primeIirState } from '../../kernels/index.ts'
import type { NodeMemory, NodeState } from '../../signal/index.ts'

/** Windows before the first verdict, and with which the past fades. */
const fewestWindows = 5
const memoryWindows = 60
/** Less spread of the logarithm than this is chance. */
const leastDeviation = 0.15

interface DetectorShape {
  readonly channels: number
  readonly stride: number
  readonly frames: number
  readonly cutHz: number
  readonly rateHz: number
}

export interface BurstDetector {
  readonly state: NodeState
  /** Per channel, of the window judged last; 0 before there is enough to compare. */
  readonly z: Float64Array
  /** @returns whether a channel's z value is above the limit */
  judge(window: Float32Array, limit: number): boolean
}

export function newBurstDetector(memory: NodeMemory, shape: DetectorShape): BurstDetector {
  const { channels, stride, frames, cutHz, rateHz } = shape
  const kernels = kernelsOn(memory.wasm)
  const designed = butterworth(4, { kind: 'high', cutHz }, rateHz)
  const sections = memory.float64(designed.length * 5)
  packSections(designed, sections)
  const cascade = memory.float64(designed.length * 2 * stride)
  const filtered = memory.float32(frames * stride)
  const [mean, spread] = [memory.float64(channels), memory.float64(channels)]
  const [level, z] = [memory.float64(channels), memory.float64(channels)]
  const state = { mean, spread, weight: 0, windows: 0 }

  function measure(window: Float32Array): void {
    primeIirState(sections, cascade, window, 0, stride)
    kernels.iirCascade(window, filtered, frames, stride, sections, cascade)
    for (let c = 0; c < channels; c++) {
      let sum = 0
      for (let i = c; i < filtered.length; i += stride) sum += filtered[i]! * filtered[i]!
      level[c] = Math.log(sum / frames + Number.MIN_VALUE)
    }
  }

  function learn(): void {
    const keep = Math.exp(-1 / memoryWindows)
    state.weight = state.weight * keep + 1
    state.windows++
    for (let c = 0; c < channels; c++) {
      const off = level[c]! - mean[c]!
      mean[c] = mean[c]! + off / state.weight
      spread[c] = spread[c]! * keep + off * (level[c]! - mean[c]!)
    }
  }

  return {
    state,
    z,
    judge(window, limit) {
      measure(window)
      let found = false
      for (let c = 0; c < channels; c++) {
        const deviation = Math.max(leastDeviation, Math.sqrt(spread[c]! / state.weight))
        z[c] = state.windows < fewestWindows ? 0 : (level[c]! - mean[c]!) / deviation
        if (z[c]! > limit) found = true
      }
      if (!found) learn()
      return found
    },
  }
}
