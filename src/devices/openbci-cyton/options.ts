import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const cytonOptions = z.strictObject({
  boardClock: option(z.boolean().default(true), {
    help: 'Ask the board to stamp every packet with its own clock (firmware 2 and later), so that long losses are counted exactly.',
  }),
  labels: option(
    z
      .array(z.string().min(1))
      .length(8, 'a Cyton has 8 channels')
      .default(['Fp1', 'Fp2', 'C3', 'C4', 'P7', 'P8', 'O1', 'O2']),
    { help: 'Electrode at each of the inputs 1 to 8.' },
  ),
})

export type CytonOptions = z.infer<typeof cytonOptions>
