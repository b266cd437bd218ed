import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const lslOptions = z.strictObject({
  gapSeconds: option(z.number().min(0.01).max(60).default(0.5), {
    help: 'A jump of the time stamps by more than so is taken for lost samples.',
    unit: 's',
  }),
})

export type LslOptions = z.infer<typeof lslOptions>
