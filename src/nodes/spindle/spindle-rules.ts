/**
 * The three rules of the spindle detector, measured every step and drawn as a line between two
 * measurements, and how many of them hold around a sample.
 */
import type { NodeMemory } from '../../signal/index.ts'
import { newRunningValues, type RunningValuesState } from '../_event/running-values.ts'
import type { BandHistory } from './band-history.ts'

export interface SpindleRules {
  readonly state: SpindleRulesState
  /** Measures around `middle`; `newest` is the last sample of the window of relative power. */
  measure(channel: number, newest: number, middle: number): void
  /** True when there is a measurement before the last one, to draw a line from. */
  hasLine(channel: number): boolean
  /**
   * Counts the rules that hold `along` samples after the measurement before the last; true when
   * more than two hold on average over the last step. To be called for 1 to step, in order.
   */
  holds(channel: number, along: number): boolean
  forget(): void
}

export type SpindleRulesState = {
  /** Per channel: relative power, correlation and RMS, before and now. */
  measured: Float64Array
  /** Per channel: measurements since the last gap. */
  measurements: Float64Array
  level: Float64Array
  /** Per channel: how many rules held at each of the last samples, and their sum. */
  held: Int32Array
  sums: Int32Array
  past: RunningValuesState
}

interface RulesOptions {
  readonly rateHz: number
  readonly lowHz: number
  readonly highHz: number
  readonly relativePower: number
  readonly correlation: number
  readonly deviations: number
  readonly baselineSeconds: number
  /** Samples from one measurement to the next. */
  readonly step: number
  readonly powerFrames: number
}

const shortSeconds = 0.3
/** What is left out of the standard deviation at either end. */
const trimmedShare = 0.1
const fewestPast = 10
/** Where the power begins that the band's is a share of. */
const wholeFromHz = 1

export function newSpindleRules(
  memory: NodeMemory,
  history: BandHistory,
  options: RulesOptions,
): SpindleRules {
  const { channels } = history
  const { rateHz, step } = options
  const half = Math.round((shortSeconds / 2) * rateHz)
  const pastValues = Math.ceil((options.baselineSeconds * rateHz) / step)
  const past = newRunningValues(memory, channels, pastValues)
  const relativePowerOf = newRelativePower(history, options)
  const rms = new Float64Array(channels)
  const state: SpindleRulesState = {
    measured: memory.float64(channels * 6),
    measurements: memory.float64(channels),
    level: memory.float64(channels).fill(Number.POSITIVE_INFINITY),
    held: memory.int32(channels * step),
    sums: memory.int32(channels),
    past: past.state,
  }
  const { measured, measurements, level, held, sums } = state

  return {
    state,
    measure(channel, newest, middle) {
      const at = channel * 6
      for (let r = 0; r < 3; r++) measured[at + r] = measured[at + 3 + r]!
      relativePowerOf(channel, newest, measured, at + 3)
      compareBands(history, channel, middle - half, middle + half, measured, at + 4)
      rms[channel] = measured[at + 5]!
      measurements[channel] = measurements[channel]! + 1
      // A spindle does not raise the bar for itself.
      const mayBeSpindle =
        measured[at + 3]! >= options.relativePower && measured[at + 4]! >= options.correlation
      if (!mayBeSpindle) past.add(channel, rms)
      if (past.count(channel) < fewestPast) return
      past.trimmedLevel(channel, options.deviations, trimmedShare, level)
    },
    hasLine: (channel) => measurements[channel]! > 1,
    holds(channel, along) {
      const at = channel * 6
      const share = along / step
      const rest = 1 - share
      const power = rest * measured[at]! + share * measured[at + 3]!
      const likeness = rest * measured[at + 1]! + share * measured[at + 4]!
      const size = rest * measured[at + 2]! + share * measured[at + 5]!
      const count =
        Number(power >= options.relativePower) +
        Number(likeness >= options.correlation) +
        Number(size >= level[channel]!)
      const slot = channel * step + along - 1
      sums[channel] = sums[channel]! + count - held[slot]!
      held[slot] = count
      return sums[channel]! > 2 * step
    },
    forget() {
      measurements.fill(0)
      held.fill(0)
      sums.fill(0)
    },
  }
}

/**
 * Hann-weighted power in the band's bins over that in all bins from 1 Hz on. All power comes from
 * Parseval's theorem, what slow waves leave below 1 Hz is taken off.
 */
function newRelativePower(history: BandHistory, options: RulesOptions) {
  const { powerFrames: frames, rateHz, lowHz, highHz } = options
  const binAt = (hz: number) => Math.ceil((hz * frames) / rateHz - 1e-9)
  const slow = newBins(frames, 0, binAt(wholeFromHz))
  const band = newBins(frames, binAt(lowHz), Math.floor((highHz * frames) / rateHz + 1e-9) + 1)
  const hann = Float64Array.from(
    { length: frames },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frames),
  )
  const segment = new Float64Array(frames)
  return (channel: number, newest: number, into: Float64Array, at: number): void => {
    const { broad } = history.state
    let squares = 0
    for (let i = 0; i < frames; i++) {
      const value = broad[history.place(channel, newest - frames + 1 + i)]! * hann[i]!
      segment[i] = value
      squares += value * value
    }
    const whole = (frames * squares) / 2 - powerIn(slow, segment)
    into[at] = whole > 0 ? powerIn(band, segment) / whole : 0
  }
}

interface Bins {
  readonly count: number
  /** Row by row; the bin of 0 Hz at half its power, because it has no mirror image. */
  readonly cos: Float64Array
  readonly sin: Float64Array
}

function newBins(frames: number, first: number, end: number): Bins {
  const count = Math.max(0, end - first)
  const cos = new Float64Array(count * frames)
  const sin = new Float64Array(count * frames)
  for (let b = 0; b < count; b++) {
    const weight = first + b === 0 ? Math.SQRT1_2 : 1
    for (let i = 0; i < frames; i++) {
      const angle = (2 * Math.PI * (((first + b) * i) % frames)) / frames
      cos[b * frames + i] = weight * Math.cos(angle)
      sin[b * frames + i] = weight * Math.sin(angle)
    }
  }
  return { count, cos, sin }
}

function powerIn({ count, cos, sin }: Bins, segment: Float64Array): number {
  const frames = segment.length
  let power = 0
  for (let b = 0; b < count; b++) {
    let re = 0
    let im = 0
    for (let i = 0, at = b * frames; i < frames; i++, at++) {
      re += segment[i]! * cos[at]!
      im += segment[i]! * sin[at]!
    }
    power += re * re + im * im
  }
  return power
}

/**
 * Correlation of band and broad signal, and RMS of the band, from sample `from` up to, but not
 * with, `to`, to `into` from `toAt` on.
 */
function compareBands(
  history: BandHistory,
  channel: number,
  from: number,
  to: number,
  into: Float64Array,
  toAt: number,
): void {
  const { broad, re } = history.state
  const n = to - from
  let sx = 0
  let sy = 0
  let sxx = 0
  let syy = 0
  let sxy = 0
  for (let i = from; i < to; i++) {
    const at = history.place(channel, i)
    const x = re[at]!
    const y = broad[at]!
    sx += x
    sy += y
    sxx += x * x
    syy += y * y
    sxy += x * y
  }
  const spread = (sxx - (sx * sx) / n) * (syy - (sy * sy) / n)
  into[toAt] = spread > 0 ? (sxy - (sx * sy) / n) / Math.sqrt(spread) : 0
  into[toAt + 1] = Math.sqrt(sxx / n)
}
