/** The options that say what kind of IIR filter a node runs, and the design they ask for. */
import { z } from 'zod'
import { type Band, type IirShape, iirSections, type Section } from '../../kernels/index.ts'
import { option } from '../../signal/index.ts'

export const shapeOptions = {
  design: option(
    z
      .enum(['butterworth', 'chebyshev1', 'chebyshev2', 'elliptic', 'bessel'])
      .default('butterworth'),
    {
      help: 'Butterworth: flat. Chebyshev: steeper, with ripples below (1) or beyond (2) the cut. Elliptic: steepest, ripples in both. Bessel: keeps the form of waves.',
    },
  ),
  rippleDb: option(z.number().min(0.001).max(20).default(0.5), {
    help: 'Ripple of the pass band: chebyshev1 and elliptic, whose cuts are where it ends.',
    unit: 'dB',
  }),
  attenuationDb: option(z.number().min(1).max(200).default(40), {
    help: 'Attenuation of the stop band: chebyshev2, whose cuts are where it begins, and elliptic.',
    unit: 'dB',
  }),
} as const

interface Shape {
  readonly design: IirShape['kind']
  readonly rippleDb: number
  readonly attenuationDb: number
}

/** @throws RangeError naming the value and what is allowed */
export function sectionsFor(
  { design, rippleDb, attenuationDb }: Shape,
  order: number,
  band: Band,
  rateHz: number,
): Section[] {
  return iirSections(shapeOf(design, rippleDb, attenuationDb), order, band, rateHz)
}

/** A Bessel filter's cut is at −3 dB here, as a Butterworth filter's is. */
function shapeOf(design: IirShape['kind'], rippleDb: number, attenuationDb: number): IirShape {
  switch (design) {
    case 'chebyshev1':
      return { kind: design, rippleDb }
    case 'chebyshev2':
      return { kind: design, attenuationDb }
    case 'elliptic':
      return { kind: design, rippleDb, attenuationDb }
    case 'bessel':
      return { kind: design, cut: 'magnitude' }
    case 'butterworth':
      return { kind: design }
  }
}
