import { z } from 'zod'
import { windowShape } from '../_window/window-plan.ts'

export const lineLengthOptions = z.strictObject(windowShape(1, 0.25))

export type LineLengthOptions = z.infer<typeof lineLengthOptions>
