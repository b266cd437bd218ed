/**
 * The analytic signal of a band, causal: one complex FIR filter that passes the band's positive
 * frequencies only, so that its real part is the band-passed signal and its imaginary part the
 * Hilbert transform of that. Hamming window, linear phase: both lag by half the filter. Nothing
 * comes out until the filter is filled, at the start and after a gap. A value that is not finite
 * counts as the one before it.
 */
import { FirFilter } from '../../kernels/index.ts'
import { type Chunk, type NodeMemory, type StreamInfo, strideFor } from '../../signal/index.ts'
import { holdSound } from '../_window/hold-sound.ts'
import { checkBand, type NodeName, rateOf, refusal } from '../_window/window-plan.ts'

/** Transition width of a Hamming-windowed filter: this many times rate / taps. */
const hammingWidth = 3.3
const mostTaps = 2 ** 16

export interface AnalyticBand {
  readonly lowHz: number
  readonly highHz: number
  readonly transitionHz: number
}

/** Of an odd number, the middle one in the middle; without `im` a plain band-pass. */
interface AnalyticTaps {
  readonly re: Float64Array
  readonly im: Float64Array | null
}

export interface AnalyticFilter {
  readonly state: AnalyticFilterState
  readonly delaySamples: number
  /** Rows of `stride` values, one per frame of the last chunk. */
  readonly re: Float32Array
  readonly im: Float32Array
  /**
   * Filters a chunk into `re` and `im`.
   * @returns the first frame that is about a filled filter; the chunk's frames where none is
   */
  pass(chunk: Chunk): number
  forget(): void
}

export type AnalyticFilterState = {
  fir: FirFilter['state']
  last: Float32Array
  /** Frames since the last gap, up to the filter's length. */
  filled: number
}

/**
 * The band from lowHz to highHz passes whole; half a transition outside, half of the amplitude is
 * left. As scipy.signal.firwin(pass_zero=False, window="hamming") over those edges.
 * @throws SynapseError graph-invalid for a band or a transition that is impossible at the rate
 */
export function designAnalyticBand(node: NodeName, input: StreamInfo, band: AnalyticBand) {
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
  return bandTaps(half, from, to)
}

/** @param from and `to` in cycles per sample */
function bandTaps(half: number, from: number, to: number) {
  const re = new Float64Array(2 * half + 1)
  const im = new Float64Array(2 * half + 1)
  const middle = Math.PI * (from + to)
  let gain = 0
  for (let k = -half; k <= half; k++) {
    const height = 0.54 + 0.46 * Math.cos((Math.PI * k) / half)
    const a = 2 * Math.PI * from * k
    const b = 2 * Math.PI * to * k
    const even = k === 0 ? 2 * (to - from) : (Math.sin(b) - Math.sin(a)) / (Math.PI * k)
    const odd = k === 0 ? 0 : (Math.cos(a) - Math.cos(b)) / (Math.PI * k)
    re[half + k] = height * even
    im[half + k] = height * odd
    gain += height * even * Math.cos(middle * k)
  }
  return { re: re.map((v) => v / gain), im: im.map((v) => v / gain) }
}

/** @param maxFrames of a chunk */
export function newAnalyticFilter(
  memory: NodeMemory,
  channels: number,
  taps: AnalyticTaps,
  maxFrames: number,
): AnalyticFilter {
  const stride = strideFor(channels)
  const { length } = taps.re
  const fir = new FirFilter(memory, taps.im ? [taps.re, taps.im] : [taps.re], stride)
  const sound = memory.float32(maxFrames * stride)
  const last = memory.float32(stride)
  const re = memory.float32(maxFrames * stride)
  const im = memory.float32(taps.im ? maxFrames * stride : 0)
  const outputs = taps.im ? [re, im] : [re]
  const state: AnalyticFilterState = { fir: fir.state, last, filled: 0 }
  return {
    state,
    delaySamples: (length - 1) / 2,
    re,
    im,
    pass(chunk) {
      holdSound(chunk.data as Float32Array, chunk.frames, stride, last, sound)
      fir.process(sound, chunk.frames, outputs)
      const first = Math.min(chunk.frames, Math.max(0, length - 1 - state.filled))
      state.filled = Math.min(length, state.filled + chunk.frames)
      return first
    },
    forget() {
      fir.clear()
      last.fill(0)
      state.filled = 0
    },
  }
}
