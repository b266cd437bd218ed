import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bridgeOption } from '../_hold/bridge.ts'

export const detrendOptions = z.strictObject({
  method: option(z.enum(['mean', 'linear', 'exponential']).default('linear'), {
    help: 'What is subtracted: the mean of the last window, the end of a line fitted to it, or a mean that forgets.',
  }),
  windowSeconds: option(z.number().min(0.02).max(300).default(5), {
    help: 'Length of the window; for the mean that forgets its time constant, a high pass at 0.16 Hz divided by it.',
    unit: 's',
  }),
  bridgeSeconds: bridgeOption,
})

export type DetrendOptions = z.infer<typeof detrendOptions>
