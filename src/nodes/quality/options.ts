import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const qualityOptions = z.strictObject({
  windowSeconds: option(z.number().min(0.2).max(10).default(0.5), {
    help: 'Each value judges so much signal.',
    unit: 's',
  }),
  mainsHz: option(z.union([z.literal(50), z.literal(60)]).default(50), {
    help: 'Mains frequency whose share is measured.',
    unit: 'Hz',
  }),
  noisyUv: option(z.number().positive().default(150), {
    help: 'A channel whose RMS is above this counts as noisy.',
    unit: 'uV',
  }),
  flatUv: option(z.number().positive().default(0.5), {
    help: 'A channel that moves less than this within a window counts as flat.',
    unit: 'uV',
  }),
  aloneBelow: option(z.number().min(0).max(1).nullable().default(0.1), {
    help: 'A channel whose correlation with every neighbour stays below this counts as alone, where those are alike among themselves; null: not looked at.',
  }),
})

export type QualityOptions = z.infer<typeof qualityOptions>
