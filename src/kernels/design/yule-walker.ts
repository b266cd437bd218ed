/**
 * Recursive filter of a given magnitude response, by the modified Yule–Walker equations (Friedlander
 * & Porat 1984): poles from the autocorrelation that belongs to the squared magnitude, then zeros by
 * factorising the spectrum that these leave. For shapes without a name, as ASR weighs a spectrum.
 */
import { type Complex, divide, magnitude, multiply, real, scaleBy, subtract } from './complex.ts'
import { type Section, sectionsOf } from './sections.ts'

/** A corner of the wanted response; between two of them it is a straight line. */
export interface MagnitudePoint {
  readonly hz: number
  readonly gain: number
}

/** Points of the response from 0 Hz to half the rate, both included; and all around the circle. */
const gridPoints = 513
const circle = 2 * (gridPoints - 1)

/**
 * @param points from 0 Hz to half the rate, in ascending order
 * @throws RangeError where the points do not span that range
 */
export function sectionsByYuleWalker(
  order: number,
  points: readonly MagnitudePoint[],
  rateHz: number,
): Section[] {
  const ends = [points[0]?.hz, points.at(-1)?.hz]
  if (ends[0] !== 0 || ends[1] !== rateHz / 2) {
    throw new RangeError(
      `points from ${ends[0]} to ${ends[1]} Hz do not span 0 to ${rateHz / 2} Hz`,
    )
  }
  const lags = 4 * order
  const correlation = autocorrelation(sampled(points, rateHz), lags)
  const poles = rootsOf(denominatorOf(correlation, order)).map(insideCircle)
  const denominator = polynomialOf(poles)
  // The right half of the correlation is the impulse response of some numerator over the poles.
  const half = correlation.map((value, lag) => (lag === 0 ? value / 2 : value))
  const additive = numeratorFor(half, denominator, order)
  const impulse = minimumPhase(additive, denominator, lags)
  const numerator = numeratorFor(impulse, denominator, order)
  const gain = numerator[0]!
  return sectionsOf({ zeros: rootsOf(numerator.map((b) => b / gain)), poles, gain })
}

function sampled(points: readonly MagnitudePoint[], rateHz: number): Float64Array {
  const grid = new Float64Array(gridPoints)
  let from = 0
  for (let i = 1; i < points.length; i++) {
    const [before, after] = [points[i - 1]!, points[i]!]
    const to = Math.floor(((2 * after.hz) / rateHz) * gridPoints) - 1
    for (let k = from; k <= to; k++) {
      const share = to === from ? 0 : (k - from) / (to - from)
      grid[k] = before.gain + share * (after.gain - before.gain)
    }
    from = Math.max(from, to + 1)
  }
  return grid
}

/** Of a process with this magnitude, tapered by half a Hamming window. */
function autocorrelation(grid: Float64Array, lags: number): number[] {
  return Array.from({ length: lags }, (_, lag) => {
    let sum = 0
    for (let k = 0; k < circle; k++) {
      const height = grid[k < gridPoints ? k : circle - k]!
      sum += height * height * Math.cos((2 * Math.PI * ((k * lag) % circle)) / circle)
    }
    return (sum / circle) * (0.54 + 0.46 * Math.cos((Math.PI * lag) / (lags - 1)))
  })
}

/** Least squares over the equations of the lags beyond the order: 1, a1 … */
function denominatorOf(correlation: readonly number[], order: number): number[] {
  const rows = correlation
    .slice(order + 1)
    .map((_, row) => Array.from({ length: order }, (__, i) => correlation[order + row - i]!))
  const wanted = correlation.slice(order + 1).map((value) => -value)
  return [1, ...leastSquares(rows, wanted)]
}

/** b0 … of `order` so that b over the denominator has an impulse response next to this one. */
function numeratorFor(
  impulse: readonly number[],
  denominator: readonly number[],
  order: number,
): number[] {
  const decay: number[] = []
  for (let n = 0; n < impulse.length; n++) {
    let value = n === 0 ? 1 : 0
    for (let i = 1; i < denominator.length && i <= n; i++) value -= denominator[i]! * decay[n - i]!
    decay.push(value)
  }
  const rows = impulse.map((_, n) =>
    Array.from({ length: order + 1 }, (__, i) => (n >= i ? decay[n - i]! : 0)),
  )
  return leastSquares(rows, impulse)
}

