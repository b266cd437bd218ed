/**
 * Sums over a sliding window from which its mean and its fitted line follow at once. The sums of
 * the window are taken over from fresh ones each time the ring has gone round, so that rounding
 * errors cannot pile up over days.
 */
import { type NodeMemory, strideFor } from '../../signal/index.ts'

export interface SlidingLine {
  readonly state: {
    readonly history: Float32Array
    readonly sum: Float64Array
    readonly moment: Float64Array
    readonly freshSum: Float64Array
    readonly freshMoment: Float64Array
    filled: number
    at: number
  }
  clear(): void
  /** Takes in the frame at value `from` of `data`. */
  push(data: Float32Array, from: number): void
  /** Mean of the window of channel `c`. */
  mean(c: number): number
  /** Value of the line of least squares at the window's last sample. */
  end(c: number): number
}

export function newSlidingLine(memory: NodeMemory, frames: number, channels: number): SlidingLine {
  const stride = strideFor(channels)
  const history = memory.float32(frames * stride)
  const lent = () => memory.float64(stride)
  // `moment` is Σ i·x with i from 0 at the oldest sample.
  const [sum, moment, freshSum, freshMoment] = [lent(), lent(), lent(), lent()]
  const state = { history, sum, moment, freshSum, freshMoment, filled: 0, at: 0 }

  function slide(data: Float32Array, from: number): void {
    const { filled, at } = state
    for (let c = 0; c < channels; c++) {
      const x = data[from + c]!
      if (filled < frames) {
        moment[c] = moment[c]! + filled * x
        sum[c] = sum[c]! + x
      } else {
        const oldest = history[at * stride + c]!
        moment[c] = moment[c]! - (sum[c]! - oldest) + (frames - 1) * x
        sum[c] = sum[c]! + x - oldest
      }
      history[at * stride + c] = x
      freshSum[c] = freshSum[c]! + x
      freshMoment[c] = freshMoment[c]! + at * x
    }
  }

  function takeFresh(): void {
    for (let c = 0; c < channels; c++) {
      sum[c] = freshSum[c]!
      moment[c] = freshMoment[c]!
      freshSum[c] = 0
      freshMoment[c] = 0
    }
  }

  return {
    state,
    clear() {
      sum.fill(0)
      moment.fill(0)
      freshSum.fill(0)
      freshMoment.fill(0)
      state.filled = 0
      state.at = 0
    },
    push(data, from) {
      slide(data, from)
      if (state.filled < frames) state.filled++
      state.at++
      if (state.at < frames) return
      takeFresh()
      state.at = 0
    },
    mean: (c) => sum[c]! / state.filled,
    end(c) {
      const n = state.filled
      if (n < 2) return sum[c]!
      const slope = (12 * moment[c]! - 6 * (n - 1) * sum[c]!) / (n * (n * n - 1))
      return sum[c]! / n + (slope * (n - 1)) / 2
    },
  }
}
