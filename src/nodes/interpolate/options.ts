import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const interpolateOptions = z.strictObject({
  channels: option(z.array(z.string().min(1)).default([]), {
    help: 'Bad channels: their values are made from those of the other EEG channels.',
  }),
})

export type InterpolateOptions = z.infer<typeof interpolateOptions>
