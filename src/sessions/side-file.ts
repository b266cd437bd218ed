/**
 * Beside every recording, what was typed for it and what was in force: `NAME.session.json`. The
 * recording knows its samples, this knows its story; from both the catalogue can be made anew.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { reasonOf, SynapseError, sessionFieldsSchema } from '../signal/index.ts'
import { integritySchema, ledgerFiguresSchema, recordingStates } from './entry.ts'
import { stemOf } from './file-name.ts'

const knownCopySchema = z.strictObject({
  /** On the machine that made it. */
  path: z.string(),
  /** The format, or what else it is. */
  kind: z.string(),
  madeAt: z.string(),
})
export type KnownCopy = z.output<typeof knownCopySchema>

const storySchema = z.strictObject({
  version: z.literal(1),
  ...sessionFieldsSchema.shape,
  state: z.enum(recordingStates),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  seconds: z.number().nullable(),
  bytes: z.number().nullable(),
  ledger: ledgerFiguresSchema.nullable(),
  /** Left out until somebody has looked. */
  integrity: integritySchema.optional(),
  /** Where a copy of its first file was written meanwhile. */
  mirror: z.string().optional(),
  /** What was made of it, as far as we know. */
  copies: z.array(knownCopySchema).optional(),
  /** Devices with their options, and the view. */
  settings: z.json(),
  /** Streams with their channels. */
  montage: z.json(),
})
export type RecordingStory = z.output<typeof storySchema>

const longest = 1 << 22

export function sidePath(path: string): string {
  return `${stemOf(path)}.session.json`
}

/** The file is whole at every moment. @throws SynapseError io-failed */
export function writeSideFile(path: string, story: RecordingStory): void {
  const target = sidePath(path)
  try {
    writeFileSync(`${target}.part`, `${JSON.stringify(story, null, 2)}\n`, { flush: true })
    renameSync(`${target}.part`, target)
  } catch (cause) {
    throw new SynapseError('io-failed', `writing ${target}: ${reasonOf(cause)}`, { cause })
  }
}

/** Null where there is none. @throws SynapseError file-damaged */
export function readSideFile(path: string): RecordingStory | null {
  const target = sidePath(path)
  try {
    const text = readFileSync(target, 'utf8')
    if (text.length > longest) throw new Error(`${text.length} characters are too many`)
    return storySchema.parse(JSON.parse(text))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new SynapseError('file-damaged', `reading ${target}: ${reasonOf(cause)}`, {
      cause,
      remedy: 'The recording itself is not touched by it; remove the file or correct it.',
    })
  }
}
