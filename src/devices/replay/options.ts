import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const replayOptions = z.strictObject({
  speed: option(z.number().min(0.1).max(100).default(1), { help: 'Times real time.' }),
  loop: option(z.boolean().default(false), { help: 'Begin again at the end.' }),
})

export type ReplayOptions = z.infer<typeof replayOptions>
