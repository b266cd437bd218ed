/** The last moments at which a step was met, each with the begin of all that led to it. */
import type { NodeMemory } from '../../signal/index.ts'

export interface Moments {
  readonly state: MomentsState
  add(time: number, onset: number): void
  clear(): void
  /** Counted from the oldest; −1 for none. */
  latestBefore(time: number): number
  /** The latest that is at least so many seconds before `time`; −1 for none. */
  latestAged(time: number, seconds: number): number
  time(i: number): number
  onset(i: number): number
}

export type MomentsState = {
  times: Float64Array
  onsets: Float64Array
  start: number
  size: number
}

/** Older ones are forgotten. */
const mostMoments = 1024

export function newMoments(memory: NodeMemory): Moments {
  const state: MomentsState = {
    times: memory.float64(mostMoments),
    onsets: memory.float64(mostMoments),
    start: 0,
    size: 0,
  }
  const { times, onsets } = state
  const slot = (i: number) => (state.start + i) % mostMoments
  const time = (i: number) => times[slot(i)]!

  return {
    state,
    add(at, onset) {
      if (state.size === mostMoments) {
        state.start = slot(1)
        state.size--
      }
      const into = slot(state.size++)
      times[into] = at
      onsets[into] = onset
    },
    clear() {
      state.size = 0
    },
    latestBefore(limit) {
      let [low, high] = [0, state.size]
      while (low < high) {
        const middle = (low + high) >> 1
        if (time(middle) < limit) low = middle + 1
        else high = middle
      }
      return low - 1
    },
    latestAged(now, seconds) {
      let [low, high] = [0, state.size]
      while (low < high) {
        const middle = (low + high) >> 1
        if (now - time(middle) >= seconds) low = middle + 1
        else high = middle
      }
      return low - 1
    },
    time,
    onset: (i) => onsets[slot(i)]!,
  }
}
