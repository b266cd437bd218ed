import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const burstOptions = z.strictObject({
  lowHz: option(z.number().positive().max(100_000).default(13), {
    help: 'Lower edge of the band.',
    unit: 'Hz',
  }),
  highHz: option(z.number().positive().max(100_000).default(30), {
    help: 'Upper edge of the band.',
    unit: 'Hz',
  }),
  transitionHz: option(z.number().min(0.1).max(10_000).default(4), {
    help: 'Width from pass to stop at either edge: narrower lags longer, by 1.65 / width.',
    unit: 'Hz',
  }),
  percentile: option(z.number().min(1).max(99.9).default(75), {
    help: 'A burst is where the amplitude exceeds this percentile of the last minute or so.',
    unit: '%',
  }),
  baselineSeconds: option(z.number().min(5).max(600).default(60), {
    help: 'How much of the past the percentile is taken of.',
    unit: 's',
  }),
  minimumSeconds: option(z.number().min(0).max(60).default(0.1), {
    help: 'Shorter bursts are dropped.',
    unit: 's',
  }),
})

export type BurstOptions = z.infer<typeof burstOptions>
