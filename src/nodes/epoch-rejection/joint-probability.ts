/**
 * How improbable the samples of an epoch are, after the joint probability of EEGLAB (Delorme,
 * Sejnowski & Makeig 2007): mean −ln p of its samples under the histogram of the epochs before,
 * and that as a z value among theirs. Online: histogram, scale, mean and deviation fade from epoch
 * to epoch. Each epoch is taken without its mean, in units of the channel's standard deviation.
 */
import type { NodeMemory, NodeState } from '../../signal/index.ts'

const bins = 64
/** The histogram reaches so many standard deviations to both sides; the outer bins hold the rest. */
const reach = 8
/** No verdict before so many epochs. */
const fewestEpochs = 10

export interface JointProbability {
  readonly state: NodeState
  /** z value of each channel for the epoch scored last; 0 before there is enough to compare. */
  readonly z: Float64Array
  /** @param epoch `frames` frames of `stride` values */
  score(epoch: Float32Array, frames: number, stride: number): void
  /** Takes the epoch scored last into the statistics. */
  learn(): void
}

export function newJointProbability(
  memory: NodeMemory,
  channels: number,
  memoryEpochs: number,
): JointProbability {
  const histogram = memory.float64(channels * bins)
  const epochCounts = memory.float64(channels * bins)
  const variance = memory.float64(channels)
  const epochVariance = memory.float64(channels)
  const surprise = memory.float64(channels)
  const mean = memory.float64(channels)
  const spread = memory.float64(channels)
  const z = memory.float64(channels)
  const state = { histogram, variance, mean, spread, weight: 0, epochs: 0 }
  const keep = Math.exp(-1 / memoryEpochs)

  /** Mean −ln p of the epoch's samples; one count more per bin keeps p above zero. */
  function surpriseOf(c: number, frames: number): number {
    let total = bins
    for (let b = 0; b < bins; b++) total += histogram[c * bins + b]!
    let sum = 0
    for (let b = 0; b < bins; b++) {
      const times = epochCounts[c * bins + b]!
      if (times > 0) sum -= times * Math.log((histogram[c * bins + b]! + 1) / total)
    }
    return sum / frames
  }

  return {
    state,
    z,
    score(epoch, frames, stride) {
      epochCounts.fill(0)
      for (let c = 0; c < channels; c++) {
        const average = meanOf(epoch, c, frames, stride)
        epochVariance[c] = varianceOf(epoch, c, frames, stride, average)
        const scale = Math.sqrt(state.epochs > 0 ? variance[c]! : epochVariance[c]!)
        for (let f = 0; f < frames; f++) {
          const value = scale > 0 ? (epoch[f * stride + c]! - average) / scale : 0
          const place = Math.floor(((value + reach) / (2 * reach)) * bins)
          const bin = c * bins + Math.max(0, Math.min(bins - 1, place))
          epochCounts[bin] = epochCounts[bin]! + 1
        }
        surprise[c] = surpriseOf(c, frames)
        const known = state.epochs >= fewestEpochs && spread[c]! > 0
        z[c] = known ? (surprise[c]! - mean[c]!) / Math.sqrt(spread[c]! / state.weight) : 0
      }
    },
    learn() {
      state.weight = state.weight * keep + 1
      state.epochs++
      const share = 1 / state.weight
      for (let i = 0; i < histogram.length; i++) {
        histogram[i] = histogram[i]! * keep + epochCounts[i]!
      }
      for (let c = 0; c < channels; c++) {
        variance[c] = variance[c]! + (epochVariance[c]! - variance[c]!) * share
        const off = surprise[c]! - mean[c]!
        mean[c] = mean[c]! + off * share
        spread[c] = spread[c]! * keep + off * (surprise[c]! - mean[c]!)
      }
    },
  }
}

function meanOf(epoch: Float32Array, channel: number, frames: number, stride: number): number {
  let sum = 0
  for (let f = 0; f < frames; f++) sum += epoch[f * stride + channel]!
  return sum / frames
}

function varianceOf(
  epoch: Float32Array,
  channel: number,
  frames: number,
  stride: number,
  mean: number,
): number {
  let sum = 0
  for (let f = 0; f < frames; f++) sum += (epoch[f * stride + channel]! - mean) ** 2
  return sum / frames
}
