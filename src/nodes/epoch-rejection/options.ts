import { z } from 'zod'
import { option } from '../../signal/index.ts'

const limit = z.number().positive().nullable()

export const epochRejectionOptions = z.strictObject({
  epochSeconds: option(z.number().min(0.05).max(60).default(1), {
    help: 'Length of the epochs that are kept or rejected as a whole; they follow one another.',
    unit: 's',
  }),
  amplitude: option(limit.default(150), {
    help: 'Peak to peak, more is rejected; null: not looked at.',
    unit: 'uV',
  }),
  gradientPerMs: option(limit.default(50), {
    help: 'Step from one sample to the next per millisecond, more is rejected; null: not looked at.',
    unit: 'uV/ms',
  }),
  flat: option(limit.default(0.5), {
    help: 'Peak to peak, less is rejected; null: not looked at.',
    unit: 'uV',
  }),
  improbability: option(limit.default(5), {
    help: 'How many standard deviations less probable than the epochs before is rejected; null: not looked at.',
  }),
  memoryEpochs: option(z.number().min(5).max(10_000).default(60), {
    help: 'Number of epochs with which the past fades that improbability compares with.',
  }),
})

export type EpochRejectionOptions = z.infer<typeof epochRejectionOptions>