/** Impulse response of least phase whose squared magnitude is twice the real part of b / a. */
function minimumPhase(
  numerator: readonly number[],
  denominator: readonly number[],
  length: number,
): number[] {
  const logarithms = Array.from({ length: circle }, (_, k): Complex => {
    const angle = (-2 * Math.PI * k) / circle
    const power = 2 * divide(valueAt(numerator, angle), valueAt(denominator, angle)).re
    return { re: Math.log(Math.abs(power)), im: power < 0 ? Math.PI : 0 }
  })
  // The cepstrum of a causal response: what lies before zero belongs to its mirror image.
  const cepstrum = transform(logarithms, 1).map((value, n) =>
    scaleBy(value, n === 0 ? 0.5 / circle : n < circle / 2 ? 1 / circle : 0),
  )
  const spectrum = transform(cepstrum, -1).map(({ re, im }) => ({
    re: Math.exp(re) * Math.cos(im),
    im: Math.exp(re) * Math.sin(im),
  }))
  return transform(spectrum, 1)
    .slice(0, length)
    .map(({ re }) => re / circle)
}

/** Σ c_i e^(j·i·angle). */
function valueAt(coefficients: readonly number[], angle: number): Complex {
  const turn = { re: Math.cos(angle), im: Math.sin(angle) }
  return coefficients.reduceRight((sum, c) => {
    const next = multiply(sum, turn)
    return { re: next.re + c, im: next.im }
  }, real(0))
}

/** Fourier sums over a power of two of values, by halves; nothing is divided. */
function transform(values: readonly Complex[], sign: 1 | -1): Complex[] {
  const n = values.length
  if (n === 1) return [...values]
  const even = transform(
    values.filter((_, i) => i % 2 === 0),
    sign,
  )
  const odd = transform(
    values.filter((_, i) => i % 2 === 1),
    sign,
  )
  const turned = odd.map((value, k) => {
    const angle = (sign * 2 * Math.PI * k) / n
    return multiply(value, { re: Math.cos(angle), im: Math.sin(angle) })
  })
  return [
    ...even.map((value, k) => ({ re: value.re + turned[k]!.re, im: value.im + turned[k]!.im })),
    ...even.map((value, k) => subtract(value, turned[k]!)),
  ]
}

/** By Householder reflections. */
function leastSquares(rows: readonly (readonly number[])[], wanted: readonly number[]): number[] {
  const a = rows.map((row, i) => [...row, wanted[i]!])
  const n = rows[0]!.length
  for (let k = 0; k < n; k++) {
    const length = Math.hypot(...a.slice(k).map((row) => row[k]!))
    const v = a.slice(k).map((row) => row[k]!)
    v[0] = v[0]! + (v[0]! < 0 ? -length : length)
    const square = v.reduce((sum, x) => sum + x * x, 0)
    for (let j = k; j <= n && square > 0; j++) {
      const share = (2 * v.reduce((sum, x, i) => sum + x * a[k + i]![j]!, 0)) / square
      v.forEach((x, i) => {
        a[k + i]![j] = a[k + i]![j]! - share * x
      })
    }
  }
  const solution = Array<number>(n).fill(0)
  for (let k = n - 1; k >= 0; k--) {
    const rest = solution.reduce((sum, x, j) => (j > k ? sum + x * a[k]![j]! : sum), 0)
    solution[k] = (a[k]![n]! - rest) / a[k]![k]!
  }
  return solution
}

/** Zeros of 1 + c1 z⁻¹ + …, all at once (Durand 1960, Kerner 1966), in conjugate pairs. */
function rootsOf(coefficients: readonly number[]): Complex[] {
  const degree = coefficients.length - 1
  let roots = Array.from({ length: degree }, (_, i): Complex => {
    const angle = (2 * Math.PI * i) / degree + 0.4
    return { re: 0.9 * Math.cos(angle), im: 0.9 * Math.sin(angle) }
  })
  const polynomial = (z: Complex) =>
    coefficients.slice(1).reduce((sum, c) => {
      const next = multiply(sum, z)
      return { re: next.re + c, im: next.im }
    }, real(1))
  for (let round = 0; round < 500; round++) {
    let moved = 0
    roots = roots.map((root, i) => {
      const others = roots.reduce(
        (all, other, j) => (j === i ? all : multiply(all, subtract(root, other))),
        real(1),
      )
      const step = divide(polynomial(root), others)
      moved = Math.max(moved, magnitude(step))
      return subtract(root, step)
    })
    if (moved < 1e-15) break
  }
  return roots.map((root) => (Math.abs(root.im) < 1e-9 ? real(root.re) : root))
}

/** Mirrored at the circle when outside of it, as leaves the shape of the magnitude. */
function insideCircle(root: Complex): Complex {
  return magnitude(root) > 1 ? divide(real(1), { re: root.re, im: -root.im }) : root
}

function polynomialOf(roots: readonly Complex[]): number[] {
  return roots
    .reduce<Complex[]>(
      (all, root) =>
        all
          .concat(real(0))
          .map((value, i) => (i === 0 ? value : subtract(value, multiply(all[i - 1]!, root)))),
      [real(1)],
    )
    .map(({ re }) => re)
}
