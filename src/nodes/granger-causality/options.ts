import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { averagingOption, hopOption, pairsOption, windowOption } from '../_connectivity/options.ts'

export const grangerCausalityOptions = z.strictObject({
  order: option(z.int().min(1).max(50).default(5), {
    help: 'Number of past samples in the autoregressive models.',
    unit: 'samples',
  }),
  fit: option(z.enum(['least-squares', 'yule-walker']).default('least-squares'), {
    help: 'Least squares over the rows of the window, or Yule–Walker on its covariances.',
  }),
  pairs: pairsOption,
  hopSeconds: hopOption,
  averaging: averagingOption,
  windowSeconds: windowOption(4),
})

export type GrangerCausalityOptions = z.infer<typeof grangerCausalityOptions>
