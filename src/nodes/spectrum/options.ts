import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { rangeShape } from '../_spectrum/frequency-range.ts'
import { taperNames } from '../_spectrum/tapers.ts'
import { windowShape } from '../_window/window-plan.ts'

const parts = ['magnitude', 'phase'] as const

export const spectrumOptions = z.strictObject({
  ...windowShape(2, 0.25),
  ...rangeShape(1, 45),
  taper: option(z.enum(taperNames).default('hann'), {
    help: 'What a window is multiplied with.',
  }),
  parts: option(z.array(z.enum(parts)).min(1).default(['magnitude']), {
    help: 'What is given of every frequency, in this order.',
  }),
})

export type SpectrumOptions = z.infer<typeof spectrumOptions>
