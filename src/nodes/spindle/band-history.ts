/** The last seconds of every channel: the broad signal, and the band as an analytic signal. */
import type { NodeMemory } from '../../signal/index.ts'

export interface BandHistory {
  readonly state: BandHistoryState
  readonly channels: number
  /** Values of sample `index` of a channel stand at `place(channel, index)`. */
  place(channel: number, index: number): number
  /** Takes the values of sample `index`, which stand at `row` of the arrays. */
  keep(index: number, row: number, broad: Float32Array, re: Float32Array, im: Float32Array): void
  amplitude(channel: number, index: number, into: Float64Array): void
  /** Mean frequency in Hz from sample `onset` up to, but not with, `end`. */
  frequency(channel: number, onset: number, end: number): number
  forget(): void
}

export type BandHistoryState = {
  broad: Float32Array
  re: Float32Array
  im: Float32Array
  /** Samples since the last gap. */
  filled: number
}

export function newBandHistory(
  memory: NodeMemory,
  channels: number,
  frames: number,
  rateHz: number,
): BandHistory {
  const lent = () => memory.float32(frames * channels)
  const state: BandHistoryState = { broad: lent(), re: lent(), im: lent(), filled: 0 }
  const { broad, re, im } = state
  const place = (channel: number, index: number) => (index % frames) * channels + channel

  return {
    state,
    channels,
    place,
    keep(index, row, newBroad, newRe, newIm) {
      const to = place(0, index)
      for (let c = 0; c < channels; c++) {
        broad[to + c] = newBroad[row + c]!
        re[to + c] = newRe[row + c]!
        im[to + c] = newIm[row + c]!
      }
      state.filled++
    },
    amplitude(channel, index, into) {
      const at = place(channel, index)
      const x = re[at]!
      const y = im[at]!
      into[channel] = Math.sqrt(x * x + y * y)
    },
    frequency(channel, onset, end) {
      let turns = 0
      for (let i = onset + 1; i < end; i++) {
        const at = place(channel, i)
        const before = place(channel, i - 1)
        const cross = im[at]! * re[before]! - re[at]! * im[before]!
        const along = re[at]! * re[before]! + im[at]! * im[before]!
        turns += Math.atan2(cross, along) / (2 * Math.PI)
      }
      return end - onset > 1 ? (turns * rateHz) / (end - 1 - onset) : 0
    },
    forget() {
      state.filled = 0
    },
  }
}
