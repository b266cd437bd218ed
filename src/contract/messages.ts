/** The envelopes: calls with an answer, and events. One JSON text each. */
import { z } from 'zod'
import { errorTable } from '../signal/index.ts'

export const errorNoteSchema = z.strictObject({
  code: z.enum(Object.keys(errorTable) as [keyof typeof errorTable]),
  message: z.string(),
  remedy: z.string(),
})

/** From client to host. `id` is the client's, and comes back with the answer. */
export const callSchema = z.strictObject({
  call: z.string(),
  id: z.int().nonnegative(),
  params: z.unknown(),
})

/** From client to host: so many bytes of frames have been taken in since the channel opened. */
export const takenSchema = z.strictObject({ takenBytes: z.number().nonnegative() })

export const clientMessageSchema = z.union([callSchema, takenSchema])
export type ClientMessage = z.infer<typeof clientMessageSchema>

export const hostMessageSchema = z.union([
  z.strictObject({ answer: z.int(), result: z.unknown() }),
  z.strictObject({ answer: z.int(), error: errorNoteSchema }),
  z.strictObject({ event: z.string(), data: z.unknown() }),
])
export type HostMessage = z.infer<typeof hostMessageSchema>

/** No honest message of a client is longer. */
export const maxCallBytes = 256 * 1024
