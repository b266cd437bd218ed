import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { windowShape } from '../_window/window-plan.ts'

export const momentNames = ['mean', 'variance', 'std', 'skewness', 'kurtosis'] as const

export const momentsOptions = z.strictObject({
  ...windowShape(1, 0.25),
  features: option(
    z
      .array(z.enum(momentNames))
      .min(1)
      .default([...momentNames]),
    { help: 'Which moments, in this order.' },
  ),
})

export type MomentsOptions = z.infer<typeof momentsOptions>
