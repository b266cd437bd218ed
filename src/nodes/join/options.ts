import { z } from 'zod'
import { option } from '../../signal/index.ts'

const away = z.number().min(-600).max(600)

export const joinOptions = z.strictObject({
  fromSeconds: option(away.default(-0.5), {
    help: 'From here on a frame of b belongs to one of a, counted from it; negative is before it.',
    unit: 's',
  }),
  toSeconds: option(away.default(0.5), {
    help: 'Up to here, itself included.',
    unit: 's',
  }),
  whenNone: option(z.enum(['drop', 'nan']).default('drop'), {
    help: 'A frame of a that none of b belongs to: drop leaves it out, nan sends it without a number (NaN) of b.',
  }),
  maxWaitSeconds: option(z.number().min(0).max(60).default(1), {
    help: "How long, in a's own time, a frame of a waits for b to come as far; then it goes on with what there is.",
    unit: 's',
  }),
  disorderSeconds: option(z.number().min(0).max(60).default(0), {
    help: 'Frames of either up to this much older than its newest are put in their place; older ones are refused.',
    unit: 's',
  }),
  prefixA: option(z.string().max(64).default(''), {
    help: "Goes before the labels of a's channels.",
  }),
  prefixB: option(z.string().max(64).default(''), {
    help: "Goes before the labels of b's channels.",
  }),
})

export type JoinOptions = z.infer<typeof joinOptions>
