import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { windowShape } from '../_window/window-plan.ts'

export const hjorthNames = ['activity', 'mobility', 'complexity'] as const

export const hjorthOptions = z.strictObject({
  ...windowShape(1, 0.25),
  features: option(
    z
      .array(z.enum(hjorthNames))
      .min(1)
      .default([...hjorthNames]),
    { help: 'Which of the parameters, in this order.' },
  ),
})

export type HjorthOptions = z.infer<typeof hjorthOptions>
