/**
 * Which stretches of a recording are clean enough to calibrate on: per channel the RMS of every
 * window as a z-score against the clean part of its own distribution; a window in which too many
 * channels are far off is left out, with all its samples (clean_windows of clean_rawdata).
 */
import { fitAmplitudes } from './amplitude-fit.ts'

/** Beyond these z-scores a channel is bad in a window. */
const lowest = -3.5
const highest = 5
/** Share by which the windows overlap. */
const overlap = 0.66
/** With less than this left, everything is taken after all. */
const fewestWindows = 4
const leastShare = 0.15

export interface WindowedSignal {
  /** `frames` frames of `stride` values, of which the first `channels` count. */
  readonly data: Float32Array
  readonly frames: number
  readonly stride: number
  readonly channels: number
  readonly windowFrames: number
}

/** First frames of overlapping windows. */
function windowStarts(frames: number, windowFrames: number): number[] {
  const step = windowFrames * (1 - overlap)
  const windows = Math.max(1, Math.ceil((frames - windowFrames) / step))
  return Array.from({ length: windows }, (_, w) => roundHalfEven(w * step))
}

/** As NumPy rounds. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded
}

/** RMS per window of what `valueAt` gives for a frame. */
export function windowAmplitudes(
  frames: number,
  windowFrames: number,
  valueAt: (frame: number) => number,
): Float64Array {
  const sums = new Float64Array(frames + 1)
  for (let f = 0; f < frames; f++) sums[f + 1] = sums[f]! + valueAt(f) ** 2
  return Float64Array.from(windowStarts(frames, windowFrames), (start) =>
    Math.sqrt(Math.max(0, sums[start + windowFrames]! - sums[start]!) / windowFrames),
  )
}

/**
 * Moves the frames of clean windows to the front of `data`.
 * @returns how many there are
 */
export function keepCleanWindows(signal: WindowedSignal, maxBadShare: number): number {
  const { data, frames, stride, channels, windowFrames } = signal
  const starts = windowStarts(frames, windowFrames)
  const tooHigh = new Int32Array(starts.length)
  const tooLow = new Int32Array(starts.length)
  for (let c = 0; c < channels; c++) {
    const amplitudes = windowAmplitudes(frames, windowFrames, (f) => data[f * stride + c]!)
    const { mean, deviation } = fitAmplitudes(amplitudes.slice().sort())
    amplitudes.forEach((amplitude, w) => {
      const z = (amplitude - mean) / deviation
      // What has no spread has no z-score either, and is no measure of cleanness.
      if (!(z <= highest)) tooHigh[w]!++
      if (z < lowest) tooLow[w]!++
    })
  }
  const allowed = Math.round(channels * maxBadShare)
  const isClean = new Uint8Array(frames).fill(1)
  starts.forEach((start, w) => {
    if (tooHigh[w]! > allowed || tooLow[w]! > allowed) isClean.fill(0, start, start + windowFrames)
  })
  const kept = isClean.reduce((sum, clean) => sum + clean, 0)
  if (kept < Math.max(fewestWindows * windowFrames, leastShare * frames)) return frames
  for (let f = 0, to = 0; f < frames; f++) {
    if (isClean[f]) data.copyWithin(to++ * stride, f * stride, (f + 1) * stride)
  }
  return kept
}
