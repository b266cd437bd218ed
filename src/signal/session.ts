/** What is said of a recording by people: it stands in its name, beside it, and in the catalogue. */
import { z } from 'zod'

/** As BIDS wants it in file names: letters and digits. A subject is a code, never a name. */
const label = z
  .string()
  .max(40)
  .regex(/^[\p{Letter}\p{Number}]*$/u, 'letters and digits only')

/** Empty: not said, and not part of the file's name. */
export const sessionFieldsSchema = z.strictObject({
  subject: label,
  session: label,
  task: label,
  protocol: z.string().max(200),
  operator: z.string().max(200),
  notes: z.string().max(10_000),
})
export type SessionFields = z.output<typeof sessionFieldsSchema>

export const noSessionFields: SessionFields = {
  subject: '',
  session: '',
  task: '',
  protocol: '',
  operator: '',
  notes: '',
}
