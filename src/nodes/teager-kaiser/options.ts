import { z } from 'zod'
import { windowShape } from '../_window/window-plan.ts'

export const teagerKaiserOptions = z.strictObject(windowShape(1, 0.25))

export type TeagerKaiserOptions = z.infer<typeof teagerKaiserOptions>
