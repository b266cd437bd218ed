import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const alignOptions = z.strictObject({
  method: option(z.enum(['latest', 'next', 'nearest', 'linear']).default('latest'), {
    help: "latest: b's newest value not after the frame of a; next: the first not before it; nearest: the nearer of both; linear: between its two neighbours.",
  }),
  toleranceSeconds: option(z.number().positive().max(86_400).default(1), {
    help: 'An older value of b (for linear: neighbours further apart) counts as missing.',
    unit: 's',
  }),
  maxWaitSeconds: option(z.number().min(0).max(60).default(1), {
    help: "How long, in a's own time, a frame of a waits for b to come as far; then it goes on with what there is.",
    unit: 's',
  }),
  whenMissing: option(z.enum(['nan', 'drop']).default('nan'), {
    help: 'Where b has no value: nan sends the frame without one (NaN), drop leaves the frame out.',
  }),
  disorderSeconds: option(z.number().min(0).max(60).default(0), {
    help: 'Frames of b up to this much older than its newest are put in their place; older ones are refused.',
    unit: 's',
  }),
  prefixA: option(z.string().max(64).default(''), {
    help: "Goes before the labels of a's channels.",
  }),
  prefixB: option(z.string().max(64).default(''), {
    help: "Goes before the labels of b's channels.",
  }),
})

export type AlignOptions = z.infer<typeof alignOptions>
