/** IIR designs as second-order sections, ready for the cascade kernel. */
import { type BesselCut, besselPrototype } from './bessel.ts'
import { ellipticPrototype } from './elliptic.ts'
import { butterworthPrototype, chebyshev1Prototype, chebyshev2Prototype } from './prototypes.ts'
import { gainAt } from './response.ts'
import { type Section, sectionsOf } from './sections.ts'
import { type Band, digitalFilter, gainOf, isStable, type ZerosPoles } from './zeros-poles.ts'

/** What a filter trades for the steepness of its edge. */
export type IirShape =
  | { readonly kind: 'butterworth' }
  /** Ripples in the pass band; its cut-off is where the gain leaves them. */
  | { readonly kind: 'chebyshev1'; readonly rippleDb: number }
  /** Ripples in the stop band; its cut-off is where the stop band begins. */
  | { readonly kind: 'chebyshev2'; readonly attenuationDb: number }
  /** Ripples in both; its cut-off is where the gain leaves the pass band's. */
  | { readonly kind: 'elliptic'; readonly rippleDb: number; readonly attenuationDb: number }
  /** Nearly constant group delay. */
  | { readonly kind: 'bessel'; readonly cut: BesselCut }

/** Beyond these orders the poles themselves lose digits in float64. */
const limits = {
  order: 24,
  besselOrder: 15,
  rippleDb: [0.001, 20],
  attenuationDb: [1, 200],
} as const

/**
 * Filter of `order` (a band or stop filter has twice as many poles), most resonant section last.
 * @throws RangeError naming the value and what is allowed: for an order, ripple, attenuation or
 * cut-off that cannot be, or a result that would be unstable or another filter in float64
 */
export function iirSections(shape: IirShape, order: number, band: Band, rateHz: number): Section[] {
  const filter = iirZerosPoles(shape, order, band, rateHz)
  const sections = sectionsOf(filter)
  const edges = 'cutHz' in band ? [band.cutHz] : [band.lowHz, band.highHz]
  const isKept = (hz: number) => {
    const error = gainAt({ sections, rateHz }, hz) - gainOf(filter, hz, rateHz)
    return Math.abs(error) < 1e-3
  }
  if (!sections.every(isSound) || !edges.every(isKept)) throw unstable(shape, order, rateHz)
  return sections
}

/**
 * The same as zeros, poles and gain, for a picture of the z-plane.
 * @throws RangeError as `iirSections`
 */
export function iirZerosPoles(
  shape: IirShape,
  order: number,
  band: Band,
  rateHz: number,
): ZerosPoles {
  checkOrder(order, shape.kind === 'bessel' ? limits.besselOrder : limits.order)
  checkBand(band, rateHz)
  const filter = digitalFilter(prototypeOf(shape, order), band, rateHz)
  if (!isStable(filter)) throw unstable(shape, order, rateHz)
  return filter
}

/**
 * Butterworth filter of `order`.
 * @throws RangeError as `iirSections`
 */
export function butterworth(order: number, band: Band, rateHz: number): Section[] {
  return iirSections({ kind: 'butterworth' }, order, band, rateHz)
}

function prototypeOf(shape: IirShape, order: number): ZerosPoles {
  switch (shape.kind) {
    case 'butterworth':
      return butterworthPrototype(order)
    case 'chebyshev1':
      checkRange('ripple', shape.rippleDb, limits.rippleDb)
      return chebyshev1Prototype(order, shape.rippleDb)
    case 'chebyshev2':
      checkRange('attenuation', shape.attenuationDb, limits.attenuationDb)
      return chebyshev2Prototype(order, shape.attenuationDb)
    case 'elliptic':
      checkRange('ripple', shape.rippleDb, limits.rippleDb)
      checkRange('attenuation', shape.attenuationDb, [shape.rippleDb, limits.attenuationDb[1]])
      if (shape.attenuationDb === shape.rippleDb) {
        throw new RangeError(`attenuation ${shape.attenuationDb} dB is not above the ripple`)
      }
      return ellipticPrototype(order, shape.rippleDb, shape.attenuationDb)
    case 'bessel':
      return besselPrototype(order, shape.cut)
  }
}

/** Both poles inside the unit circle after the rounding of the coefficients, and no overflow. */
function isSound([b0, b1, b2, a1, a2]: Section): boolean {
  return Number.isFinite(b0 + b1 + b2) && Math.abs(a2) < 1 && Math.abs(a1) < 1 + a2
}

function unstable({ kind }: IirShape, order: number, rateHz: number): RangeError {
  const name = `${kind[0]!.toUpperCase()}${kind.slice(1)}`
  return new RangeError(
    `a ${name} filter of order ${order} cannot be held in float64 at ${rateHz} Hz; lower the order, or move its cut-offs away from 0 and ${rateHz / 2} Hz`,
  )
}

function checkOrder(order: number, most: number): void {
  if (Number.isInteger(order) && order >= 1 && order <= most) return
  throw new RangeError(`order ${order} is not a whole number from 1 to ${most}`)
}

function checkRange(what: string, value: number, [low, high]: readonly [number, number]): void {
  if (value >= low && value <= high) return
  throw new RangeError(`${what} ${value} dB is not between ${low} and ${high} dB`)
}

function checkBand(band: Band, rateHz: number): void {
  if (band.kind === 'low' || band.kind === 'high') {
    checkFrequency('cut-off', band.cutHz, rateHz)
    return
  }
  checkFrequency('low cut', band.lowHz, rateHz)
  checkFrequency('high cut', band.highHz, rateHz)
  if (band.lowHz >= band.highHz) {
    throw new RangeError(`low cut ${band.lowHz} Hz is not below high cut ${band.highHz} Hz`)
  }
}

/** @throws RangeError unless the frequency lies between 0 and half the rate */
export function checkFrequency(what: string, hz: number, rateHz: number): void {
  if (hz > 0 && hz < rateHz / 2) return
  throw new RangeError(`${what} ${hz} Hz is not between 0 and half the rate, ${rateHz / 2} Hz`)
}
