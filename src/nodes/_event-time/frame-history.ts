/**
 * The last frames of one stream in the order of their times, and how far that order is certain: the
 * watermark, which is the newest time less the disorder allowed, or what the source itself has said. A
 * frame not after the watermark comes too late and is refused. Bounded: the oldest frame makes room for a new one. Both are counted.
 */
import type { Chunk, NodeMemory } from '../../signal/index.ts'

export interface FrameHistory {
  readonly state: FrameHistoryState
  /** Value `c` of frame `i`, from the oldest, stands at `values[place(i) + c]`. */
  readonly values: Float32Array
  /**
   * Takes frame `f` of the chunk.
   * @returns false for one that comes too late
   */
  add(chunk: Chunk, f: number): boolean
  /** No frame at or before this time will be taken any more. */
  watermark(): number
  /** The source says so. @returns false for what was known already */
  raise(watermark: number): boolean
  time(i: number): number
  hostTime(i: number): number
  place(i: number): number
  /** How many frames are before this time. */
  countBefore(time: number): number
  /**
   * The newest frame that is not after time `times[at]`, or −1: an array, because a number that is
   * handed over makes garbage.
   */
  lastUpTo(times: Float64Array, at: number): number
  /** Forgets the oldest frames. */
  discard(count: number): void
}

export type FrameHistoryState = {
  times: Float64Array
  hostTimes: Float64Array
  values: Float32Array
  /** Slot of the oldest frame. */
  start: number
  size: number
  newest: number
  /** What the source has said of itself. */
  told: number
  late: number
  overrun: number
}

export function newFrameHistory(
  memory: NodeMemory,
  channels: number,
  capacity: number,
  disorderSeconds: number,
): FrameHistory {
  const times = memory.float64(capacity)
  const hostTimes = memory.float64(capacity)
  const values = memory.float32(capacity * channels)
  const newest = Number.NEGATIVE_INFINITY
  const state = {
    ...{ times, hostTimes, values, newest, told: newest },
    ...{ start: 0, size: 0, late: 0, overrun: 0 },
  }
  const slot = (i: number) => (state.start + i) % capacity
  const time = (i: number) => times[slot(i)]!

  function discard(count: number): void {
    state.start = slot(count)
    state.size -= count
  }

  /** Makes a free place for a time: most often the one behind the newest. */
  function placeFor(chunkTimes: Float64Array, f: number): number {
    const at = chunkTimes[f]!
    let i = state.size++
    for (; i > 0 && time(i - 1) > at; i--) {
      const [from, to] = [slot(i - 1), slot(i)]
      times[to] = times[from]!
      hostTimes[to] = hostTimes[from]!
      values.copyWithin(to * channels, from * channels, (from + 1) * channels)
    }
    return slot(i)
  }

  return {
    state,
    values,
    add({ time: chunkTimes, hostTime, data, stride }, f) {
      const at = chunkTimes[f]!
      const from = f * stride
      if (!(at > state.newest - disorderSeconds && at > state.told)) {
        state.late++
        return false
      }
      if (state.size === capacity) {
        discard(1)
        state.overrun++
      }
      const into = placeFor(chunkTimes, f)
      times[into] = at
      hostTimes[into] = hostTime[f]!
      for (let c = 0; c < channels; c++) values[into * channels + c] = data[from + c]!
      if (at > state.newest) state.newest = at
      return true
    },
    watermark: () => Math.max(state.newest - disorderSeconds, state.told),
    raise(watermark) {
      if (!(watermark > state.told)) return false
      state.told = watermark
      return true
    },
    time,
    hostTime: (i) => hostTimes[slot(i)]!,
    place: (i) => slot(i) * channels,
    countBefore(limit) {
      let [low, high] = [0, state.size]
      while (low < high) {
        const middle = (low + high) >> 1
        if (time(middle) < limit) low = middle + 1
        else high = middle
      }
      return low
    },
    lastUpTo(limits, at) {
      const limit = limits[at]!
      let [low, high] = [0, state.size]
      while (low < high) {
        const middle = (low + high) >> 1
        if (time(middle) <= limit) low = middle + 1
        else high = middle
      }
      return low - 1
    },
    discard,
  }
}

/** Real rates differ from nominal ones, and times are fitted: so much more room than expected. */
const spareShare = 1.25
/** Room for a stream that has no rate. */
const irregularFrames = 8192

/** Frames of this many seconds, and a chunk. */
export function framesIn(seconds: number, nominalRateHz: number, maxFrames: number): number {
  if (nominalRateHz <= 0) return irregularFrames
  return Math.ceil(seconds * nominalRateHz * spareShare) + maxFrames + 16
}
