/**
 * A filter as zeros, poles and gain, and the classical ways from an analogue low-pass prototype to
 * a digital filter: frequency transformation and the bilinear map. Method: Oppenheim & Schafer,
 * Discrete-Time Signal Processing, ch. 7; the same steps as scipy.signal.iirfilter.
 */
import {
  add,
  type Complex,
  divide,
  magnitude,
  multiply,
  negate,
  product,
  real,
  scaleBy,
  squareRoot,
  subtract,
} from './complex.ts'

export interface ZerosPoles {
  readonly zeros: readonly Complex[]
  readonly poles: readonly Complex[]
  readonly gain: number
}

export type Band =
  | { readonly kind: 'low'; readonly cutHz: number }
  | { readonly kind: 'high'; readonly cutHz: number }
  | { readonly kind: 'band'; readonly lowHz: number; readonly highHz: number }
  | { readonly kind: 'stop'; readonly lowHz: number; readonly highHz: number }

/** Moves an analogue prototype (cut-off 1 rad/s) to `band` and maps it to rate `rateHz`. */
export function digitalFilter(prototype: ZerosPoles, band: Band, rateHz: number): ZerosPoles {
  const warp = (hz: number) => 4 * Math.tan((Math.PI * hz) / rateHz)
  switch (band.kind) {
    case 'low':
      return bilinear(toLow(prototype, warp(band.cutHz)))
    case 'high':
      return bilinear(toHigh(prototype, warp(band.cutHz)))
    default: {
      const low = warp(band.lowHz)
      const high = warp(band.highHz)
      const centre = Math.sqrt(low * high)
      const move = band.kind === 'band' ? toBand : toStop
      return bilinear(move(prototype, centre, high - low))
    }
  }
}

function excess(filter: ZerosPoles): number {
  return filter.poles.length - filter.zeros.length
}

function toLow({ zeros, poles, gain }: ZerosPoles, w: number): ZerosPoles {
  return {
    zeros: zeros.map((z) => scaleBy(z, w)),
    poles: poles.map((p) => scaleBy(p, w)),
    gain: gain * w ** (poles.length - zeros.length),
  }
}

function toHigh(filter: ZerosPoles, w: number): ZerosPoles {
  const { zeros, poles, gain } = filter
  const inverted = (root: Complex) => divide(real(w), root)
  return {
    zeros: [...zeros.map(inverted), ...Array<Complex>(excess(filter)).fill(real(0))],
    poles: poles.map(inverted),
    gain: gain * divide(product(zeros.map(negate)), product(poles.map(negate))).re,
  }
}

function toBand(filter: ZerosPoles, centre: number, width: number): ZerosPoles {
  const { zeros, poles, gain } = filter
  const split = (root: Complex) => around(scaleBy(root, width / 2), centre)
  return {
    zeros: [...splitAll(zeros, split), ...Array<Complex>(excess(filter)).fill(real(0))],
    poles: splitAll(poles, split),
    gain: gain * width ** excess(filter),
  }
}

function toStop(filter: ZerosPoles, centre: number, width: number): ZerosPoles {
  const { zeros, poles, gain } = filter
  const split = (root: Complex) => around(divide(real(width / 2), root), centre)
  const atCentre = Array.from({ length: excess(filter) }, () => ({ re: 0, im: centre }))
  const below = atCentre.map((z) => ({ re: 0, im: -z.im }))
  return {
    zeros: [...splitAll(zeros, split), ...atCentre, ...below],
    poles: splitAll(poles, split),
    gain: gain * divide(product(zeros.map(negate)), product(poles.map(negate))).re,
  }
}

function splitAll(
  roots: readonly Complex[],
  split: (root: Complex) => readonly [Complex, Complex],
): Complex[] {
  const pairs = roots.map(split)
  return [...pairs.map((pair) => pair[0]), ...pairs.map((pair) => pair[1])]
}

/**
 * The two roots of s² − 2·root·s + centre². The smaller one comes from their product, because the
 * difference of two nearly equal numbers would cost a wide band's low edge its digits.
 */
function around(root: Complex, centre: number): readonly [Complex, Complex] {
  const square = centre * centre
  const offset = squareRoot(subtract(multiply(root, root), real(square)))
  const plus = add(root, offset)
  const minus = subtract(root, offset)
  return magnitude(plus) >= magnitude(minus)
    ? [plus, divide(real(square), plus)]
    : [divide(real(square), minus), minus]
}

/** Bilinear map at a sampling rate of 2 Hz, for which `warp` above prewarps. */
function bilinear(filter: ZerosPoles): ZerosPoles {
  const { zeros, poles, gain } = filter
  const four = real(4)
  const map = (root: Complex) => divide(add(four, root), subtract(four, root))
  const numerator = product(zeros.map((z) => subtract(four, z)))
  const denominator = product(poles.map((p) => subtract(four, p)))
  return {
    zeros: [...zeros.map(map), ...Array<Complex>(excess(filter)).fill(real(-1))],
    poles: poles.map(map),
    gain: gain * divide(numerator, denominator).re,
  }
}

/** All poles inside the unit circle, by a margin that float64 state can hold. */
export function isStable(filter: ZerosPoles): boolean {
  return filter.poles.every((p) => magnitude(p) < 1 - 1e-12)
}

/** Gain at a frequency, from the roots themselves. */
export function gainOf({ zeros, poles, gain }: ZerosPoles, hz: number, rateHz: number): number {
  const angle = (2 * Math.PI * hz) / rateHz
  const at = { re: Math.cos(angle), im: Math.sin(angle) }
  const away = (roots: readonly Complex[]) => product(roots.map((root) => subtract(at, root)))
  return Math.abs(gain) * magnitude(divide(away(zeros), away(poles)))
}
