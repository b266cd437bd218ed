import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bridgeOption } from '../_hold/bridge.ts'

export const normaliseOptions = z.strictObject({
  method: option(z.enum(['z', 'robust']).default('z'), {
    help: 'z: by a mean and a standard deviation that forget. robust: by median and median deviation of the last window, which outliers do not move.',
  }),
  windowSeconds: option(z.number().min(0.1).max(600).default(10), {
    help: 'Time constant of the forgetting, or length of the window.',
    unit: 's',
  }),
  limit: option(z.number().positive().nullable().default(null), {
    help: 'Values beyond ± this are cut to it; null for none.',
  }),
  bridgeSeconds: bridgeOption,
})

export type NormaliseOptions = z.infer<typeof normaliseOptions>
