import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { rangeShape } from '../_spectrum/frequency-range.ts'
import { taperNames } from '../_spectrum/tapers.ts'
import { windowShape } from '../_window/window-plan.ts'

export const spectrogramOptions = z.strictObject({
  ...windowShape(1, 0.1),
  ...rangeShape(1, 45),
  taper: option(z.enum(taperNames).default('hann'), {
    help: 'What a window is multiplied with.',
  }),
  scale: option(z.enum(['density', 'dB']).default('dB'), {
    help: 'Unit squared per Hz, or 10 × log10 of it.',
  }),
})

export type SpectrogramOptions = z.infer<typeof spectrogramOptions>
