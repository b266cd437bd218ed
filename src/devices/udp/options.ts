import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { valueOptions } from '../_network/value-options.ts'

export const udpOptions = z.strictObject({
  ...valueOptions,
  counter: option(z.enum(['none', 'first', 'second']).default('none'), {
    help: 'Which column of lines of numbers counts the samples, so that losses are counted exactly. JSON tells it as "sample".',
  }),
})

export type UdpOptions = z.infer<typeof udpOptions>
