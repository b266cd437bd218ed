/**
 * Taps for the analytic signal of a frequency band, causal with a known delay: a complex FIR filter
 * that passes the band's positive frequencies only, so that its real part is the band-passed signal
 * and its imaginary part the Hilbert transform of that. Its magnitude is the envelope (a sine of
 * amplitude A gives A), its angle the phase. Hamming window, linear phase: all frequencies lag by
 * half the filter. The taps sum to zero, so that an electrode offset leaves no trace.
 */
import type { StreamInfo } from '../../signal/index.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'
import { checkBand } from '../_window/window-plan.ts'

/** Of an odd number, the middle one in the middle. */
export interface AnalyticTaps {
  readonly re: Float64Array
  readonly im: Float64Array
}

interface Edges {
  readonly lowHz: number
  readonly highHz: number
}

export interface AnalyticBand extends Edges {
  readonly transitionHz: number
}

/** Transition width of a Hamming-windowed filter: this many times rate / taps. */
const hammingWidth = 3.3
export const mostTaps = 2 ** 16

/**
 * The band from lowHz to highHz passes whole; half a transition outside, half of the amplitude is
 * left. As scipy.signal.firwin(pass_zero=False, window="hamming") over those edges, less its gain
 * at 0 Hz.
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
  const half = halfLength(transitionHz, rateHz)
  const most = Math.min(2 * lowHz, rateHz - 2 * highHz)
  if (transitionHz > most || 2 * half + 1 > mostTaps) {
    throw refusal(
      node,
      `transitionHz = ${transitionHz} does not fit a band from ${lowHz} to ${highHz} Hz at ${rateHz} Hz`,
      `Choose transitionHz from ${(hammingWidth * rateHz) / mostTaps} to ${most} Hz.`,
    )
  }
  const [fromHz, toHz] = [lowHz - transitionHz / 2, highHz + transitionHz / 2]
  return bandTaps(half, fromHz / rateHz, toHz / rateHz)
}

/** Half of the amplitude is left at the edges; as steep as half the band, or its lower edge, asks. */
export function designHalfAmplitudeBand(band: Edges, rateHz: number): AnalyticTaps {
  const half = (halfAmplitudeTaps(band, rateHz) - 1) / 2
  return bandTaps(half, band.lowHz / rateHz, band.highHz / rateHz)
}

/** How many taps `designHalfAmplitudeBand` gives. */
export function halfAmplitudeTaps({ lowHz, highHz }: Edges, rateHz: number): number {
  return 2 * halfLength(Math.min((highHz - lowHz) / 2, lowHz), rateHz) + 1
}

/** Taps before the middle one. */
function halfLength(transitionHz: number, rateHz: number): number {
  return Math.ceil((hammingWidth * rateHz) / transitionHz / 2)
}

/** @param from and `to` in cycles per sample */
function bandTaps(half: number, from: number, to: number): AnalyticTaps {
  const re = new Float64Array(2 * half + 1)
  const im = new Float64Array(2 * half + 1)
  const window = new Float64Array(2 * half + 1)
  for (let k = -half; k <= half; k++) {
    const height = 0.54 + 0.46 * Math.cos((Math.PI * k) / half)
    const a = 2 * Math.PI * from * k
    const b = 2 * Math.PI * to * k
    const even = k === 0 ? 2 * (to - from) : (Math.sin(b) - Math.sin(a)) / (Math.PI * k)
    const odd = k === 0 ? 0 : (Math.cos(a) - Math.cos(b)) / (Math.PI * k)
    window[half + k] = height
    re[half + k] = height * even
    im[half + k] = height * odd
  }
  removeOffset(re, window)
  const middle = Math.PI * (from + to)
  const gain = re.reduce((sum, tap, i) => sum + tap * Math.cos(middle * (i - half)), 0)
  return { re: re.map((tap) => tap / gain), im: im.map((tap) => tap / gain) }
}

/** The imaginary taps are odd and sum to zero by themselves. */
function removeOffset(taps: Float64Array, window: Float64Array): void {
  const excess = taps.reduce((sum, tap) => sum + tap, 0)
  const weight = window.reduce((sum, value) => sum + value, 0)
  for (let i = 0; i < taps.length; i++) taps[i] = taps[i]! - (excess * window[i]!) / weight
}
