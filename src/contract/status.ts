/** What moves: numbers for the status bar, four times a second. */
import { z } from 'zod'
import { deviceHealthSchema, networkStatusSchema } from './devices.ts'
import { playbackPlaceSchema } from './playback.ts'

export const ledgerSchema = z.object({
  expected: z.number(),
  received: z.number(),
  lost: z.number(),
})

const percentiles = z.object({ count: z.number(), p50Ms: z.number(), p99Ms: z.number() })

export const recordingSchema = z.object({
  path: z.string(),
  /** Wall clock, ISO 8601. */
  startedAt: z.string(),
  elapsedSeconds: z.number(),
  bytes: z.number(),
  /** Seconds since the file was last forced to the disk. */
  syncedSecondsAgo: z.number(),
  markers: z.number(),
  /** Of the recording: begins at 0 where the recording began. */
  ledger: ledgerSchema,
})
export type RecordingStatus = z.infer<typeof recordingSchema>

/** What a sample goes through, in this order; storage is a branch of its own. */
export const latencyStages = [
  'acquisition',
  'transfer',
  'buffering',
  'processing',
  'storage',
  'delivery',
] as const

const stageSchema = z.object({
  stage: z.enum(latencyStages),
  /** Its share of the whole budget. */
  budgetMs: z.number(),
  /** Of the last ten seconds; null where nothing went that way. */
  taken: z.object({ p50Ms: z.number(), p99Ms: z.number() }).nullable(),
})
export type StageStatus = z.infer<typeof stageSchema>

export const statusSchema = z.object({
  /** Seconds on the host's clock: the same number line as the frames' times. */
  time: z.number(),
  /** Sum over all streams since their devices were opened. */
  ledger: ledgerSchema,
  streams: z.array(
    z.object({
      id: z.string(),
      ledger: ledgerSchema,
      effectiveRateHz: z.number(),
      /** The device's clock beside the host's; null until there is enough to tell. */
      clock: z
        .object({ driftPpm: z.number(), jitterMs: z.number(), uncertaintyMs: z.number() })
        .nullable(),
    }),
  ),
  /** What users' graphs give. */
  outputs: z.array(
    z.object({
      key: z.string(),
      ledger: ledgerSchema,
      effectiveRateHz: z.number(),
      /** From the arrival of what it was made of, in the last ten seconds; null where none left. */
      latency: z.object({ p50Ms: z.number(), p99Ms: z.number() }).nullable(),
    }),
  ),
  /** Of the devices that play a recording. */
  playbacks: z.array(playbackPlaceSchema),
  devices: z.array(deviceHealthSchema),
  network: networkStatusSchema,
  recording: recordingSchema.nullable(),
  disk: z.object({
    folder: z.string(),
    freeBytes: z.number(),
    /** At the rate of the open devices; null without one. */
    hoursLeft: z.number().nullable(),
    /** Of the copy; null without one. */
    mirror: z.object({ folder: z.string(), freeBytes: z.number() }).nullable().optional(),
  }),
  /** From a sample's bytes to its filtered value, and to the decoder's answer; null until known. */
  latency: z.object({
    filtered: percentiles.nullable(),
    inference: percentiles.nullable(),
    budgetMs: z.number(),
    stages: z.array(stageSchema),
  }),
  /** Frames withheld from this client because it was too slow; the recording has them all. */
  droppedFrames: z.number(),
})
export type Status = z.infer<typeof statusSchema>

export const markerSchema = z.object({
  time: z.number(),
  label: z.string(),
  durationSeconds: z.number(),
  source: z.string(),
  value: z.number().optional(),
})
export type MarkerEvent = z.infer<typeof markerSchema>
