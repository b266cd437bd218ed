/**
 * Follows the mains frequency: how fast the sine that all channels share turns against an
 * oscillator, smoothed over about a second, corrects that oscillator. Where no steady sine is
 * there, the frequency stays.
 */
import type { NodeMemory, NodeState } from '../../signal/index.ts'

/** Two such smoothing stages keep rhythms some hertz away from the lock. */
const smoothSeconds = 0.3
const updateSeconds = 0.1
/** Shares of the measured error that correct frequency and drift per update. */
const correction = 0.08
const driftCorrection = 0.002
/** So long the smoothing settles first, after the start. */
const settleSeconds = 1.5
/** Below this steadiness (1: a pure sine) nothing is corrected. */
const steadyEnough = 0.5

interface LockRequest {
  readonly channels: number
  readonly nominalHz: number
  readonly trackHz: number
  readonly rateHz: number
}

export interface FrequencyLock {
  readonly state: NodeState
  frequencyHz(): number
  /** Phase of the oscillator at the present sample. */
  phase(): number
  /** Takes channel `c`'s value in. */
  learn(channel: number, value: number): void
  /** Moves on to the next sample. */
  advance(): void
  /** Moves on over samples that are missing. */
  skip(samples: number): void
}

export function newFrequencyLock(memory: NodeMemory, request: LockRequest): FrequencyLock {
  const { channels, nominalHz, trackHz, rateHz } = request
  /** Per channel: real and imaginary part of both stages, and of the second at the last update. */
  const stages = memory.float64(channels * 6)
  const state = { stages, hz: nominalHz, drift: 0, phase: 0, sinceUpdate: 0, updates: 0 }
  const share = 1 - Math.exp(-1 / (smoothSeconds * rateHz))
  const updateFrames = Math.max(1, Math.round(updateSeconds * rateHz))

  function update(): void {
    let re = 0
    let im = 0
    let power = 0
    for (let c = 0; c < channels; c++) {
      const at = 6 * c
      const nowRe = stages[at + 2]!
      const nowIm = stages[at + 3]!
      const thenRe = stages[at + 4]!
      const thenIm = stages[at + 5]!
      re += nowRe * thenRe + nowIm * thenIm
      im += nowIm * thenRe - nowRe * thenIm
      power += Math.sqrt((nowRe ** 2 + nowIm ** 2) * (thenRe ** 2 + thenIm ** 2))
      stages[at + 4] = nowRe
      stages[at + 5] = nowIm
    }
    if (state.updates++ < settleSeconds / updateSeconds) return
    if (re * re + im * im <= (steadyEnough * power) ** 2) {
      state.drift = 0
      return
    }
    const errorHz = (Math.atan2(im, re) / (2 * Math.PI)) * (rateHz / updateFrames)
    state.drift += driftCorrection * errorHz
    const wanted = state.hz + state.drift + correction * errorHz
    state.hz = Math.max(nominalHz - trackHz, Math.min(nominalHz + trackHz, wanted))
  }

  function turn(samples: number): void {
    state.phase = (state.phase + (2 * Math.PI * state.hz * samples) / rateHz) % (2 * Math.PI)
  }

  return {
    state,
    skip: turn,
    frequencyHz: () => state.hz,
    phase: () => state.phase,
    learn(channel, value) {
      if (!Number.isFinite(value)) return
      const at = 6 * channel
      const re = value * Math.cos(state.phase)
      const im = -value * Math.sin(state.phase)
      stages[at] = stages[at]! + (re - stages[at]!) * share
      stages[at + 1] = stages[at + 1]! + (im - stages[at + 1]!) * share
      stages[at + 2] = stages[at + 2]! + (stages[at]! - stages[at + 2]!) * share
      stages[at + 3] = stages[at + 3]! + (stages[at + 1]! - stages[at + 3]!) * share
    },
    advance() {
      if (trackHz > 0 && ++state.sinceUpdate >= updateFrames) {
        state.sinceUpdate = 0
        update()
      }
      turn(1)
    },
  }
}
