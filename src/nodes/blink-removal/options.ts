import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

export const blinkRemovalOptions = z.strictObject({
  thresholdUv: option(z.number().min(10).max(1000).default(60), {
    help: 'A frontal deflection above this counts as a blink.',
    unit: 'uV',
  }),
  memorySeconds: option(z.number().min(0.5).max(120).default(5), {
    help: 'Blink time over which the spread of the eye potential over the scalp is averaged.',
    unit: 's',
  }),
  recordSeconds: recordOption,
})

export type BlinkRemovalOptions = z.infer<typeof blinkRemovalOptions>
