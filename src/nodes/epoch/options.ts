import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { aggregateOptions } from '../_event-time/aggregates.ts'

const fromMarker = z.number().min(-600).max(600)

export const epochOptions = z.strictObject({
  fromSeconds: option(fromMarker.default(-0.2), {
    help: 'Where the epoch begins, from the marker; negative is before it.',
    unit: 's',
  }),
  toSeconds: option(fromMarker.default(0.8), {
    help: 'Where the epoch ends, from the marker; the end itself is not in it.',
    unit: 's',
  }),
  baselineSeconds: option(z.tuple([fromMarker, fromMarker]).nullable().default(null), {
    help: 'From and to, from the marker: the mean over it is taken off every value; null takes off nothing.',
    unit: 's',
  }),
  at: option(z.enum(['onset', 'frame']).default('onset'), {
    help: 'Whether a marker is where its event began (its time less its channel "since onset", if it has one), or at the time of its frame.',
  }),
  ...aggregateOptions,
  latenessSeconds: option(z.number().min(0).max(60).default(0), {
    help: 'An epoch waits so long for frames out of order; older ones are refused, and counted.',
    unit: 's',
  }),
  patienceSeconds: option(z.number().min(0).max(600).default(2), {
    help: 'How long after its epoch a marker may come; after that it is late, and left out.',
    unit: 's',
  }),
})

export type EpochOptions = z.infer<typeof epochOptions>
