import { z } from 'zod'
import { valueOptions } from '../_network/value-options.ts'

export const webSocketOptions = z.strictObject(valueOptions)

export type WebSocketOptions = z.infer<typeof webSocketOptions>
