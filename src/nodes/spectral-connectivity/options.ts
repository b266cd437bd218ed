import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { averagingOption, hopOption, pairsOption, windowOption } from '../_connectivity/options.ts'

const band = z
  .strictObject({
    name: z.string().min(1),
    lowHz: z.number().min(0),
    highHz: z.number().positive(),
  })
  .refine(({ lowHz, highHz }) => lowHz < highHz, 'lowHz must be below highHz')

const measure = z.enum(['coherence', 'imaginary-coherence', 'plv', 'pli', 'wpli', 'wpli-debiased'])

export const spectralConnectivityOptions = z.strictObject({
  measures: option(
    z
      .array(measure)
      .min(1)
      .refine((list) => new Set(list).size === list.length, 'a measure is named twice')
      .default(['coherence', 'wpli-debiased']),
    {
      help: 'Magnitude-squared coherence, imaginary part of coherency, phase-locking value, phase-lag index, its weighted and its debiased form.',
    },
  ),
  bands: option(
    z
      .array(band)
      .min(1)
      .default([
        { name: 'theta', lowHz: 4, highHz: 8 },
        { name: 'alpha', lowHz: 8, highHz: 13 },
        { name: 'beta', lowHz: 13, highHz: 30 },
      ]),
    {
      help: 'A measure is taken at every frequency from lowHz up to, but not with, highHz, and averaged.',
      unit: 'Hz',
    },
  ),
  pairs: pairsOption,
  segmentSeconds: option(z.number().min(0.05).max(20).default(1), {
    help: 'Length of one Hann-windowed segment; its inverse is the resolution in frequency.',
    unit: 's',
  }),
  hopSeconds: hopOption,
  averaging: averagingOption,
  windowSeconds: windowOption(6),
})

export type SpectralConnectivityOptions = z.infer<typeof spectralConnectivityOptions>
export type Measure = z.infer<typeof measure>
