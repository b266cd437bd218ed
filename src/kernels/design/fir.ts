/** Linear-phase FIR designs by window. Method: Oppenheim & Schafer, Discrete-Time Signal Processing, ch. 7. */
import { checkFrequency } from './iir.ts'
import type { Band } from './zeros-poles.ts'

/** What tapers the ideal filter; a Kaiser window's `beta` trades steepness for attenuation. */
export type FirWindow =
  | 'rectangular'
  | 'hann'
  | 'hamming'
  | 'blackman'
  | { readonly kaiserBeta: number }

const mostTaps = 1_000_001

/**
 * Windowed ideal filter, −6 dB at its cut-offs, unity gain in the middle of its pass band (at
 * 0 Hz, or at half the rate for a high pass). As scipy.signal.firwin.
 * @throws RangeError naming the value and what is allowed
 */
export function firByWindow(
  taps: number,
  band: Band,
  window: FirWindow,
  rateHz: number,
): Float64Array {
  checkTaps(taps)
  const passes = passBands(band, rateHz)
  const last = passes.at(-1)!
  if (taps % 2 === 0 && last[1] === rateHz / 2) {
    throw new RangeError(
      `${taps} taps cannot pass half the rate, ${rateHz / 2} Hz; give an odd number of taps`,
    )
  }
  const middle = (taps - 1) / 2
  const shape = symmetricWindow(window, taps)
  // Each half mirrors the other exactly, whatever the rounding of sines.
  const response = Float64Array.from({ length: taps }, (_, at) => {
    const i = Math.min(at, taps - 1 - at)
    const ideal = passes.reduce(
      (sum, [low, high]) =>
        sum + sincOf((2 * high) / rateHz, i - middle) - sincOf((2 * low) / rateHz, i - middle),
      0,
    )
    return ideal * shape[i]!
  })
  const [low, high] = passes[0]!
  const centre = low === 0 ? 0 : high === rateHz / 2 ? high : (low + high) / 2
  const w = (2 * Math.PI * centre) / rateHz
  const gain = response.reduce((sum, h, i) => sum + h * Math.cos(w * (i - middle)), 0)
  return response.map((h) => h / gain)
}

/** Ideal low pass up to `share` of half the rate. */
function sincOf(share: number, at: number): number {
  const angle = Math.PI * share * at
  return angle === 0 ? share : (share * Math.sin(angle)) / angle
}

function passBands(band: Band, rateHz: number): (readonly [number, number])[] {
  const half = rateHz / 2
  if (band.kind === 'low' || band.kind === 'high') {
    checkFrequency('cut-off', band.cutHz, rateHz)
    return band.kind === 'low' ? [[0, band.cutHz]] : [[band.cutHz, half]]
  }
  const { kind, lowHz, highHz } = band
  checkFrequency('low cut', lowHz, rateHz)
  checkFrequency('high cut', highHz, rateHz)
  if (lowHz >= highHz) {
    throw new RangeError(`low cut ${lowHz} Hz is not below high cut ${highHz} Hz`)
  }
  return kind === 'band'
    ? [[lowHz, highHz]]
    : [
        [0, lowHz],
        [highHz, half],
      ]
}

export function checkTaps(taps: number): void {
  if (Number.isInteger(taps) && taps >= 3 && taps <= mostTaps) return
  throw new RangeError(`${taps} taps: not a whole number from 3 to ${mostTaps}`)
}

/** Both ends alike, as filters need it; an analysis window would leave out the last value. */
function symmetricWindow(window: FirWindow, length: number): Float64Array {
  const turn = (i: number) => (2 * Math.PI * i) / (length - 1)
  const half = (length - 1) / 2
  const value = (i: number): number => {
    if (typeof window === 'object') {
      const { kaiserBeta: beta } = window
      return besselI0(beta * Math.sqrt(Math.max(0, 1 - (i / half - 1) ** 2))) / besselI0(beta)
    }
    switch (window) {
      case 'rectangular':
        return 1
      case 'hann':
        return 0.5 - 0.5 * Math.cos(turn(i))
      case 'hamming':
        return 0.54 - 0.46 * Math.cos(turn(i))
      case 'blackman':
        return 0.42 - 0.5 * Math.cos(turn(i)) + 0.08 * Math.cos(2 * turn(i))
    }
  }
  return Float64Array.from({ length }, (_, i) => value(i))
}

/** Modified Bessel function of order 0, by its power series: every term is positive. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

/**
 * Kaiser's (1974) estimate of the odd number of taps, and the β, for an attenuation and a
 * transition width; as scipy.signal.kaiserord.
 * @throws RangeError naming the value and what is allowed
 */
export function kaiserPlan(attenuationDb: number, transitionHz: number, rateHz: number) {
  if (!(attenuationDb >= 21 && attenuationDb <= 200)) {
    throw new RangeError(`attenuation ${attenuationDb} dB is not between 21 and 200 dB`)
  }
  checkFrequency('transition', transitionHz, rateHz)
  const width = (2 * Math.PI * transitionHz) / rateHz
  const taps = oddAtLeast((attenuationDb - 7.95) / 2.285 / width + 1)
  const over = attenuationDb - 21
  const kaiserBeta =
    attenuationDb > 50 ? 0.1102 * (attenuationDb - 8.7) : 0.5842 * over ** 0.4 + 0.07886 * over
  return { taps, kaiserBeta }
}

/** Transition widths of the windows, as a multiple of rate / taps. */
const widths = { rectangular: 0.9, hann: 3.1, hamming: 3.3, blackman: 5.5 } as const

/**
 * Odd number of taps for which the window's transition is `transitionHz` wide.
 * Widmann, Schröger & Maess (2015), Digital filter design for electrophysiological data, table 1.
 * @throws RangeError naming the value and what is allowed
 */
export function tapsForTransition(
  window: keyof typeof widths,
  transitionHz: number,
  rateHz: number,
): number {
  checkFrequency('transition', transitionHz, rateHz)
  return oddAtLeast((widths[window] * rateHz) / transitionHz)
}

function oddAtLeast(count: number): number {
  const whole = Math.max(3, Math.ceil(count - 1e-9))
  return whole + 1 - (whole % 2)
}
