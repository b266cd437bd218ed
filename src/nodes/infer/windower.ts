/**
 * Cuts the windows that a model expects from a running signal: the model's channels, resampled to
 * the model's rate by linear interpolation at fixed places of the sample index (so that the answer
 * does not depend on the chunks), in the model's units. An anti-alias filter stands before that
 * only where the card's own filter does not already keep the signal below half the model's rate.
 */
import { butterworth, type Section } from '../../kernels/index.ts'
import type { ModelCard, NodeMemory, StreamInfo } from '../../signal/index.ts'
import { frontalChannels } from '../_scalp/frontal.ts'

const antiAliasOrder = 6
const antiAliasShare = 0.45

export interface Windower {
  readonly state: WindowerState
  /** Takes one frame; returns how many frames at the model's rate it completed. */
  frame(data: Float32Array, at: number, sample: number): number
  /** Index at the model's rate of the newest frame. */
  newest(): number
  /** True when the last window is whole. */
  ready(): boolean
  /** Writes the last window, channel by channel, oldest value first, into `into` from `at` on. */
  window(into: Float32Array, at: number): void
  forget(): void
}

export type WindowerState = {
  history: Float32Array
  filter: Float64Array
  previous: Float64Array
  next: number
  filled: number
  primed: boolean
}

export function newWindower(card: ModelCard, input: StreamInfo, memory: NodeMemory): Windower {
  const { rateHz, frames, channels, montage, divideBy } = card.input
  const inputHz = input.nominalRateHz
  const picked = montage === 'frontal-mean' ? frontalChannels(input) : null
  const sections = antiAlias(card, inputHz)
  const current = new Float64Array(channels)
  const packed = Float64Array.from(sections.flat())
  const state: WindowerState = {
    history: memory.float32(frames * channels),
    filter: memory.float64(sections.length * 2 * channels),
    previous: memory.float64(channels),
    next: 0,
    filled: 0,
    primed: false,
  }
  const { history, filter, previous } = state

  /** Where frame `n` of the model lies among the samples. */
  const placeOf = (n: number) => (n * inputHz) / rateHz

  function pick(data: Float32Array, at: number): void {
    if (!picked) {
      for (let c = 0; c < channels; c++) current[c] = data[at + c]!
      return
    }
    let sum = 0
    for (let i = 0; i < picked.length; i++) sum += data[at + picked[i]!]!
    current[0] = sum / picked.length
  }

  function smooth(): void {
    for (let c = 0; c < channels; c++) {
      let x = current[c]!
      for (let s = 0; s < sections.length; s++) {
        const b0 = packed[5 * s]!
        const b1 = packed[5 * s + 1]!
        const b2 = packed[5 * s + 2]!
        const a1 = packed[5 * s + 3]!
        const a2 = packed[5 * s + 4]!
        const p = (s * channels + c) * 2
        if (!state.primed) {
          const y = (x * (b0 + b1 + b2)) / (1 + a1 + a2)
          filter[p] = y - b0 * x
          filter[p + 1] = b2 * x - a2 * y
        }
        const y = b0 * x + filter[p]!
        filter[p] = b1 * x - a1 * y + filter[p + 1]!
        filter[p + 1] = b2 * x - a2 * y
        x = y
      }
      current[c] = x
    }
  }

  return {
    state,
    frame(data, at, sample) {
      pick(data, at)
      smooth()
      if (!state.primed) {
        state.next = Math.ceil((sample * rateHz) / inputHz)
        previous.set(current)
        state.primed = true
      }
      let completed = 0
      for (; placeOf(state.next) <= sample; state.next++, completed++) {
        const share = placeOf(state.next) - (sample - 1)
        const slot = (state.next % frames) * channels
        for (let c = 0; c < channels; c++) {
          const value = previous[c]! + (current[c]! - previous[c]!) * share
          history[slot + c] = value / divideBy
        }
        state.filled++
      }
      previous.set(current)
      return completed
    },
    newest: () => state.next - 1,
    ready: () => state.filled >= frames,
    window(into, at) {
      for (let f = 0; f < frames; f++) {
        const slot = ((state.next + f) % frames) * channels
        for (let c = 0; c < channels; c++) into[at + c * frames + f] = history[slot + c]!
      }
    },
    forget() {
      state.filled = 0
      state.primed = false
    },
  }
}

function antiAlias({ input }: ModelCard, fromHz: number): Section[] {
  if (input.filter && input.filter.lowPassHz <= input.rateHz / 2) return []
  const cutHz = input.rateHz * antiAliasShare
  return cutHz < fromHz / 2 ? butterworth(antiAliasOrder, { kind: 'low', cutHz }, fromHz) : []
}
