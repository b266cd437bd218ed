import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { averagingOption, hopOption, pairsOption, windowOption } from '../_connectivity/options.ts'

export const envelopeCorrelationOptions = z.strictObject({
  lowHz: option(z.number().min(0.1).max(100_000).default(8), {
    help: 'Lower edge of the band whose envelopes are compared.',
    unit: 'Hz',
  }),
  highHz: option(z.number().min(0.2).max(100_000).default(13), {
    help: 'Upper edge of the band.',
    unit: 'Hz',
  }),
  orthogonalised: option(z.boolean().default(true), {
    help: 'Takes out what two channels share without delay (field spread) before correlating.',
  }),
  pairs: pairsOption,
  hopSeconds: hopOption,
  averaging: averagingOption,
  windowSeconds: windowOption(10),
})

export type EnvelopeCorrelationOptions = z.infer<typeof envelopeCorrelationOptions>
