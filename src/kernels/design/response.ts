/**
 * What a filter does, as numbers for a picture: magnitude, phase, group delay, impulse and step
 * response, and the width of its transitions. Frequencies in Hz, phases in radians, delays in
 * samples.
 */
import { iirCascadeTwin } from '../twins/iir.ts'
import { packSections } from './cascade.ts'
import { type Complex, divide, magnitude, multiply, real } from './complex.ts'
import type { Section } from './sections.ts'

/** A cascade of sections, or the taps of an FIR filter, at a rate. */
export type Filter =
  | { readonly rateHz: number; readonly sections: readonly Section[] }
  | { readonly rateHz: number; readonly taps: ArrayLike<number> }

export interface FilterResponse {
  readonly frequenciesHz: readonly number[]
  /** −Infinity where nothing passes. */
  readonly magnitudeDb: Float64Array
  /** Unwrapped from the first frequency on: no step of more than π between neighbours. */
  readonly phase: Float64Array
  readonly groupDelaySamples: Float64Array
}

/** At frequencies in rising order; close ones, if the phase is to be unwrapped rightly. */
export function responseOf(filter: Filter, frequenciesHz: readonly number[]): FilterResponse {
  const { length } = frequenciesHz
  const response = {
    frequenciesHz,
    magnitudeDb: new Float64Array(length),
    phase: new Float64Array(length),
    groupDelaySamples: new Float64Array(length),
  }
  frequenciesHz.forEach((hz, i) => {
    const w = (2 * Math.PI * hz) / filter.rateHz
    const value = transferAt(filter, w)
    const turned = Math.atan2(value.im, value.re)
    const turns = i ? Math.round((turned - response.phase[i - 1]!) / (2 * Math.PI)) : 0
    response.magnitudeDb[i] = 20 * Math.log10(magnitude(value))
    response.phase[i] = turned - turns * 2 * Math.PI
    response.groupDelaySamples[i] = groupDelayAt(filter, w)
  })
  return response
}

/** The first `frames` samples of the answer to a single 1. */
export function impulseResponse(filter: Filter, frames: number): Float64Array {
  const out = new Float64Array(frames)
  if ('taps' in filter) {
    for (let i = 0; i < Math.min(frames, filter.taps.length); i++) out[i] = filter.taps[i]!
    return out
  }
  out[0] = 1
  const packed = new Float64Array(filter.sections.length * 5)
  packSections(filter.sections, packed)
  iirCascadeTwin(out, out, frames, 1, packed, new Float64Array(filter.sections.length * 2))
  return out
}

/** The first `frames` samples of the answer to 0 before the first and 1 from it on. */
export function stepResponse(filter: Filter, frames: number): Float64Array {
  const out = impulseResponse(filter, frames)
  for (let i = 1; i < frames; i++) out[i] = out[i]! + out[i - 1]!
  return out
}

/**
 * How many Hz lie between `passDb` and `stopDb` around an edge: from the frequency nearest to
 * `edgeHz` where the gain crosses the one to the nearest where it crosses the other. NaN when the
 * filter never gets so high or so low on either side.
 */
export function transitionWidthHz(
  filter: Filter,
  edgeHz: number,
  passDb: number,
  stopDb: number,
): number {
  const pass = nearestCrossing(filter, edgeHz, 10 ** (passDb / 20))
  const stop = nearestCrossing(filter, edgeHz, 10 ** (stopDb / 20))
  return Math.abs(pass - stop)
}

/** Steps per half of the rate in which a crossing is looked for before it is bisected. */
const searchSteps = 4096

function nearestCrossing(filter: Filter, fromHz: number, gain: number): number {
  const half = filter.rateHz / 2
  const isAbove = (hz: number) => gainAt(filter, hz) > gain
  const bisected = (inner: number, outer: number) => {
    let [a, b] = [inner, outer]
    const side = isAbove(a)
    for (let i = 0; i < 60; i++) {
      const middle = (a + b) / 2
      if (isAbove(middle) === side) a = middle
      else b = middle
    }
    return (a + b) / 2
  }
  // Steps grow with the distance, so that an edge near 0 Hz is searched finely.
  const start = isAbove(fromHz)
  const reach = [0, 0]
  for (let i = 1; i <= searchSteps; i++) {
    const distance = half * (i / searchSteps) ** 3
    for (const side of [-1, 1] as const) {
      const hz = Math.min(half, Math.max(0, fromHz + side * distance))
      const before = Math.min(half, Math.max(0, fromHz + side * reach[side === 1 ? 1 : 0]!))
      if (isAbove(hz) !== start) return bisected(before, hz)
      reach[side === 1 ? 1 : 0] = distance
    }
  }
  return Number.NaN
}

/** Gain at a frequency: 1 is unity. */
export function gainAt(filter: Filter, frequencyHz: number): number {
  return magnitude(transferAt(filter, (2 * Math.PI * frequencyHz) / filter.rateHz))
}

function transferAt(filter: Filter, w: number): Complex {
  if ('taps' in filter) return polynomialAt(filter.taps, w)
  return filter.sections.reduce(
    (value, [b0, b1, b2, a1, a2]) =>
      multiply(value, divide(polynomialAt([b0, b1, b2], w), polynomialAt([1, a1, a2], w))),
    real(1),
  )
}

/** Σ cₖ e^(−jwk). */
function polynomialAt(coefficients: ArrayLike<number>, w: number, weighted = false): Complex {
  let [re, im] = [0, 0]
  for (let k = 0; k < coefficients.length; k++) {
    const c = coefficients[k]! * (weighted ? k : 1)
    re += c * Math.cos(w * k)
    im -= c * Math.sin(w * k)
  }
  return { re, im }
}

function groupDelayAt(filter: Filter, w: number): number {
  if ('taps' in filter) return delayOf(filter.taps, w)
  return filter.sections.reduce(
    (sum, [b0, b1, b2, a1, a2]) => sum + delayOf(trimmed(b0, b1, b2), w) - delayOf([1, a1, a2], w),
    0,
  )
}

/** A symmetric polynomial delays by half its length, also where it is 0 and a quotient fails. */
function delayOf(coefficients: ArrayLike<number>, w: number): number {
  const last = coefficients.length - 1
  const turn = Math.sign(coefficients[0]! * coefficients[last]!)
  let symmetric = turn !== 0
  for (let k = 0; symmetric && k <= last; k++) {
    symmetric = coefficients[k] === turn * coefficients[last - k]!
  }
  if (symmetric) return last / 2
  return divide(polynomialAt(coefficients, w, true), polynomialAt(coefficients, w)).re
}

function trimmed(...coefficients: number[]): number[] {
  const end = coefficients.findLastIndex((c) => c !== 0)
  return coefficients.slice(0, Math.max(1, end + 1))
}
