import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { aggregateOptions } from '../_event-time/aggregates.ts'

const seconds = z.number().min(0.001).max(3600)
const frames = z.int().min(1).max(1_000_000)

const windowSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tumbling'), seconds }),
  z.strictObject({ kind: z.literal('sliding'), seconds, hopSeconds: seconds }),
  z.strictObject({ kind: z.literal('session'), gapSeconds: seconds, longestSeconds: seconds }),
  z.strictObject({ kind: z.literal('count'), frames, hopFrames: frames }),
])

export const aggregateNodeOptions = z.strictObject({
  window: option(windowSchema.default({ kind: 'tumbling', seconds: 1 }), {
    help:
      'tumbling: one after the other, each so many seconds; sliding: a new one every hopSeconds;' +
      ' session: up to a pause of more than gapSeconds, or longestSeconds; count: so many frames.',
  }),
  ...aggregateOptions,
  latenessSeconds: option(z.number().min(0).max(60).default(0), {
    help: 'A window waits so long for frames out of order; older ones are refused, and counted.',
    unit: 's',
  }),
})

export type WindowChoice = z.infer<typeof windowSchema>
export type AggregateOptions = z.infer<typeof aggregateNodeOptions>
