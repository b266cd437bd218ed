import { z } from 'zod'
import { option } from '../../signal/index.ts'
import {
  averagingOption,
  directedPairsOption,
  hopOption,
  windowOption,
} from '../_connectivity/options.ts'

const frequency = z.number().min(0.1).max(100_000)

const band = z
  .strictObject({ lowHz: frequency, highHz: frequency })
  .refine(({ lowHz, highHz }) => lowHz < highHz, 'lowHz must be below highHz')

const measure = z.enum(['modulation-index', 'mean-vector-length', 'normalised-vector-length'])

export const phaseAmplitudeCouplingOptions = z.strictObject({
  measures: option(
    z
      .array(measure)
      .min(1)
      .refine((list) => new Set(list).size === list.length, 'a measure is named twice')
      .default(['modulation-index']),
    {
      help: 'Modulation index (Tort), mean vector length (Canolty), and that over the RMS amplitude.',
    },
  ),
  phase: option(band.default({ lowHz: 4, highHz: 8 }), {
    help: 'The slow band, whose phase counts.',
    unit: 'Hz',
  }),
  amplitude: option(band.default({ lowHz: 30, highHz: 60 }), {
    help: 'The fast band, whose amplitude counts; wider than twice the slow frequency.',
    unit: 'Hz',
  }),
  pairs: directedPairsOption,
  hopSeconds: hopOption,
  averaging: averagingOption,
  windowSeconds: windowOption(10),
})

export type PhaseAmplitudeCouplingOptions = z.infer<typeof phaseAmplitudeCouplingOptions>
