import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

export const muscleOptions = z.strictObject({
  windowSeconds: option(z.number().min(0.2).max(30).default(2), {
    help: 'Length of the windows that are separated into components; they overlap by half.',
    unit: 's',
  }),
  detectAboveHz: option(z.number().min(10).max(10_000).default(30), {
    help: 'The power above tells muscle activity.',
    unit: 'Hz',
  }),
  detectZ: option(z.number().min(0.5).max(50).nullable().default(4), {
    help: 'Cleans windows in which a channel’s power is so many standard deviations (of its logarithm) above the clean windows before; null: cleans every window.',
  }),
  keepAbove: option(z.number().min(0).max(1).default(0.5), {
    help: 'Components whose correlation with themselves a lag before is smaller are removed.',
  }),
  lagMs: option(z.number().min(0.1).max(100).default(4), {
    help: 'Lag of that correlation, at least one sample.',
    unit: 'ms',
  }),
  recordSeconds: recordOption,
})

export type MuscleOptions = z.infer<typeof muscleOptions>
