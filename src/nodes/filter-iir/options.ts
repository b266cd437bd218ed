import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bridgeOption } from '../_hold/bridge.ts'
import { shapeOptions } from '../_iir/shape.ts'

const frequency = z.number().positive().max(100_000).nullable()

export const filterIirOptions = z.strictObject({
  lowCutHz: option(frequency.default(1), {
    help: 'Frequencies below are removed; null leaves them.',
    unit: 'Hz',
  }),
  highCutHz: option(frequency.default(45), {
    help: 'Frequencies above are removed; null leaves them.',
    unit: 'Hz',
  }),
  order: option(z.int().min(1).max(10).default(4), {
    help: 'Order of the filter at each cut.',
  }),
  ...shapeOptions,
  notchHz: option(frequency.default(50), {
    help: 'Mains frequency to remove; null for none.',
    unit: 'Hz',
  }),
  notchQuality: option(z.number().min(1).max(200).default(30), {
    help: 'Notch frequency divided by the width removed around it.',
  }),
  notchHarmonics: option(z.union([z.literal('all'), z.int().min(1).max(100)]).default(1), {
    help: 'How many multiples of notchHz are removed, itself included, each as wide as the first; all: a comb up to half the rate.',
  }),
  bridgeSeconds: bridgeOption,
})

export type FilterIirOptions = z.infer<typeof filterIirOptions>
