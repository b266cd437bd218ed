import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const syntheticOptions = z.strictObject({
  channels: option(z.int().min(1).max(1024).default(8), { help: 'Number of channels.' }),
  rateHz: option(z.number().min(1).max(30_000).default(250), {
    help: 'Samples per second.',
    unit: 'Hz',
  }),
  seed: option(
    z
      .int()
      .min(0)
      .max(2 ** 31)
      .default(1),
    {
      help: 'The same seed gives the same signal, sample for sample.',
    },
  ),
  mainsHz: option(z.union([z.literal(0), z.literal(50), z.literal(60)]).default(50), {
    live: true,
    help: 'Mains hum; 0 for none.',
    unit: 'Hz',
  }),
  mainsUv: option(z.number().min(0).max(1000).default(4), {
    live: true,
    help: 'Strength of the hum.',
    unit: 'uV',
  }),
  alphaHz: option(z.number().min(1).max(40).default(10), {
    live: true,
    help: 'Alpha rhythm.',
    unit: 'Hz',
  }),
  alphaUv: option(z.number().min(0).max(500).default(20), {
    live: true,
    help: 'Strength of the alpha rhythm, which waxes and wanes around half of it.',
    unit: 'uV',
  }),
  backgroundUv: option(z.number().min(0).max(500).default(8), {
    live: true,
    help: 'RMS of the 1/f background.',
    unit: 'uV',
  }),
  blinksPerMinute: option(z.number().min(0).max(120).default(15), {
    live: true,
    help: 'Blinks, at random.',
  }),
  blinkUv: option(z.number().min(0).max(1000).default(180), {
    live: true,
    help: 'Height of a blink at Fp1 and Fp2.',
    unit: 'uV',
  }),
})

export type SyntheticOptions = z.infer<typeof syntheticOptions>
