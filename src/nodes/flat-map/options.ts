import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { expressionText, termsOption } from '../_event-time/language.ts'

const row = z.strictObject({
  when: expressionText.optional(),
  values: z.array(expressionText).min(1).max(256),
})

const channel = z.strictObject({ label: z.string().min(1), unit: z.string().min(1).optional() })

export const flatMapOptions = z.strictObject({
  channels: option(z.array(channel).min(1).max(256), {
    help: 'What the values of every row are called, with a unit where their expressions do not tell it.',
  }),
  rows: option(z.array(row).min(1).max(256), {
    help: 'What becomes of a frame: a row of values for each of these whose when holds; with a * one for each channel that fits, e.g. when "\'* alpha\' > 10".',
  }),
  terms: termsOption,
})

export type FlatMapOptions = z.infer<typeof flatMapOptions>
