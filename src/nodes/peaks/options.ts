import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const peaksOptions = z.strictObject({
  polarity: option(z.enum(['positive', 'negative']).default('positive'), {
    help: 'Peaks up, or troughs down.',
  }),
  minimumHeight: option(z.number().nullable().default(null), {
    help: 'Lower peaks are dropped, in the unit of the channel (of troughs: their depth below 0); null for none.',
  }),
  minimumProminence: option(z.number().min(0).default(20), {
    help: 'How far a peak must stand out from both sides, in the unit of the channel.',
  }),
  reachSeconds: option(z.number().min(0.002).max(60).default(0.5), {
    help: 'How far to either side prominence is looked for; also the delay of an event.',
    unit: 's',
  }),
  distanceSeconds: option(z.number().min(0).max(60).default(0), {
    help: 'A peak must be the highest within this time to either side, at most the reach.',
    unit: 's',
  }),
})

export type PeaksOptions = z.infer<typeof peaksOptions>
