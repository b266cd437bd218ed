/**
 * Acceleration without gravity, by time: frames of the accelerometer wait here until the signal has
 * come as far, and are then the latest value until the next one. Gravity is a running mean per
 * axis. A frame with a value that is not finite is left out.
 */
import type { NodeMemory, NodeState } from '../../signal/index.ts'

interface AccelerationShape {
  readonly axes: Int32Array
  /** Frames that can wait. */
  readonly capacity: number
  /** Share of a new value in gravity. */
  readonly gravityShare: number
  readonly staleSeconds: number
}

export interface Acceleration {
  readonly state: NodeState
  /** Time of the newest frame in its only place; −∞ before the first. */
  readonly newest: Float64Array
  push(data: Float32Array, at: number, times: Float64Array, f: number): void
  /**
   * Writes the value that holds at `times[f]` to `into`; times may not go back.
   * @returns false where there is none, or none fresh enough
   */
  at(times: Float64Array, f: number, into: Float64Array): boolean
}

export function newAcceleration(memory: NodeMemory, shape: AccelerationShape): Acceleration {
  const { axes, capacity, gravityShare, staleSeconds } = shape
  const n = axes.length
  const [values, times] = [memory.float64(capacity * n), memory.float64(capacity)]
  const [gravity, current] = [memory.float64(n), memory.float64(n)]
  const newest = memory.float64(1).fill(Number.NEGATIVE_INFINITY)
  const currentTime = memory.float64(1).fill(Number.NEGATIVE_INFINITY)
  // `first` is the place of the oldest waiting frame; `currentTime` that of the value in force.
  const state = {
    values,
    times,
    gravity,
    current,
    first: 0,
    size: 0,
    currentTime,
    newest,
    started: false,
  }

  /** The oldest waiting frame comes into force. */
  function advance(): void {
    for (let a = 0; a < n; a++) current[a] = values[state.first * n + a]!
    currentTime[0] = times[state.first]!
    state.first = (state.first + 1) % capacity
    state.size--
  }

  return {
    state,
    newest,
    push(data, at, newTimes, f) {
      newest[0] = newTimes[f]!
      for (let a = 0; a < n; a++) if (!Number.isFinite(data[at + axes[a]!]!)) return
      if (state.size === capacity) advance()
      const slot = (state.first + state.size) % capacity
      for (let a = 0; a < n; a++) {
        const value = data[at + axes[a]!]!
        if (!state.started) gravity[a] = value
        gravity[a] = gravity[a]! + (value - gravity[a]!) * gravityShare
        values[slot * n + a] = value - gravity[a]!
      }
      state.started = true
      times[slot] = newest[0]!
      state.size++
    },
    at(asked, f, into) {
      const time = asked[f]!
      while (state.size > 0 && times[state.first]! <= time) advance()
      for (let a = 0; a < n; a++) into[a] = current[a]!
      return time - currentTime[0]! <= staleSeconds
    },
  }
}
