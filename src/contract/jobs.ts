/** Long work over recordings: what can be asked for, how far it is, and what came of it. */
import { z } from 'zod'
import { errorNoteSchema } from './messages.ts'
import { recordingSettingsSchema } from './recording-settings.ts'

export const exportTargets = [
  'xdf',
  'edf',
  'edf+c',
  'bdf',
  'bdf+c',
  'brainvision',
  'parquet',
  'csv',
  'bids',
] as const
export type ExportTarget = (typeof exportTargets)[number]

const folder = z.string().trim().min(1).max(4096)
const recording = z.int()

export const workSchema = z.discriminatedUnion('kind', [
  /** Reads it to its last sample, and holds it against its checksums. */
  z.strictObject({ kind: z.literal('verify'), recording }),
  /** Writes what can be read into a new file beside it. */
  z.strictObject({ kind: z.literal('repair'), recording }),
  /** Writes the integrity report beside it. */
  z.strictObject({ kind: z.literal('report'), recording }),
  z.strictObject({
    kind: z.literal('export'),
    recording,
    format: z.enum(exportTargets),
    /** Null: the folder of exports, in that of the recordings. */
    folder: folder.nullable(),
    /** Null: everything stays as it is. */
    deidentify: z
      .strictObject({ shiftDays: z.int().nullable(), keepAnnotations: z.boolean() })
      .nullable(),
    /** Of the mains, for BIDS. */
    lineHz: z.union([z.literal(50), z.literal(60)]).nullable(),
  }),
  /** Copies every file of a subject, with what the catalogue says. */
  z.strictObject({
    kind: z.literal('export-subject'),
    subject: z.string().min(1),
    folder,
  }),
  /** Makes the catalogue anew from the files. */
  z.strictObject({ kind: z.literal('rebuild') }),
])
export type Work = z.output<typeof workSchema>

const lossSchema = z.object({
  kind: z.string(),
  subject: z.string(),
  count: z.number(),
  detail: z.string(),
  maxError: z.number().optional(),
  unit: z.string().optional(),
})

/** What came of it. */
export const outcomeSchema = z.object({
  /** For people, with exact counts. */
  sentence: z.string(),
  /** False: something of the recording is lost or in doubt. */
  whole: z.boolean(),
  /** Paths on this machine. */
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
  /** What the format could not keep. */
  losses: z.array(lossSchema),
  /** Which format would have kept more; empty when nothing touched the samples. */
  advice: z.string(),
  /** What de-identification took out. */
  removed: z.array(z.object({ what: z.string(), count: z.number(), detail: z.string() })),
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
})
export type Outcome = z.output<typeof outcomeSchema>

export const jobSchema = z.object({
  id: z.int(),
  work: workSchema,
  /** Nobody asked for it: it makes room for everything else, and goes from the list when it is over. */
  isAutomatic: z.boolean(),
  /** The recording's path, or the subject. */
  about: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  /** Null where nothing can be counted yet. */
  progress: z.object({ done: z.number(), total: z.number(), unit: z.string() }).nullable(),
  outcome: outcomeSchema.nullable(),
  /** Why it failed. */
  note: errorNoteSchema.nullable(),
})
export type Job = z.output<typeof jobSchema>

/** Sent whenever the catalogue or a job changes. */
export const sessionsEventSchema = z.object({
  /** Where recordings go, on this machine. */
  folder: z.string(),
  settings: recordingSettingsSchema,
  /** Another number: the catalogue has changed since. */
  revision: z.int(),
  jobs: z.array(jobSchema),
})
export type SessionsEvent = z.output<typeof sessionsEventSchema>
