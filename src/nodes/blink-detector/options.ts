import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const blinkDetectorOptions = z.strictObject({
  channels: option(
    z.union([z.literal('frontal'), z.array(z.int().min(0)).min(1)]).default('frontal'),
    {
      help: '"frontal" for the channels nearest to the eyes, or indices; their mean is looked at.',
    },
  ),
  thresholdUv: option(z.number().min(5).max(2000).default(60), {
    help: 'A deflection between 1 and 10 Hz above this may be a blink.',
    unit: 'uV',
  }),
  minimumSeconds: option(z.number().min(0).max(1).default(0.04), {
    help: 'Shorter deflections are no blinks.',
    unit: 's',
  }),
  maximumSeconds: option(z.number().min(0.1).max(5).default(0.6), {
    help: 'Longer deflections are no blinks.',
    unit: 's',
  }),
  refractorySeconds: option(z.number().min(0).max(5).default(0.1), {
    help: 'No blink begins for this long after another.',
    unit: 's',
  }),
})

export type BlinkDetectorOptions = z.infer<typeof blinkDetectorOptions>
