/** Markers whose epochs are not over, in the order in which they came. */
import type { Chunk, NodeMemory, StreamInfo } from '../../signal/index.ts'
import type { EpochOptions } from './options.ts'

/** More cannot wait at once. */
const mostWaiting = 1024

export interface Markers {
  readonly state: MarkersState
  readonly values: Float32Array
  onsetOf(chunk: Chunk, f: number): number
  isFull(): boolean
  add(onset: number, chunk: Chunk, f: number): void
  /** Of the marker that came `i` after the first. */
  onset(i: number): number
  firstHostTime(): number
  /** Where the values of the first one stand. */
  firstPlace(): number
  drop(): void
}

export type MarkersState = {
  onsets: Float64Array
  hostTimes: Float64Array
  values: Float32Array
  start: number
  size: number
}

export function newMarkers(
  memory: NodeMemory,
  stream: StreamInfo,
  at: EpochOptions['at'],
): Markers {
  const channels = stream.channels.length
  const since = stream.channels.findIndex(({ label }) => label === 'since onset')
  const state: MarkersState = {
    onsets: memory.float64(mostWaiting),
    hostTimes: memory.float64(mostWaiting),
    values: memory.float32(mostWaiting * channels),
    start: 0,
    size: 0,
  }
  const { onsets, hostTimes, values } = state

  return {
    state,
    values,
    onsetOf(chunk, f) {
      const time = chunk.time[f]!
      return at === 'frame' || since < 0 ? time : time - chunk.data[f * chunk.stride + since]!
    },
    isFull: () => state.size === mostWaiting,
    add(onset, chunk, f) {
      const slot = (state.start + state.size++) % mostWaiting
      onsets[slot] = onset
      hostTimes[slot] = chunk.hostTime[f]!
      const from = f * chunk.stride
      for (let c = 0; c < channels; c++) values[slot * channels + c] = chunk.data[from + c]!
    },
    onset: (i) => onsets[(state.start + i) % mostWaiting]!,
    firstHostTime: () => hostTimes[state.start]!,
    firstPlace: () => state.start * channels,
    drop() {
      state.start = (state.start + 1) % mostWaiting
      state.size--
    },
  }
}
