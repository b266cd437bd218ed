import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bridgeOption } from '../_hold/bridge.ts'

export const resampleOptions = z.strictObject({
  rateHz: option(z.number().positive().max(1_000_000).default(100), {
    help: 'Rate of the samples that come out.',
    unit: 'Hz',
  }),
  passShare: option(z.number().min(0.5).max(0.98).default(0.75), {
    help: 'Share of half the lower rate that passes untouched; the delay grows as it nears 1.',
  }),
  attenuationDb: option(z.number().min(21).max(140).default(60), {
    help: 'Attenuation of what the new rate cannot hold.',
    unit: 'dB',
  }),
  bridgeSeconds: bridgeOption,
})

export type ResampleOptions = z.infer<typeof resampleOptions>
