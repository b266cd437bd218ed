import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { expressionText, termsOption } from '../_event-time/language.ts'

export const keepOptions = z.strictObject({
  condition: option(expressionText, {
    help: "Frames for which this holds are kept, e.g. min('* score') above 0.5.",
  }),
  otherwise: option(z.enum(['drop', 'blank']).default('drop'), {
    help: 'drop: the other frames are left out; blank: they stay, with no number (NaN) in them.',
  }),
  terms: termsOption,
})

export type KeepOptions = z.infer<typeof keepOptions>
