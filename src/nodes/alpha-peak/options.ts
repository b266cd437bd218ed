import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { rangeShape } from '../_spectrum/frequency-range.ts'
import { segmentShape } from '../_spectrum/welch-segment.ts'
import { windowShape } from '../_window/window-plan.ts'

const featureNames = ['peak', 'gravity', 'height'] as const

export const alphaPeakOptions = z.strictObject({
  ...windowShape(8, 1),
  ...segmentShape(4),
  ...rangeShape(7, 13),
  features: option(
    z
      .array(z.enum(featureNames))
      .min(1)
      .default([...featureNames]),
    { help: 'Frequency of the peak, centre of gravity of the band, height of the peak.' },
  ),
  interpolate: option(z.boolean().default(true), {
    help: 'Takes the peak between the bins of the spectrum; off: at the highest bin, as most programs list it.',
  }),
})

export type AlphaPeakOptions = z.infer<typeof alphaPeakOptions>
