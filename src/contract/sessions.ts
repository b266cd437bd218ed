/** A recording as the catalogue knows it, what its files say, and what a user may change of it. */
import { z } from 'zod'
import { sessionFieldsSchema } from '../signal/index.ts'
import { errorNoteSchema } from './messages.ts'
import { channelSchema } from './setup.ts'
import { ledgerSchema } from './status.ts'

export const cataloguedSchema = sessionFieldsSchema.extend({
  id: z.int(),
  /** Within the folder of the recordings. */
  path: z.string(),
  run: z.int().nullable(),
  /** `interrupted`: it was never closed. */
  state: z.enum(['recording', 'closed', 'interrupted']),
  /** Wall clock, ISO 8601. */
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  seconds: z.number().nullable(),
  bytes: z.number().nullable(),
  /** Names of the devices, one after the other. */
  devices: z.string(),
  ledger: ledgerSchema.nullable(),
  process: z.int().nullable(),
  settingsVersion: z.int().nullable(),
  montageVersion: z.int().nullable(),
  /** Null: nobody has read it to its end yet. */
  integrity: z
    .object({
      verdict: z.enum(['complete', 'gaps', 'damaged']),
      checkedAt: z.string(),
      /** For people; empty where nobody noted it. */
      reason: z.string(),
    })
    .nullable(),
})
export type Catalogued = z.output<typeof cataloguedSchema>

/** What is left out stays. Names of files follow subject, session, task and run. */
export const entryChangeSchema = sessionFieldsSchema
  .extend({ run: z.int().min(1).max(99_999) })
  .partial()
export type EntryChangeRequest = z.input<typeof entryChangeSchema>

export const ownFileSchema = z.object({
  /** Within the folder of the recordings. */
  path: z.string(),
  bytes: z.number(),
})
export type OwnFileEntry = z.output<typeof ownFileSchema>

/** Beside the files of recordings; paths are of this machine. */
export const copiesSchema = z.object({
  /** Copies that were written meanwhile, and can be reached: erased, too. */
  mirrors: z.array(ownFileSchema),
  /** What stays, because it cannot be taken apart or reached. */
  elsewhere: z.array(z.object({ path: z.string(), what: z.string() })),
})

const electrodeSchema = z.object({
  electrode: z.string(),
  /** `off`: no contact. */
  before: z.union([z.number(), z.literal('off')]),
  /** Null where it was measured once only. */
  after: z.union([z.number(), z.literal('off')]).nullable(),
})

/** What the files themselves hold; seconds count from the first sample. */
export const contentSchema = z.object({
  format: z.string(),
  startedAt: z.string().nullable(),
  seconds: z.number(),
  ledger: ledgerSchema,
  /** `closed`: of everything; `open`: of all but its last moments; `none` lie beside it. */
  checksums: z.enum(['closed', 'open', 'none']),
  streams: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.string(),
      sampleFormat: z.string(),
      nominalRateHz: z.number(),
      effectiveRateHz: z.number(),
      channels: z.array(channelSchema),
      ledger: ledgerSchema,
      gaps: z.int(),
    }),
  ),
  /** The first of them. */
  gaps: z.array(
    z.object({
      stream: z.string(),
      second: z.number(),
      /** Null for an irregular stream. */
      seconds: z.number().nullable(),
      lostSamples: z.number(),
      exact: z.boolean(),
      reason: z.string(),
    }),
  ),
  gapCount: z.int(),
  /** The first of them. */
  markers: z.array(
    z.object({ second: z.number(), label: z.string(), source: z.string().nullable() }),
  ),
  markerCount: z.int(),
  impedances: z.array(electrodeSchema),
  /** When which settings were in force, as JSON; the first of them. */
  settings: z.array(z.object({ second: z.number(), text: z.string() })),
  problems: z.array(z.object({ code: z.string(), message: z.string(), harmless: z.boolean() })),
})
export type RecordingContent = z.output<typeof contentSchema>

export const recordingDetailsSchema = z.object({
  /** On this machine. */
  path: z.string(),
  files: z.array(ownFileSchema),
  /** Files that the samples are in. */
  parts: z.int(),
  settings: z.json(),
  montage: z.json(),
  /** Null where nothing can be read; then the trouble says why. */
  content: contentSchema.nullable(),
  trouble: errorNoteSchema.nullable(),
})
export type RecordingDetails = z.output<typeof recordingDetailsSchema>
