/** Analogue low-pass prototypes with their cut-off at 1 rad/s. */
import { type Complex, conjugate, divide, negate, product, real } from './complex.ts'
import type { ZerosPoles } from './zeros-poles.ts'

/** Butterworth (1930): maximally flat, −3 dB at the cut-off. */
export function butterworthPrototype(order: number): ZerosPoles {
  const poles = Array.from({ length: order }, (_, k): Complex => {
    const angle = (Math.PI * (2 * k + 1 - order)) / (2 * order)
    // The middle pole of an odd order is real; cos and sin would leave it a rounding error off.
    if (2 * k + 1 === order) return { re: -1, im: 0 }
    return { re: -Math.cos(angle), im: -Math.sin(angle) }
  })
  return { zeros: [], poles, gain: 1 }
}

/**
 * Chebyshev type I: ripples of `rippleDb` up to the cut-off, which is where the gain leaves them;
 * falls for ever after. Parks & Burrus, Digital Filter Design (1987), ch. 7.
 */
export function chebyshev1Prototype(order: number, rippleDb: number): ZerosPoles {
  const epsilon = Math.sqrt(powerBelowOne(rippleDb))
  const poles = ellipse(order, Math.asinh(1 / epsilon) / order)
  const atZero = order % 2 === 0 ? 1 / Math.sqrt(1 + epsilon * epsilon) : 1
  return { zeros: [], poles, gain: product(poles.map(negate)).re * atZero }
}

/**
 * Chebyshev type II: falls without ripple, and stays below −`attenuationDb` from the cut-off on.
 * The inverse of type I's characteristic. Parks & Burrus (1987), ch. 7.
 */
export function chebyshev2Prototype(order: number, attenuationDb: number): ZerosPoles {
  const epsilon = 1 / Math.sqrt(powerBelowOne(attenuationDb))
  const poles = ellipse(order, Math.asinh(1 / epsilon) / order).map((p) => divide(real(1), p))
  const zeros: Complex[] = []
  for (let k = 1 - order; k < order; k += 2) {
    if (k !== 0) zeros.push({ re: 0, im: 1 / Math.sin((k * Math.PI) / (2 * order)) })
  }
  const gain = divide(product(poles.map(negate)), product(zeros.map(negate))).re
  return { zeros, poles, gain }
}

/** Roots on the ellipse of half axes sinh `mu` and cosh `mu`, at Butterworth's angles. */
function ellipse(order: number, mu: number): Complex[] {
  const upper: Complex[] = []
  for (let k = order - 1; k > 0; k -= 2) {
    const angle = (Math.PI * k) / (2 * order)
    upper.push({ re: -Math.sinh(mu) * Math.cos(angle), im: Math.cosh(mu) * Math.sin(angle) })
  }
  const middle = order % 2 ? [real(-Math.sinh(mu))] : []
  return [...upper, ...middle, ...upper.map(conjugate)]
}

/** 10^(dB/10) − 1, exact for small values. */
export function powerBelowOne(decibels: number): number {
  return Math.expm1((Math.LN10 * decibels) / 10)
}
