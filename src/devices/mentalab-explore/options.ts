import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const exploreOptions = z.strictObject({
  labels: option(z.array(z.string().min(1)).max(32).default([]), {
    help: 'Electrode at each input; without it they are numbered.',
  }),
  rateHz: option(z.number().min(250).max(8000).default(250), {
    help: 'Samples a second, where the device does not tell: it does so only right after it was connected.',
    unit: 'Hz',
  }),
})

export type ExploreOptions = z.infer<typeof exploreOptions>
