/**
 * The Bessel (Thomson) prototype: the flattest group delay, so that the form of a wave survives.
 * Its poles are the roots of the reverse Bessel polynomial, found all at once by Aberth's method.
 * Thomson (1949), Delay networks having maximally flat frequency characteristics.
 */
import {
  add,
  type Complex,
  conjugate,
  divide,
  magnitude,
  multiply,
  real,
  scaleBy,
  subtract,
} from './complex.ts'
import type { ZerosPoles } from './zeros-poles.ts'

/**
 * What lies at the cut-off. `phase`: the asymptotes are those of a Butterworth filter of the same
 * cut-off, as scipy.signal.iirfilter does; `magnitude`: the gain is −3 dB there.
 */
export type BesselCut = 'phase' | 'magnitude'

export function besselPrototype(order: number, cut: BesselCut): ZerosPoles {
  const roots = besselRoots(order)
  // The product of all roots is the constant term, up to its sign.
  const asymptote = Math.exp(roots.reduce((sum, p) => sum + Math.log(magnitude(p)), 0) / order)
  const width = cut === 'phase' ? asymptote : halfPower(roots)
  return {
    zeros: [],
    poles: roots.map((p) => scaleBy(p, 1 / width)),
    gain: (asymptote / width) ** order,
  }
}

/** Frequency at which the gain of the all-pole filter is 1/√2. */
function halfPower(poles: readonly Complex[]): number {
  const gain = (w: number) =>
    poles.reduce((g, p) => (g * magnitude(p)) / Math.hypot(p.re, w - p.im), 1)
  let low = 0
  let high = 2 * poles.length + 2
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (gain(middle) > Math.SQRT1_2) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Exactly conjugate pairs, and the real root of an odd order. */
function besselRoots(order: number): Complex[] {
  let roots = Array.from({ length: order }, (_, i): Complex => {
    const angle = Math.PI * (0.5 + (i + 0.7) / (order + 0.4))
    return { re: 0.8 * order * Math.cos(angle), im: 0.8 * order * Math.sin(angle) }
  })
  for (let round = 0; round < 200; round++) {
    const steps = roots.map((root, i) => aberthStep(root, i, roots, order))
    roots = roots.map((root, i) => subtract(root, steps[i]!))
    if (steps.every((step, i) => magnitude(step) < 1e-15 * magnitude(roots[i]!))) break
  }
  const isMiddle = (root: Complex) => Math.abs(root.im) < 1e-9 * magnitude(root)
  const upper = roots.filter((root) => root.im > 0 && !isMiddle(root))
  const middle = roots.filter(isMiddle).map((root) => real(root.re))
  return [...upper, ...middle, ...upper.map(conjugate)]
}

function aberthStep(at: Complex, i: number, roots: readonly Complex[], order: number): Complex {
  const { value, slope } = reverseBessel(at, order)
  if (magnitude(value) === 0) return real(0)
  const newton = divide(value, slope)
  const pull = roots.reduce(
    (sum, root, j) => (j === i ? sum : add(sum, divide(real(1), subtract(at, root)))),
    real(0),
  )
  return divide(newton, subtract(real(1), multiply(newton, pull)))
}

/** θₙ = (2n − 1) θₙ₋₁ + s² θₙ₋₂ and its derivative. */
function reverseBessel(s: Complex, order: number): { value: Complex; slope: Complex } {
  const square = multiply(s, s)
  let [before, value] = [real(1), add(s, real(1))]
  let [slopeBefore, slope] = [real(0), real(1)]
  for (let n = 2; n <= order; n++) {
    const next = add(scaleBy(value, 2 * n - 1), multiply(square, before))
    const nextSlope = add(
      scaleBy(slope, 2 * n - 1),
      add(scaleBy(multiply(s, before), 2), multiply(square, slopeBefore)),
    )
    ;[before, value, slopeBefore, slope] = [value, next, slope, nextSlope]
  }
  return { value, slope }
}
