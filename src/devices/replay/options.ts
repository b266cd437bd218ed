import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const replayOptions = z.strictObject({
  speed: option(z.number().min(0.1).max(100).default(1), { help: 'Times real time.' }),
  fromSeconds: option(z.number().min(0).default(0), {
    help: 'Where it begins, from the beginning of the recording.',
    unit: 's',
  }),
  loop: option(z.boolean().default(false), { help: 'Begin again at the end.' }),
})

export type ReplayOptions = z.infer<typeof replayOptions>
