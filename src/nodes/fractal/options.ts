import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { windowShape } from '../_window/window-plan.ts'

const fractalNames = ['higuchi', 'katz', 'petrosian'] as const

export const fractalOptions = z.strictObject({
  ...windowShape(2, 0.25),
  features: option(
    z
      .array(z.enum(fractalNames))
      .min(1)
      .default([...fractalNames]),
    { help: 'Which estimates, in this order.' },
  ),
  higuchiMost: option(z.int().min(2).max(100).default(10), {
    help: 'Longest step of Higuchi’s estimate.',
    unit: 'samples',
  }),
})

export type FractalOptions = z.infer<typeof fractalOptions>
