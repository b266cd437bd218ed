import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { expressionText, termsOption } from '../_event-time/language.ts'

const seconds = z.number().positive().max(86_400)
const orNone = z.number().min(0).max(86_400).default(0)

/** What has to happen, one step after the other; `rule-text.ts` says the same in words. */
const stepSchema = z.strictObject({
  /** The condition. */
  when: expressionText,
  /** Once it holds, it goes on until this does (hysteresis). */
  until: expressionText.optional(),
  /** Must hold all the while, without breaks. */
  while: expressionText.optional(),
  /** The condition must not hold. */
  absent: z.boolean().default(false),
  /** How long it must hold. */
  forSeconds: orNone,
  /** Pauses of the condition that are shorter are overlooked. */
  breakSeconds: orNone,
  /** How often it must come, … */
  times: z.int().min(1).max(64).default(1),
  /** … from the begin of the first to the last. */
  inSeconds: seconds.optional(),
  /** How soon after the step before. */
  withinSeconds: seconds.optional(),
})

const ruleSchema = z.strictObject({
  steps: z.array(stepSchema).min(1).max(16),
  /** From the begin of the first step to the last. */
  withinSeconds: seconds.optional(),
  /** What the event tells: its value in the frame in which the rule is met. */
  value: expressionText.optional(),
  /** Whether the event is sent as soon as the rule is met, or when its last step is over. */
  event: z.enum(['met', 'over']).default('met'),
  /** How long after an event nothing is looked for. */
  notAgainForSeconds: orNone,
})

export const ruleOptions = z.strictObject({
  rule: option(z.union([z.string().min(1).max(4000), ruleSchema]), {
    help: 'The rule, in words or as steps: theta / beta above 2.5 for 3 s while quality > 0.5, then event.',
  }),
  terms: termsOption,
  bridgeSeconds: option(z.number().positive().max(3600).default(2), {
    help: 'When two frames are further apart, everything under way starts over.',
    unit: 's',
  }),
})

export type RuleSpec = z.infer<typeof ruleSchema>
export type StepSpec = z.infer<typeof stepSchema>
export type RuleOptions = z.infer<typeof ruleOptions>
