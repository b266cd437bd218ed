import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { windowShape } from '../_window/window-plan.ts'

export const zeroCrossingsOptions = z.strictObject({
  ...windowShape(1, 0.25),
  level: option(z.enum(['mean', 'zero']).default('mean'), {
    help: 'What is crossed: the mean of the window, or zero.',
  }),
})

export type ZeroCrossingsOptions = z.infer<typeof zeroCrossingsOptions>
