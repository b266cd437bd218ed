import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

export const eyeRegressionOptions = z.strictObject({
  references: option(
    z.union([z.literal('auto'), z.array(z.string().min(1)).min(1)]).default('auto'),
    {
      help: 'Labels of the EOG channels. Auto: those of type EOG, or else the EEG channels nearest to the eyes, which then stay uncleaned.',
    },
  ),
  learning: option(z.enum(['running', 'calibration', 'given']).default('running'), {
    help: 'Weights learnt all the time with a fading memory, from the first seconds only, or given.',
  }),
  memorySeconds: option(z.number().min(1).max(3600).default(30), {
    help: 'Running: time constant with which the past fades.',
    unit: 's',
  }),
  calibrationSeconds: option(z.number().min(1).max(600).default(20), {
    help: 'Calibration: the first so many seconds are learnt from, and pass uncleaned.',
    unit: 's',
  }),
  weights: option(z.array(z.array(z.number())).nullable().default(null), {
    help: 'Given: one row per cleaned channel, one weight per reference.',
  }),
  learnAbove: option(z.number().positive().nullable().default(null), {
    help: 'Learns only while a reference is this far from its mean, that is during eye movements; null: always.',
    unit: 'uV',
  }),
  recordSeconds: recordOption,
})

export type EyeRegressionOptions = z.infer<typeof eyeRegressionOptions>
