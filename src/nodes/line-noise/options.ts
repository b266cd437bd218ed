import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

export const lineNoiseOptions = z.strictObject({
  mainsHz: option(z.number().min(10).max(1000).default(50), {
    help: 'Nominal mains frequency: 50 or 60.',
    unit: 'Hz',
  }),
  harmonics: option(z.int().min(1).max(16).default(3), {
    help: 'How many multiples are removed, the mains frequency itself included; those above 45 % of the rate are left out.',
  }),
  memorySeconds: option(z.number().min(0.1).max(60).default(1), {
    help: 'Time constant with which the sines are learnt: longer is narrower and slower.',
    unit: 's',
  }),
  trackHz: option(z.number().min(0).max(1).default(0.5), {
    help: 'How far the true frequency may be from the nominal one; 0: not tracked.',
    unit: 'Hz',
  }),
  recordSeconds: recordOption,
})

export type LineNoiseOptions = z.infer<typeof lineNoiseOptions>
