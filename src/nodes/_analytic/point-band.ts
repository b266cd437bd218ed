/**
 * The analytic signal of a band at some points only, with the taps of `band-taps.ts`: the frames go
 * into a history, and a point costs one product of the taps with it. Cheaper than filtering every
 * sample where points are many samples apart.
 */
import type { NodeMemory } from '../../signal/index.ts'
import type { AnalyticTaps } from './band-taps.ts'

/** The last `length` frames, channel by channel, each value twice so that a window is in one piece. */
export interface History {
  readonly length: number
  readonly values: Float32Array
}

export function newHistory(memory: NodeMemory, channels: number, length: number): History {
  return { length, values: memory.float32(channels * 2 * length) }
}

/** Writes one frame to place `at` (0 to length − 1). */
export function keepFrame(
  history: History,
  at: number,
  data: Float32Array,
  from: number,
  channels: number,
): void {
  const { length, values } = history
  for (let c = 0; c < channels; c++) {
    const to = c * 2 * length + at
    values[to] = data[from + c]!
    values[to + length] = data[from + c]!
  }
}

/**
 * Analytic value of every channel at the middle of the history, to `into` as real and imaginary
 * part in turn. A channel that is not finite within the taps gives NaN.
 * @param oldest place of the oldest frame
 */
export function analyticAt(
  history: History,
  oldest: number,
  channels: number,
  taps: AnalyticTaps,
  into: Float64Array,
): void {
  const { length, values } = history
  const count = taps.re.length
  const margin = (length - count) / 2
  for (let c = 0; c < channels; c++) {
    const from = c * 2 * length + oldest + margin
    let re = 0
    let im = 0
    // Convolution reads backwards; the cosine part is even, the sine part odd.
    for (let i = 0; i < count; i++) {
      const x = values[from + i]!
      re += x * taps.re[i]!
      im -= x * taps.im[i]!
    }
    const finite = Number.isFinite(re + im)
    into[2 * c] = finite ? re : Number.NaN
    into[2 * c + 1] = finite ? im : Number.NaN
  }
}
