import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const museOptions = z.strictObject({
  preset: option(z.enum(['auto', 'p20', 'p21', 'p50', 'p51', 'p60', 'p61']).default('auto'), {
    help: 'What the headband is told to send; "auto" takes p50 where it has an optical sensor, p20 for the auxiliary input, p21 otherwise.',
  }),
  aux: option(z.boolean().default(false), {
    help: 'Record the auxiliary input, as a stream of its own.',
  }),
  ppg: option(z.boolean().default(true), {
    help: 'Record the optical sensor where there is one (Muse 2 and S).',
  }),
})

export type MuseOptions = z.infer<typeof museOptions>
