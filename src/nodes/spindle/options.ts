import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const spindleOptions = z.strictObject({
  lowHz: option(z.number().min(8).max(20).default(12), {
    help: 'Lower edge of the spindle band.',
    unit: 'Hz',
  }),
  highHz: option(z.number().min(9).max(25).default(15), {
    help: 'Upper edge of the spindle band.',
    unit: 'Hz',
  }),
  relativePower: option(z.number().min(0).max(1).default(0.2), {
    help: 'Share of the power from 1 to 30 Hz that the band must have.',
    unit: '1',
  }),
  correlation: option(z.number().min(0).max(1).default(0.65), {
    help: 'Correlation that the signal must have with its own band.',
    unit: '1',
  }),
  deviations: option(z.number().min(0).max(10).default(1.5), {
    help: 'How many standard deviations above its mean the RMS of the band must lie.',
    unit: '1',
  }),
  baselineSeconds: option(z.number().min(5).max(600).default(120), {
    help: 'How much of the past mean and standard deviation are taken of.',
    unit: 's',
  }),
  minimumSeconds: option(z.number().min(0.1).max(5).default(0.5), {
    help: 'Shorter events are no spindles.',
    unit: 's',
  }),
  maximumSeconds: option(z.number().min(0.5).max(10).default(2), {
    help: 'Longer events are no spindles.',
    unit: 's',
  }),
})

export type SpindleOptions = z.infer<typeof spindleOptions>
