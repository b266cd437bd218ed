/** What the catalogue knows of a recording. */
import { z } from 'zod'
import type { SessionFields } from '../signal/index.ts'

/** `recording`: being written, or never closed. `interrupted`: never closed, and looked at since. */
export const recordingStates = ['recording', 'closed', 'interrupted'] as const
export type RecordingState = (typeof recordingStates)[number]

export const ledgerFiguresSchema = z.strictObject({
  expected: z.number(),
  received: z.number(),
  lost: z.number(),
})
export type LedgerFigures = z.output<typeof ledgerFiguresSchema>

/** What reading it to its last sample has found, and when. */
export const integritySchema = z.strictObject({
  /** Sound, and nothing lost; sound, and what is lost is marked; or damaged. */
  verdict: z.enum(['complete', 'gaps', 'damaged']),
  checkedAt: z.string(),
  /** For people, with what is wrong; empty where nobody noted it. */
  reason: z.string().default(''),
})
export type Integrity = z.output<typeof integritySchema>

export interface CataloguedRecording extends SessionFields {
  readonly id: number
  /** Within the folder of the recordings, with slashes. */
  readonly path: string
  readonly run: number | null
  readonly state: RecordingState
  /** Wall clock, ISO 8601; null where nothing says it. */
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly seconds: number | null
  readonly bytes: number | null
  /** Names, as they were when it began; empty where nobody said. */
  readonly devices: string
  readonly ledger: LedgerFigures | null
  /** Process that writes it, as long as it is `recording`. */
  readonly process: number | null
  /** Versions in force: the same settings have the same number. */
  readonly settingsVersion: number | null
  readonly montageVersion: number | null
  /** Null: nobody has looked. */
  readonly integrity: Integrity | null
}
