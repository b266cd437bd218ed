/** How the recordings of a folder are made: kept by the host, beside them. */
import { z } from 'zod'

const path = z.string().trim().min(1).max(4096)

/** Words that a template may have in braces. */
export const templateWords = ['subject', 'session', 'task', 'run', 'date', 'time'] as const

const template = z
  .string()
  .trim()
  .max(200)
  .regex(/\{run\}/, 'needs {run}: so no two recordings have the same name')
  .refine(
    (text) =>
      [...text.matchAll(/\{([^}]*)\}/g)].every(([, word]) =>
        (templateWords as readonly (string | undefined)[]).includes(word),
      ),
    `knows only {${templateWords.join('}, {')}}`,
  )
  .refine(
    (text) => /^[\p{Letter}\p{Number}{}_\-./ ]+$/u.test(text) && !/(^|\/)[./]|\/$/.test(text),
    'has letters, digits, - _ and / only, and stays within the folder',
  )

export const recordingSettingsSchema = z.strictObject({
  /** Without the ending; `/` makes folders. */
  template,
  /** Where recordings go; null: where the host was started to record. */
  folder: path.nullable(),
  /** When the next file begins; null: never. */
  split: z
    .union([
      z.strictObject({ bytes: z.number().min(100_000) }),
      z.strictObject({ seconds: z.number().min(1) }),
    ])
    .nullable(),
  /** A copy is written there, too. */
  mirrorFolder: path.nullable(),
  /** Streams without which nothing is recorded: by name, type or id. */
  expected: z.array(z.string().trim().min(1).max(200)).max(100),
})
export type RecordingSettings = z.output<typeof recordingSettingsSchema>
