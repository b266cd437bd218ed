import { z } from 'zod'
import { option } from '../../signal/index.ts'

const channel = z.union([z.string().min(1), z.int().min(0)])

export const selectOptions = z.strictObject({
  channels: option(z.union([z.literal('frontal'), z.array(channel).min(1)]), {
    help: 'Labels or zero-based indices in the order wanted; or the word frontal: where blinks show most.',
  }),
})

export type SelectOptions = z.infer<typeof selectOptions>
