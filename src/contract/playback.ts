/** A device that plays a recording: how it plays, and where it is. */
import { z } from 'zod'

export const playbackSchema = z.object({
  paused: z.boolean(),
  /** Times real time. */
  speed: z.number(),
  /** Begins again at the end. */
  loop: z.boolean(),
  lengthSeconds: z.number(),
})
export type PlaybackEntry = z.infer<typeof playbackSchema>

/** Where one is, four times a second. */
export const playbackPlaceSchema = z.object({
  device: z.string(),
  /** Of the recording, from its beginning. */
  seconds: z.number(),
})
