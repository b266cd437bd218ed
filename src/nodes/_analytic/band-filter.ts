/**
 * The analytic signal of a frequency band, causal with a known delay: a linear-phase FIR band-pass
 * with complex taps, that is a Hamming-windowed sinc shifted to the centre of the band. Its
 * magnitude is the envelope (a sine of amplitude A gives A), its angle the phase. The taps sum to
 * zero, so that an electrode offset leaves no trace.
 */
import type { NodeMemory } from '../../signal/index.ts'

export interface AnalyticTaps {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Width of the main lobe of a Hamming window, in bins: transition = 3.3 × rate / length. */
const hammingTransition = 3.3

/** Taps of an odd number, so that the centre falls on a sample. */
export function tapCount(lowHz: number, highHz: number, rateHz: number): number {
  const transition = Math.min((highHz - lowHz) / 2, lowHz)
  return 2 * Math.ceil((hammingTransition * rateHz) / transition / 2) + 1
}

export function designAnalytic(
  memory: NodeMemory,
  lowHz: number,
  highHz: number,
  rateHz: number,
): AnalyticTaps {
  const length = tapCount(lowHz, highHz, rateHz)
  const [re, im] = [memory.float64(length), memory.float64(length)]
  const half = (length - 1) / 2
  const centre = (Math.PI * (lowHz + highHz)) / rateHz
  const cut = (highHz - lowHz) / 2 / rateHz
  const window = Float64Array.from(
    { length },
    (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (length - 1)),
  )
  let gain = 0
  for (let i = 0; i < length; i++) {
    const x = i - half
    const low = window[i]! * (x === 0 ? 2 * cut : Math.sin(2 * Math.PI * cut * x) / (Math.PI * x))
    re[i] = low * Math.cos(centre * x)
    im[i] = low * Math.sin(centre * x)
    gain += low
  }
  removeOffset(re, window)
  for (let i = 0; i < length; i++) {
    re[i] = (re[i]! * 2) / gain
    im[i] = (im[i]! * 2) / gain
  }
  return { re, im }
}

/** The sine part is odd and sums to zero by itself. */
function removeOffset(taps: Float64Array, window: Float64Array): void {
  const excess = taps.reduce((sum, tap) => sum + tap, 0)
  const weight = window.reduce((sum, value) => sum + value, 0)
  for (let i = 0; i < taps.length; i++) taps[i] = taps[i]! - (excess * window[i]!) / weight
}

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
