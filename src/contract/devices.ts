/** How an open device is set, how it fares, and what is sent and received beside the devices. */
import { z } from 'zod'
import { errorNoteSchema } from './messages.ts'

/** Values by option, as the driver's schema has them. */
export const deviceOptionsSchema = z.record(z.string(), z.unknown())

export const deviceSettingsSchema = z.object({
  /** All of them, as they are in force. */
  options: deviceOptionsSchema,
  /** Those that can be changed while samples flow; the others open the device anew. */
  live: z.array(z.string()),
})

export const healthTopics = [
  'loss',
  'rate',
  'battery',
  'signal',
  'bridge',
  'clock',
  'buffer',
] as const

/** What is not as it should be, and what to do about it. */
export const healthWarningSchema = z.object({
  topic: z.enum(healthTopics),
  /** The stream that it is about; empty: the device. */
  stream: z.string(),
  message: z.string(),
  remedy: z.string(),
})
export type HealthWarning = z.infer<typeof healthWarningSchema>

/** Null where the device does not tell. */
export const deviceHealthSchema = z.object({
  device: z.string(),
  firmware: z.string().nullable(),
  batteryPercent: z.number().nullable(),
  rssiDbm: z.number().nullable(),
  /** What its bridge to USB holds back at most. */
  bridgeLatencyMs: z.number().nullable(),
  /** How often it was silent although linked, and how often its link was down. */
  silences: z.int(),
  reconnections: z.int(),
  /** The last time that nothing came; without `seconds` while it lasts. */
  lastSilence: z
    .object({
      kind: z.enum(['silent', 'unlinked']),
      /** Seconds on the host's clock. */
      time: z.number(),
      seconds: z.number().nullable(),
    })
    .nullable(),
  /** Of its streams the worst, while one records: what the file does not have yet. */
  buffer: z.object({ heldSeconds: z.number(), holdsSeconds: z.number() }).nullable(),
  warnings: z.array(healthWarningSchema),
})
export type DeviceHealth = z.infer<typeof deviceHealthSchema>

export const endpointSchema = z.strictObject({
  host: z.string().trim().min(1).max(255),
  port: z.int().min(0).max(65_535),
})

/** How streams leave beside LSL; `udp` and `websocket` as JSON. */
export const networkKinds = ['osc', 'udp', 'websocket'] as const

/** What is sent over the network, and who may send markers: what stands. */
export const networkSchema = z.object({
  /** As `lsl.sending`, for all targets alike. */
  sending: z.enum(['devices', 'everything']),
  targets: z.array(
    z.object({
      key: z.string(),
      kind: z.enum(networkKinds),
      at: endpointSchema,
      /** Why it does not send any more. */
      problem: errorNoteSchema.optional(),
    }),
  ),
  /** Where markers are listened for; null while they are not. */
  markersAt: endpointSchema.nullable(),
})
export type NetworkSetup = z.infer<typeof networkSchema>

/** As `networkSchema`: what moves. */
export const networkStatusSchema = z.object({
  targets: z.array(
    z.object({
      key: z.string(),
      sent: z.number(),
      /** Messages that a receiver or the system was too slow for. */
      dropped: z.number(),
      /** Null where nobody can know. */
      receivers: z.number().nullable(),
    }),
  ),
  /** Samples that the thread which sends was too slow for. */
  missed: z.number(),
  lsl: z.object({ received: z.number(), dropped: z.number() }),
  markers: z.object({ received: z.number(), refused: z.number() }),
})
export type NetworkFigures = z.infer<typeof networkStatusSchema>
