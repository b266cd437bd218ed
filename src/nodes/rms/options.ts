import { z } from 'zod'
import { windowShape } from '../_window/window-plan.ts'

export const rmsOptions = z.strictObject(windowShape(1, 0.25))

export type RmsOptions = z.infer<typeof rmsOptions>
