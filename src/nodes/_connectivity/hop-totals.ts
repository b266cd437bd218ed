/**
 * Sums over a sliding or an exponential window, kept hop by hop: additive statistics gather in
 * `hop`, and at the end of a hop become part of `total`. A sliding window adds its hops anew every
 * time, so that rounding errors never pile up. Hops that a gap swallowed count as empty ones.
 */
import type { NodeMemory, NodeState } from '../../signal/index.ts'

interface HopWindow {
  /** Number of statistics. */
  readonly length: number
  /** Hops in the window, or in the time constant. */
  readonly hops: number
  readonly averaging: 'sliding' | 'exponential'
}

export interface HopTotals {
  readonly state: NodeState
  /** Statistics of the hop under way: add to it. */
  readonly hop: Float64Array
  /** Statistics of the window; valid after `end`. */
  readonly total: Float64Array
  /** False until the first `enter`. */
  begun(): boolean
  /** Tells the hop that the next statistics belong to; closes those before it. */
  enter(hop: number): void
  /** Closes the hop under way and refreshes `total`; false until a whole window has passed. */
  end(): boolean
}

export function newHopTotals(memory: NodeMemory, window: HopWindow): HopTotals {
  const { length, hops, averaging } = window
  const sliding = averaging === 'sliding'
  const hop = memory.float64(length)
  const total = memory.float64(length)
  const ring = memory.float64(sliding ? length * hops : 0)
  const fade = Math.exp(-1 / hops)
  /** `current` is the hop under way, -1 before the first; `closed` counts hops, up to a window. */
  const state = { hop, total, ring, current: -1, closed: 0, at: 0 }

  function close(): void {
    if (sliding) {
      ring.set(hop, state.at * length)
      state.at = (state.at + 1) % hops
    } else {
      for (let i = 0; i < length; i++) total[i] = total[i]! * fade + hop[i]!
    }
    hop.fill(0)
    state.closed = Math.min(hops, state.closed + 1)
    state.current++
  }

  function forget(): void {
    hop.fill(0)
    total.fill(0)
    ring.fill(0)
    state.current = -1
    state.closed = 0
    state.at = 0
  }

  return {
    state,
    hop,
    total,
    begun: () => state.current >= 0,
    enter(wanted) {
      if (state.current < 0 || wanted - state.current > hops) {
        forget()
        state.current = wanted
      }
      while (state.current < wanted) close()
    },
    end() {
      close()
      if (sliding) sumRows(ring, total, hops, length)
      return state.closed === hops
    },
  }
}

function sumRows(ring: Float64Array, total: Float64Array, rows: number, length: number): void {
  total.fill(0)
  for (let r = 0; r < rows; r++) {
    const from = r * length
    for (let i = 0; i < length; i++) total[i] = total[i]! + ring[from + i]!
  }
}
