/** Filters around single frequencies: notch, peak, and combs over all harmonics. */
import { type Complex, real } from './complex.ts'
import { checkFrequency } from './iir.ts'
import { type Section, sectionsOf } from './sections.ts'

/**
 * Second-order notch: zero gain at `frequencyHz`, −3 dB over frequencyHz / quality.
 * Orfanidis, Introduction to Signal Processing, ch. 11; as scipy.signal.iirnotch.
 * @throws RangeError naming the value and what is allowed
 */
export function notch(frequencyHz: number, quality: number, rateHz: number): Section {
  checkFrequency('notch', frequencyHz, rateHz)
  checkQuality(quality)
  const w = (2 * Math.PI * frequencyHz) / rateHz
  const gain = 1 / (1 + Math.tan(w / quality / 2))
  const middle = -2 * Math.cos(w) * gain
  return [gain, middle, gain, middle, 2 * gain - 1]
}

/**
 * Second-order peak: unity gain at `frequencyHz`, −3 dB over frequencyHz / quality, zero at 0 Hz
 * and at half the rate. The complement of `notch`; as scipy.signal.iirpeak.
 * @throws RangeError naming the value and what is allowed
 */
export function peak(frequencyHz: number, quality: number, rateHz: number): Section {
  checkFrequency('peak', frequencyHz, rateHz)
  checkQuality(quality)
  const w = (2 * Math.PI * frequencyHz) / rateHz
  const tangent = Math.tan(w / quality / 2)
  const gain = 1 / (1 + tangent)
  return [tangent * gain, 0, -tangent * gain, -2 * Math.cos(w) * gain, 2 * gain - 1]
}

/** `notch` removes, `peak` keeps; `withZero` counts 0 Hz among the harmonics. */
export interface CombShape {
  readonly kind: 'notch' | 'peak'
  readonly withZero: boolean
}

/**
 * Notches or peaks at every multiple of `frequencyHz`, each frequencyHz / quality wide at −3 dB,
 * one section per harmonic. Without `withZero` they stand half-way between the multiples instead.
 * As scipy.signal.iircomb, whose `pass_zero` is `withZero` for a peak and its opposite for a notch.
 * Orfanidis, Introduction to Signal Processing, ch. 11.
 * @throws RangeError naming the value and what is allowed
 */
export function comb(
  frequencyHz: number,
  quality: number,
  rateHz: number,
  { kind, withZero }: CombShape,
): Section[] {
  checkFrequency('comb', frequencyHz, rateHz)
  const count = Math.round(rateHz / frequencyHz)
  if (Math.abs(count * frequencyHz - rateHz) > 1e-9 * rateHz) {
    const [below, above] = [Math.ceil(rateHz / frequencyHz), Math.floor(rateHz / frequencyHz)]
    throw new RangeError(
      `comb ${frequencyHz} Hz does not divide the rate ${rateHz} Hz; the nearest that do are ${rateHz / below} and ${rateHz / above} Hz`,
    )
  }
  if (!(quality > 2)) throw new RangeError(`quality ${quality} is not above 2`)
  const beta = Math.tan(Math.PI / (2 * quality))
  const radius = ((1 - beta) / (1 + beta)) ** (1 / count)
  const [turned, between] = [ring(count, 0), ring(count, 0.5)]
  const poles = (withZero ? turned : between).map(({ re, im }) => ({
    re: re * radius,
    im: im * radius,
  }))
  const zeros = (kind === 'notch') === withZero ? turned : between
  const gain = (kind === 'notch' ? 1 : beta) / (1 + beta)
  return sectionsOf({ zeros, poles, gain })
}

/** `count` points around the unit circle, exactly conjugate; `offset` in steps from 1 on. */
function ring(count: number, offset: 0 | 0.5): Complex[] {
  return Array.from({ length: count }, (_, i): Complex => {
    const step = i + offset
    if (step === 0) return real(1)
    if (2 * step === count) return real(-1)
    const mirrored = 2 * step > count
    const angle = (2 * Math.PI * (mirrored ? count - step : step)) / count
    return { re: Math.cos(angle), im: mirrored ? -Math.sin(angle) : Math.sin(angle) }
  })
}

function checkQuality(quality: number): void {
  if (!(quality > 0)) throw new RangeError(`quality ${quality} is not above 0`)
}
