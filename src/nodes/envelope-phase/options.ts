import { z } from 'zod'
import { option } from '../../signal/index.ts'

const outputs = ['amplitude', 'phase'] as const

export const envelopePhaseOptions = z.strictObject({
  lowHz: option(z.number().positive().max(100_000).default(8), {
    help: 'Lower edge of the band.',
    unit: 'Hz',
  }),
  highHz: option(z.number().positive().max(100_000).default(13), {
    help: 'Upper edge of the band.',
    unit: 'Hz',
  }),
  transitionHz: option(z.number().min(0.1).max(10_000).default(2), {
    help: 'Width from pass to stop at either edge: narrower lags longer, by 1.65 / width.',
    unit: 'Hz',
  }),
  outputs: option(
    z
      .array(z.enum(outputs))
      .min(1)
      .default([...outputs]),
    { help: 'What is given of every channel, in this order.' },
  ),
})

export type EnvelopePhaseOptions = z.infer<typeof envelopePhaseOptions>
