/**
 * Second-order sections from zeros and poles. Each pole pair, the one nearest to the unit circle
 * first, takes the zeros nearest to it, which keeps the gain of every section moderate; the most
 * resonant section comes last. Method: scipy.signal.zpk2sos, pairing "nearest".
 */
import { type Complex, conjugate, magnitude, subtract } from './complex.ts'
import type { ZerosPoles } from './zeros-poles.ts'

/** b0 b1 b2 a1 a2, with a0 = 1. */
export type Section = readonly [b0: number, b1: number, b2: number, a1: number, a2: number]

const tolerance = 100 * Number.EPSILON
const isReal = (root: Complex) => Math.abs(root.im) <= tolerance * magnitude(root)

export function sectionsOf({ zeros, poles, gain }: ZerosPoles): Section[] {
  const length = Math.max(zeros.length, poles.length)
  const even = length + (length % 2)
  const zeroPool = upperHalf(padded(zeros, even))
  const polePool = upperHalf(padded(poles, even))
  const sections: Section[] = []
  for (let left = even / 2; left > 0; left--) {
    const pole = take(polePool, nearestToCircle(polePool))
    const [p1, p2, z1, z2] = isReal(pole)
      ? pairForReal(pole, polePool, zeroPool)
      : pairForComplex(pole, polePool, zeroPool)
    sections.unshift(section(p1, p2, z1, z2))
  }
  const [b0, b1, b2, a1, a2] = sections[0]!
  sections[0] = [b0 * gain, b1 * gain, b2 * gain, a1, a2]
  return sections
}

function padded(roots: readonly Complex[], length: number): Complex[] {
  return [...roots, ...Array<Complex>(length - roots.length).fill({ re: 0, im: 0 })]
}

/** One of each conjugate pair, then the real roots. */
function upperHalf(roots: readonly Complex[]): Complex[] {
  const complex = roots.filter((root) => !isReal(root) && root.im > 0)
  const reals = roots.filter(isReal).map((root) => ({ re: root.re, im: 0 }))
  return [...complex, ...reals]
}

function take(pool: Complex[], index: number): Complex {
  return pool.splice(index, 1)[0]!
}

function nearestToCircle(pool: readonly Complex[]): number {
  return bestIndex(pool, (root) => Math.abs(1 - magnitude(root)))
}

function nearest(pool: readonly Complex[], to: Complex, wanted: 'any' | 'real' | 'complex') {
  return bestIndex(pool, (root) => {
    if (wanted !== 'any' && isReal(root) !== (wanted === 'real')) return Infinity
    return magnitude(subtract(root, to))
  })
}

function bestIndex(pool: readonly Complex[], cost: (root: Complex) => number): number {
  let best = 0
  pool.forEach((root, index) => {
    if (cost(root) < cost(pool[best]!)) best = index
  })
  return best
}

type Pair = [p1: Complex, p2: Complex, z1: Complex, z2: Complex]

function pairForComplex(pole: Complex, polePool: Complex[], zeroPool: Complex[]): Pair {
  // The one real zero left must stay for the one real pole left.
  const single = polePool.filter(isReal).length === 1 && zeroPool.filter(isReal).length === 1
  const z1 = take(zeroPool, nearest(zeroPool, pole, single ? 'complex' : 'any'))
  return [pole, conjugate(pole), z1, partnerOf(z1, pole, zeroPool)]
}

function pairForReal(pole: Complex, polePool: Complex[], zeroPool: Complex[]): Pair {
  // The pools hold an even number of real roots, so a real pole always has a real partner.
  const p2 = take(
    polePool,
    bestIndex(polePool, (root) => (isReal(root) ? Math.abs(1 - Math.abs(root.re)) : Infinity)),
  )
  const z1 = take(zeroPool, nearest(zeroPool, pole, 'any'))
  return [pole, p2, z1, partnerOf(z1, pole, zeroPool)]
}

function partnerOf(zero: Complex, pole: Complex, zeroPool: Complex[]): Complex {
  return isReal(zero) ? take(zeroPool, nearest(zeroPool, pole, 'real')) : conjugate(zero)
}

function section(p1: Complex, p2: Complex, z1: Complex, z2: Complex): Section {
  const sum = (a: Complex, b: Complex) => -(a.re + b.re)
  const times = (a: Complex, b: Complex) => a.re * b.re - a.im * b.im
  return [1, sum(z1, z2), times(z1, z2), sum(p1, p2), times(p1, p2)]
}
