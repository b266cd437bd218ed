/**
 * The elliptic (Cauer) prototype: equal ripples in pass and stop band, the narrowest transition of
 * all designs. Its elliptic functions are computed by arithmetic-geometric means and nomes.
 * Orfanidis, Lecture Notes on Elliptic Filter Design (2006); Abramowitz & Stegun, ch. 16 and 17.
 */
import { type Complex, conjugate, divide, negate, product } from './complex.ts'
import { powerBelowOne } from './prototypes.ts'
import type { ZerosPoles } from './zeros-poles.ts'

/** A modulus k with its complement √(1 − k²), given apart: neither can be had from the other. */
interface Modulus {
  readonly k: number
  readonly complement: number
}

/** Ripples of `rippleDb` up to the cut-off; below −`attenuationDb` after the transition. */
export function ellipticPrototype(
  order: number,
  rippleDb: number,
  attenuationDb: number,
): ZerosPoles {
  const epsilonSquare = powerBelowOne(rippleDb)
  const ratio = Math.sqrt(epsilonSquare / powerBelowOne(attenuationDb))
  const discrimination = { k: ratio, complement: Math.sqrt(1 - ratio * ratio) }
  const { modulus, quarter } = selectivity(order, discrimination)
  const shift =
    (quarter * inverseSc(epsilonSquare, ratio)) / (order * quarterPeriod(discrimination))
  const v = jacobi(shift, { k: modulus.complement, complement: modulus.k })
  const zeros: Complex[] = []
  const poles: Complex[] = []
  for (let j = 1 - (order % 2); j < order; j += 2) {
    const u = jacobi((j * quarter) / order, modulus)
    const scale = -1 / (1 - (u.dn * v.sn) ** 2)
    const pole = { re: u.cn * u.dn * v.sn * v.cn * scale, im: u.sn * v.dn * scale }
    if (j === 0) {
      poles.push({ re: pole.re, im: 0 })
      continue
    }
    const zero = { re: 0, im: 1 / (modulus.k * u.sn) }
    zeros.push(zero, conjugate(zero))
    poles.push(pole, conjugate(pole))
  }
  const gain = divide(product(poles.map(negate)), product(zeros.map(negate))).re
  return { zeros, poles, gain: order % 2 ? gain : gain / Math.sqrt(1 + epsilonSquare) }
}

/** Solves the degree equation: the modulus whose nome is the order-th root of that of `ratio`. */
function selectivity(order: number, { k, complement }: Modulus) {
  const nome = Math.exp((-Math.PI * mean(1, complement)) / mean(1, k) / order)
  let theta2 = 1
  let theta3 = 1
  let theta4 = 1
  for (let n = 1; n < 60 && nome ** (n * n) > 1e-20; n++) {
    const term = 2 * nome ** (n * n)
    theta2 += nome ** (n * (n + 1))
    theta3 += term
    theta4 += n % 2 ? -term : term
  }
  const modulus = {
    k: 4 * Math.sqrt(nome) * (theta2 / theta3) ** 2,
    complement: (theta4 / theta3) ** 2,
  }
  return { modulus, quarter: (Math.PI / 2) * theta3 ** 2 }
}

/** Complete elliptic integral of the first kind. */
function quarterPeriod({ complement }: Modulus): number {
  return Math.PI / 2 / mean(1, complement)
}

/** Arithmetic-geometric mean. */
function mean(first: number, second: number): number {
  let a = first
  let b = second
  while (Math.abs(a - b) > 2e-16 * a) [a, b] = [(a + b) / 2, Math.sqrt(a * b)]
  return a
}

/**
 * u with sc(u) = 1/ε for the complement of modulus `k`: the incomplete integral at atan(1/ε), by
 * Carlson's duplication.
 */
function inverseSc(epsilonSquare: number, k: number): number {
  const sine2 = 1 / (1 + epsilonSquare)
  const cosine2 = epsilonSquare * sine2
  let x = cosine2
  let y = cosine2 + k * k * sine2
  let z = 1
  for (let n = 0; n < 60 && z - x > 1e-9 * z; n++) {
    const lambda = Math.sqrt(x * y) + Math.sqrt(y * z) + Math.sqrt(z * x)
    x = (x + lambda) / 4
    y = (y + lambda) / 4
    z = (z + lambda) / 4
  }
  const middle = (x + y + z) / 3
  const [a, b] = [1 - x / middle, 1 - y / middle]
  const second = a * b - (a + b) ** 2
  return (Math.sqrt(sine2) * (1 - second / 10)) / Math.sqrt(middle)
}

/** Jacobi's sn, cn and dn by descending means. */
function jacobi(u: number, { k, complement }: Modulus): { sn: number; cn: number; dn: number } {
  const ratios: number[] = []
  let [a, b, c] = [1, complement, k]
  while (Math.abs(c) > 1e-17 * a && ratios.length < 40) {
    const next = (a + b) / 2
    c = (a - b) / 2
    b = Math.sqrt(a * b)
    a = next
    ratios.push(c / a)
  }
  let angle = 2 ** ratios.length * a * u
  for (let n = ratios.length - 1; n >= 0; n--) {
    angle = (angle + Math.asin(ratios[n]! * Math.sin(angle))) / 2
  }
  const sn = Math.sin(angle)
  const cn = Math.cos(angle)
  return { sn, cn, dn: Math.hypot(complement, k * cn) }
}
