import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const triggerOptions = z.strictObject({
  baudRate: option(z.int().min(300).max(12_000_000).default(115_200), {
    help: 'Speed of the port; boxes that are USB ports of their own take any.',
    unit: 'Bd',
  }),
  label: option(z.string().max(100).default(''), {
    help: 'Text before the value in the marker, such as "stimulus "; without it the value alone.',
  }),
  reset: option(z.int().min(0).max(255).nullable().default(0), {
    help: 'The value to which the lines fall back, which is no marker of its own; null: there is none.',
  }),
})

export type TriggerOptions = z.infer<typeof triggerOptions>
