import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const ganglionOptions = z.strictObject({
  labels: option(
    z
      .array(z.string().min(1))
      .length(4, 'a Ganglion has 4 channels')
      .default(['Fp1', 'Fp2', 'O1', 'O2']),
    { help: 'Electrode at each of the inputs 1 to 4.' },
  ),
  accelerometer: option(z.boolean().default(true), {
    help: 'Record the accelerometer; without it, samples come with one bit more.',
  }),
  off: option(z.array(z.int().min(1).max(4)).max(4).default([]), {
    live: true,
    help: 'Inputs to be switched off; they read 0.',
  }),
  testSignal: option(z.boolean().default(false), {
    live: true,
    help: 'The board’s square wave instead of the electrodes.',
  }),
  firmware: option(z.enum(['auto', '2', '3']).default('auto'), {
    help: 'Which way of packing samples the board uses; "auto" asks it.',
  }),
})

export type GanglionOptions = z.infer<typeof ganglionOptions>
