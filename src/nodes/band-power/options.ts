import { z } from 'zod'
import { option } from '../../signal/index.ts'

const edges = { lowHz: z.number().min(0), highHz: z.number().positive() }
const ordered = ({ lowHz, highHz }: { lowHz: number; highHz: number }) => lowHz < highHz
const order = 'lowHz must be below highHz'

export const bandPowerOptions = z.strictObject({
  bands: option(
    z
      .array(z.strictObject({ name: z.string().min(1), ...edges }).refine(ordered, order))
      .min(1)
      .default([
        { name: 'delta', lowHz: 1, highHz: 4 },
        { name: 'theta', lowHz: 4, highHz: 8 },
        { name: 'alpha', lowHz: 8, highHz: 13 },
        { name: 'beta', lowHz: 13, highHz: 30 },
        { name: 'gamma', lowHz: 30, highHz: 45 },
      ]),
    {
      help: 'Bands; a frequency belongs to the band from lowHz up to, but not with, highHz.',
      unit: 'Hz',
    },
  ),
  windowSeconds: option(z.number().min(0.1).max(60).default(2), {
    help: 'Length of the Hann window.',
    unit: 's',
  }),
  hopSeconds: option(z.number().min(0.02).max(60).default(0.25), {
    help: 'Time from one value to the next.',
    unit: 's',
  }),
  scale: option(z.enum(['absolute', 'relative', 'dB']).default('absolute'), {
    help: 'Unit squared, share of the power in the whole range, or 10 × log10 of unit squared.',
  }),
  whole: option(z.strictObject(edges).refine(ordered, order).nullable().default(null), {
    help: 'Range that relative power is a share of; null for lowest to highest edge of the bands.',
    unit: 'Hz',
  }),
})

export type BandPowerOptions = z.infer<typeof bandPowerOptions>
