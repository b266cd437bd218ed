import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { rangeShape } from '../_spectrum/frequency-range.ts'
import { taperNames } from '../_spectrum/tapers.ts'
import { segmentShape } from '../_spectrum/welch-segment.ts'
import { windowShape } from '../_window/window-plan.ts'

export const psdOptions = z.strictObject({
  ...windowShape(4, 1),
  ...rangeShape(1, 45),
  method: option(z.enum(['welch', 'multitaper']).default('welch'), {
    help: 'Average over segments (Welch) or over many tapers of the whole window (Thomson).',
  }),
  ...segmentShape(2),
  overlap: option(z.number().min(0).max(0.95).default(0.5), {
    help: 'Share of a segment that the next one repeats, for Welch.',
    unit: '1',
  }),
  taper: option(z.enum(taperNames).default('hann'), {
    help: 'What a segment is multiplied with, for Welch.',
  }),
  bandwidthHz: option(z.number().positive().max(1000).default(2), {
    help: 'Width over which power is smoothed, for multitaper.',
    unit: 'Hz',
  }),
  scale: option(z.enum(['density', 'dB']).default('density'), {
    help: 'Unit squared per Hz, or 10 × log10 of it.',
  }),
})

export type PsdOptions = z.infer<typeof psdOptions>
