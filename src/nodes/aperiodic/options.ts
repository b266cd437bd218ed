import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { rangeShape } from '../_spectrum/frequency-range.ts'
import { segmentShape } from '../_spectrum/welch-segment.ts'
import { windowShape } from '../_window/window-plan.ts'

const featureNames = ['exponent', 'offset'] as const

export const aperiodicOptions = z.strictObject({
  ...windowShape(8, 1),
  ...segmentShape(2),
  ...rangeShape(2, 40),
  features: option(
    z
      .array(z.enum(featureNames))
      .min(1)
      .default([...featureNames]),
    { help: 'Steepness of the fall of power with frequency, and its logarithm at 1 Hz.' },
  ),
})

export type AperiodicOptions = z.infer<typeof aperiodicOptions>
