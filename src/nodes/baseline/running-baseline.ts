/**
 * Mean and variance of every channel, frame by frame (B. P. Welford, Technometrics 4, 1962), with
 * the weight of a frame held from `memoryFrames` on, which makes the memory exponential. Values that
 * are not finite are left out.
 */
import type { NodeMemory, NodeState, StateValue } from '../../signal/index.ts'

export interface RunningBaseline {
  readonly state: BaselineState
  learn(values: Float32Array, at: number): void
  /** In standard deviations (n − 1) from the mean; 0 for a channel that has not moved. */
  measure(value: number, channel: number): number
  deviation(channel: number): number
  /** Of the channel that has the fewest. */
  frames(): number
  clear(): void
  /** As it is kept in a store. */
  entry(): NodeState
  /** @returns false, and clear, for what is no baseline of these channels */
  take(entry: StateValue | undefined): boolean
}

export type BaselineState = {
  counts: Float64Array
  means: Float64Array
  /** Over n, not n − 1. */
  variances: Float64Array
}

export function newRunningBaseline(
  memory: NodeMemory,
  labels: readonly string[],
  memoryFrames: number,
): RunningBaseline {
  const count = labels.length
  const state: BaselineState = {
    counts: memory.float64(count),
    means: memory.float64(count),
    variances: memory.float64(count),
  }
  const { counts, means, variances } = state
  const named = labels.join('\n')

  function clear(): void {
    for (const each of [counts, means, variances]) each.fill(0)
  }

  function deviation(channel: number): number {
    const n = counts[channel]!
    return n < 2 ? 0 : Math.sqrt((variances[channel]! * n) / (n - 1))
  }

  return {
    state,
    deviation,
    clear,
    learn(values, at) {
      for (let c = 0; c < count; c++) {
        const value = values[at + c]!
        if (!Number.isFinite(value)) continue
        const n = Math.min(counts[c]! + 1, memoryFrames)
        const away = value - means[c]!
        counts[c] = n
        means[c] = means[c]! + away / n
        variances[c] = (1 - 1 / n) * (variances[c]! + (away * away) / n)
      }
    },
    measure(value, channel) {
      const scale = deviation(channel)
      return scale > 0 ? (value - means[channel]!) / scale : 0 * value
    },
    frames() {
      let fewest = Number.POSITIVE_INFINITY
      for (let c = 0; c < count; c++) fewest = Math.min(fewest, counts[c]!)
      return fewest
    },
    entry: () => ({
      labels: named,
      counts: counts.slice(),
      means: means.slice(),
      variances: variances.slice(),
    }),
    take(entry) {
      clear()
      if (typeof entry !== 'object' || ArrayBuffer.isView(entry) || entry.labels !== named) {
        return false
      }
      for (const [name, into] of Object.entries(state)) into.set(entry[name] as Float64Array)
      return true
    },
  }
}
