import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { valueOptions } from '../_network/value-options.ts'

export const udpOptions = z.strictObject({
  ...valueOptions,
  counter: option(z.enum(['none', 'first', 'second']).default('none'), {
    help: 'Which column of lines of numbers counts the samples, so that losses are counted exactly. JSON tells it as "sample".',
  }),
  description: option(z.string().default(''), {
    help: 'File that says how datagrams of bytes are to be read, as for a board on a serial port; examples are in examples/boards.',
  }),
})

export type UdpOptions = z.infer<typeof udpOptions>
