import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { expressionText, termsOption } from '../_event-time/language.ts'

export const baselineOptions = z.strictObject({
  key: option(z.string().min(1).max(200).default('all'), {
    help: 'Whose baseline it is: the subject, with session or condition where each has its own.',
  }),
  keyChannel: option(z.string().nullable().default(null), {
    help: "A channel that tells which baseline a frame belongs to, by its rounded value: a marker's code, a condition.",
  }),
  learnWhile: option(expressionText.nullable().default(null), {
    help: 'Frames for which this holds are learnt from, e.g. quality above 0.7; null: all are.',
  }),
  terms: termsOption,
  memoryFrames: option(z.int().min(2).max(1e9).nullable().default(null), {
    help: 'The baseline follows the last so many frames, exponentially; null: every frame counts alike.',
  }),
  fewestFrames: option(z.int().min(2).max(1_000_000).default(30), {
    help: 'Frames that a baseline must be made of before anything is measured against it.',
  }),
  tell: option(z.boolean().default(false), {
    help: 'Whether mean, standard deviation and frames of the baseline go out too.',
  }),
  timeToLiveDays: option(z.number().positive().max(36_500).nullable().default(90), {
    help: 'A baseline that nothing is learnt to for so long is forgotten; null: never.',
    unit: 'd',
  }),
  saveSeconds: option(z.number().min(0).max(3600).default(1), {
    help: 'How often what is learnt is put into the store, in stream time; as much may be lost.',
    unit: 's',
  }),
  consistency: option(z.enum(['session', 'strong']).default('session'), {
    help: 'strong: every save is on the disk before the next frame, which waits for it.',
  }),
})

export type BaselineOptions = z.infer<typeof baselineOptions>
