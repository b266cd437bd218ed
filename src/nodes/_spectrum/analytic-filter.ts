/**
 * The analytic signal of a band, causal: one complex FIR filter that passes the band's positive
 * frequencies only, so that its real part is the band-passed signal and its imaginary part the
 * Hilbert transform of that. Hamming window, linear phase: both lag by half the filter. Nothing
 * comes out until the filter is filled, at the start and after a gap. A value that is not finite
 * counts as the one before it.
 */
import type { NodeMemory, StreamInfo } from '../../signal/index.ts'
import { checkBand, type NodeName, rateOf, refusal } from '../_window/window-plan.ts'

/** Transition width of a Hamming-windowed filter: this many times rate / taps. */
const hammingWidth = 3.3
const mostTaps = 2 ** 16

export interface AnalyticBand {
  readonly lowHz: number
  readonly highHz: number
  readonly transitionHz: number
}

/**
 * One half: the middle tap and those after it. The real part is even, the imaginary odd; without
 * the latter the filter is a plain band-pass, and `im` stays 0.
 */
interface AnalyticTaps {
  readonly re: Float64Array
  readonly im: Float64Array | null
}

export interface AnalyticFilter {
  readonly state: AnalyticFilterState
  readonly delaySamples: number
  /** Of the last frame, per channel. */
  readonly re: Float64Array
  readonly im: Float64Array
  /** Takes a frame; true when `re` and `im` are about a filled filter. */
  frame(data: Float32Array, at: number): boolean
  forget(): void
}

export type AnalyticFilterState = {
  history: Float32Array
  last: Float32Array
  at: number
  filled: number
}

/**
 * The band from lowHz to highHz passes whole; half a transition outside, half of the amplitude is
 * left. As scipy.signal.firwin(pass_zero=False, window="hamming") over those edges.
 * @throws SynapseError graph-invalid for a band or a transition that is impossible at the rate
 */
export function designAnalyticBand(
  node: NodeName,
  input: StreamInfo,
  band: AnalyticBand,
): AnalyticTaps {
  const rateHz = rateOf(node, input)
  checkBand(node, band, rateHz)
  const { lowHz, highHz, transitionHz } = band
  const half = Math.ceil((hammingWidth * rateHz) / transitionHz / 2)
  const most = Math.min(2 * lowHz, rateHz - 2 * highHz)
  if (transitionHz > most || 2 * half + 1 > mostTaps) {
    throw refusal(
      node,
      `transitionHz = ${transitionHz} does not fit a band from ${lowHz} to ${highHz} Hz at ${rateHz} Hz`,
      `Choose transitionHz from ${(hammingWidth * rateHz) / mostTaps} to ${most} Hz.`,
    )
  }
  const from = (lowHz - transitionHz / 2) / rateHz
  const to = (highHz + transitionHz / 2) / rateHz
  return halfTaps(half, from, to)
}

/** @param from and `to` in cycles per sample */
function halfTaps(half: number, from: number, to: number): AnalyticTaps {
  const re = new Float64Array(half + 1)
  const im = new Float64Array(half + 1)
  let gain = 0
  const middle = Math.PI * (from + to)
  for (let k = 0; k <= half; k++) {
    const height = 0.54 + 0.46 * Math.cos((Math.PI * k) / half)
    const [a, b] = [2 * Math.PI * from * k, 2 * Math.PI * to * k]
    re[k] = k === 0 ? 2 * (to - from) : (height * (Math.sin(b) - Math.sin(a))) / (Math.PI * k)
    im[k] = k === 0 ? 0 : (height * (Math.cos(a) - Math.cos(b))) / (Math.PI * k)
    gain += (k === 0 ? 1 : 2) * re[k]! * Math.cos(middle * k)
  }
  return { re: re.map((v) => v / gain), im: im.map((v) => v / gain) }
}

export function newAnalyticFilter(
  memory: NodeMemory,
  channels: number,
  taps: AnalyticTaps,
): AnalyticFilter {
  const half = taps.re.length - 1
  const length = 2 * half + 1
  // Every frame is kept twice, `length` apart, so that the newest `length` lie in one piece.
  const history = memory.float32(2 * length * channels)
  const last = memory.float32(channels)
  const re = memory.float64(channels)
  const im = memory.float64(channels)
  const state: AnalyticFilterState = { history, last, at: 0, filled: 0 }
  return {
    state,
    delaySamples: half,
    re,
    im,
    frame(data, at) {
      const to = state.at * channels
      const again = to + length * channels
      for (let c = 0; c < channels; c++) {
        const value = data[at + c]!
        if (Number.isFinite(value)) last[c] = value
        history[to + c] = last[c]!
        history[again + c] = last[c]!
      }
      state.at = (state.at + 1) % length
      if (state.filled < length) state.filled++
      if (state.filled < length) return false
      const middle = (state.at + half) * channels
      convolveEven(history, middle, channels, taps.re, re)
      if (taps.im) convolveOdd(history, middle, channels, taps.im, im)
      return true
    },
    forget() {
      state.filled = 0
      last.fill(0)
    },
  }
}

/** @param middle where the frame half a filter before the newest stands */
function convolveEven(
  history: Float32Array,
  middle: number,
  channels: number,
  taps: Float64Array,
  into: Float64Array,
): void {
  const centre = taps[0]!
  for (let c = 0; c < channels; c++) into[c] = centre * history[middle + c]!
  for (let k = 1; k < taps.length; k++) {
    const tap = taps[k]!
    const before = middle - k * channels
    const after = middle + k * channels
    for (let c = 0; c < channels; c++) {
      into[c] = into[c]! + tap * (history[before + c]! + history[after + c]!)
    }
  }
}

function convolveOdd(
  history: Float32Array,
  middle: number,
  channels: number,
  taps: Float64Array,
  into: Float64Array,
): void {
  into.fill(0, 0, channels)
  for (let k = 1; k < taps.length; k++) {
    const tap = taps[k]!
    const before = middle - k * channels
    const after = middle + k * channels
    for (let c = 0; c < channels; c++) {
      into[c] = into[c]! + tap * (history[before + c]! - history[after + c]!)
    }
  }
}
