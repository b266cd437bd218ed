/** A recording that is looked at: what is in it, how far its overview is built, and its pages. */
import { z } from 'zod'
import { errorNoteSchema } from './messages.ts'
import { channelSchema, viewSettingsSchema } from './setup.ts'

const gapSchema = z.object({
  /** Seconds on the recording's clock. */
  from: z.number(),
  to: z.number(),
  lostSamples: z.number(),
  exact: z.boolean(),
  reason: z.string(),
})
export type ReviewGap = z.infer<typeof gapSchema>

const reviewStreamSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  /** 0: irregular. */
  nominalRateHz: z.number(),
  effectiveRateHz: z.number(),
  channels: z.array(channelSchema),
  samples: z.number(),
  lostSamples: z.number(),
  firstTime: z.number().nullable(),
  lastTime: z.number().nullable(),
  gapCount: z.int(),
  /** The first of them, at most `listed`. */
  gaps: z.array(gapSchema),
})
export type ReviewStream = z.infer<typeof reviewStreamSchema>

const markerSchema = z.object({ time: z.number(), label: z.string(), durationSeconds: z.number() })
export type ReviewMarker = z.infer<typeof markerSchema>

/** So many gaps, markers and problems are listed; the rest is a count. */
export const listed = 5000

export const reviewedSchema = z.object({
  path: z.string(),
  /** Files that the recording consists of. */
  parts: z.int(),
  format: z.string(),
  /** Wall clock, ISO 8601. */
  startedAt: z.string().nullable(),
  /** Seconds on the recording's clock; equal in a recording without samples. */
  from: z.number(),
  to: z.number(),
  streams: z.array(reviewStreamSchema),
  markers: z.array(markerSchema),
  markerCount: z.int(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })),
})
export type Reviewed = z.infer<typeof reviewedSchema>

/** How far the overview is built, which goes on while pages are read. */
export const reviewProgressSchema = z.object({
  state: z.enum(['opening', 'building', 'ready', 'failed']),
  /** Samples of all channels that are in the overview, and all there are. */
  doneSamples: z.number(),
  samples: z.number(),
  /** Why it failed, or why there will be no overview. */
  note: errorNoteSchema.nullable(),
})
export type ReviewProgress = z.infer<typeof reviewProgressSchema>

/** How a page is referenced and filtered, as the live traces are. */
export const reviewViewSchema = viewSettingsSchema.omit({ binRateHz: true })
export type ReviewView = z.infer<typeof reviewViewSchema>

export const reviewPageQuerySchema = z.strictObject({
  review: z.string(),
  stream: z.string(),
  /** By number in the stream. */
  channels: z.array(z.int().nonnegative()).min(1).max(1024),
  /** Seconds on the recording's clock. */
  from: z.number(),
  to: z.number(),
  columns: z.int().min(1).max(8192),
  /** Null: as it is in the file. */
  view: reviewViewSchema.nullable(),
})
export type ReviewPageQuery = z.infer<typeof reviewPageQuerySchema>

export const reviewPageSchema = z.object({
  /** `samples`: a point is a sample. `envelope`: lowest and highest of a stretch of them. */
  kind: z.enum(['samples', 'envelope']),
  points: z.int(),
  /** f64 × points, little-endian, base64: seconds on the recording's clock. */
  times: z.string(),
  /**
   * f32 × points × channels × 2, little-endian, base64: of every point and channel lowest and
   * highest, in the channel's unit; NaN where nothing is known, which no line crosses.
   */
  values: z.string(),
  /** False where a part of it is still to be read: ask again later. */
  complete: z.boolean(),
  /** Whether the view's montage and filters are in it: a wide page has only what is in the file. */
  filtered: z.boolean(),
})
export type ReviewPage = z.infer<typeof reviewPageSchema>
