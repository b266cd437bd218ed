import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const waveletPowerOptions = z.strictObject({
  frequenciesHz: option(
    z
      .array(z.number().positive().max(10_000))
      .min(1)
      .max(200)
      .default([4, 6, 8, 10, 12, 16, 20, 25, 30, 40]),
    { help: 'Frequencies of the wavelets.', unit: 'Hz' },
  ),
  cycles: option(z.number().min(1).max(30).default(5), {
    help: 'Cycles of every wavelet: more see frequency finer, fewer see time finer.',
    unit: '1',
  }),
  hopSeconds: option(z.number().min(0.001).max(600).default(0.05), {
    help: 'Time from one value to the next.',
    unit: 's',
  }),
  scale: option(z.enum(['power', 'dB']).default('power'), {
    help: 'Unit squared, or 10 × log10 of it.',
  }),
})

export type WaveletPowerOptions = z.infer<typeof waveletPowerOptions>
