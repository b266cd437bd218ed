import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { valueOptions } from '../_network/value-options.ts'

export const oscOptions = z.strictObject({
  ...valueOptions,
  stream: option(z.string().default(''), {
    help: 'OSC address of the messages that are received, such as /muse/eeg; without it the first with numbers.',
  }),
})

export type OscOptions = z.infer<typeof oscOptions>
