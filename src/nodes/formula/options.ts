import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { expressionText, termsOption } from '../_event-time/language.ts'

const channel = z.strictObject({
  label: z.string().min(1),
  expression: expressionText,
  unit: z.string().min(1).optional(),
})

export const formulaOptions = z.strictObject({
  channels: option(z.array(channel).min(1).max(4096), {
    help: 'Channels to compute: label, expression, and a unit where the expression does not tell it.',
  }),
  keepInput: option(z.boolean().default(false), {
    help: 'Whether the channels of the input stay, in front.',
  }),
  terms: termsOption,
})

export type FormulaOptions = z.infer<typeof formulaOptions>
