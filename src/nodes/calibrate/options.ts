import { z } from 'zod'

export const calibrateOptions = z.strictObject({})
export type CalibrateOptions = z.infer<typeof calibrateOptions>
