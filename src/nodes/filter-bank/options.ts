import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bridgeOption } from '../_hold/bridge.ts'
import { shapeOptions } from '../_iir/shape.ts'

const band = z
  .strictObject({
    name: z.string().trim().min(1),
    lowHz: z.number().positive(),
    highHz: z.number().positive(),
  })
  .refine(({ lowHz, highHz }) => lowHz < highHz, 'lowHz must be below highHz')

export const filterBankOptions = z.strictObject({
  bands: option(
    z
      .array(band)
      .min(1)
      .max(64)
      .refine(
        (bands) => new Set(bands.map(({ name }) => name)).size === bands.length,
        'each band must have a name of its own',
      )
      .default([
        { name: 'delta', lowHz: 1, highHz: 4 },
        { name: 'theta', lowHz: 4, highHz: 8 },
        { name: 'alpha', lowHz: 8, highHz: 13 },
        { name: 'beta', lowHz: 13, highHz: 30 },
        { name: 'gamma', lowHz: 30, highHz: 45 },
      ]),
    { help: 'Bands, each with its name and cuts.', unit: 'Hz' },
  ),
  order: option(z.int().min(1).max(10).default(4), {
    help: 'Order of the filters at each cut.',
  }),
  ...shapeOptions,
  bridgeSeconds: bridgeOption,
})

export type FilterBankOptions = z.infer<typeof filterBankOptions>
