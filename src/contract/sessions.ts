/** A recording as the catalogue knows it. */
import { z } from 'zod'
import { sessionFieldsSchema } from '../signal/index.ts'
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
  ledger: ledgerSchema.nullable(),
  process: z.int().nullable(),
  settingsVersion: z.int().nullable(),
  montageVersion: z.int().nullable(),
})
