import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const thresholdOptions = z.strictObject({
  level: option(z.number().default(100), {
    help: 'An event begins when the signal reaches this, in the unit of the channel.',
  }),
  direction: option(z.enum(['above', 'below', 'magnitude']).default('above'), {
    help: 'Whether the signal must rise above the level, fall below it, or exceed it either way.',
  }),
  hysteresis: option(z.number().min(0).default(0), {
    help: 'How far it must come back from the level for the event to end, in the same unit.',
  }),
  minimumSeconds: option(z.number().min(0).max(600).default(0), {
    help: 'Shorter events are dropped.',
    unit: 's',
  }),
  refractorySeconds: option(z.number().min(0).max(600).default(0), {
    help: 'No event begins for this long after the end of another on the same channel.',
    unit: 's',
  }),
})

export type ThresholdOptions = z.infer<typeof thresholdOptions>
