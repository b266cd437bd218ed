/** Frames of the leading stream that wait for the other one, and the gaps between them, in order. */
import { type Chunk, type Gap, gapReasons, type NodeMemory } from '../../signal/index.ts'

export interface LeaderQueue {
  readonly state: LeaderQueueState
  readonly values: Float32Array
  isFull(): boolean
  addFrame(chunk: Chunk, f: number): void
  addGap(gap: Gap): void
  /** Slot of the oldest entry. */
  first(): number
  drop(): void
  /** The gap that waits in a slot, or null for a frame. */
  gapAt(slot: number): Gap | null
}

export type LeaderQueueState = {
  /** Index of the frame, or of the first one lost. */
  indices: Float64Array
  times: Float64Array
  hostTimes: Float64Array
  /** 0 for a frame. */
  lost: Float64Array
  exact: Int32Array
  reasons: Int32Array
  values: Float32Array
  start: number
  size: number
}

export function newLeaderQueue(
  memory: NodeMemory,
  channels: number,
  capacity: number,
): LeaderQueue {
  const state: LeaderQueueState = {
    indices: memory.float64(capacity),
    times: memory.float64(capacity),
    hostTimes: memory.float64(capacity),
    lost: memory.float64(capacity),
    exact: memory.int32(capacity),
    reasons: memory.int32(capacity),
    values: memory.float32(capacity * channels),
    start: 0,
    size: 0,
  }
  const { indices, times, hostTimes, lost, exact, reasons, values } = state
  const next = () => (state.start + state.size++) % capacity

  return {
    state,
    values,
    isFull: () => state.size === capacity,
    addFrame(chunk, f) {
      const slot = next()
      indices[slot] = chunk.firstSample + f
      times[slot] = chunk.time[f]!
      hostTimes[slot] = chunk.hostTime[f]!
      lost[slot] = 0
      const from = f * chunk.stride
      for (let c = 0; c < channels; c++) values[slot * channels + c] = chunk.data[from + c]!
    },
    addGap(gap) {
      const slot = next()
      indices[slot] = gap.atSample
      lost[slot] = gap.lostSamples
      exact[slot] = gap.exact ? 1 : 0
      reasons[slot] = gapReasons.indexOf(gap.reason)
    },
    first: () => state.start,
    drop() {
      state.start = (state.start + 1) % capacity
      state.size--
    },
    gapAt(slot) {
      if (lost[slot] === 0) return null
      return {
        atSample: indices[slot]!,
        lostSamples: lost[slot]!,
        exact: exact[slot] === 1,
        reason: gapReasons[reasons[slot]!]!,
      }
    },
  }
}
