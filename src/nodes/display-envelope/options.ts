import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const displayEnvelopeOptions = z.strictObject({
  binRateHz: option(z.number().positive().max(4000).default(250), {
    help: 'At most so many bins a second; a signal that is slower passes sample by sample.',
    unit: 'Hz',
  }),
})

export type DisplayEnvelopeOptions = z.infer<typeof displayEnvelopeOptions>
