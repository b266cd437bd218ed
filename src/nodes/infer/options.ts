import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const inferOptions = z.strictObject({
  model: option(z.string().min(1), { help: 'Name of a model in the models folder.' }),
  hopSeconds: option(z.number().min(0.005).max(60).default(0.05), {
    help: 'Time from one decision to the next.',
    unit: 's',
  }),
  whenLate: option(z.enum(['every', 'latest']).default('latest'), {
    help: 'every: no window is skipped (analysis); latest: the newest only (feedback).',
  }),
})

export type InferOptions = z.infer<typeof inferOptions>
