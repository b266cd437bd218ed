/**
 * Which streams an address means that is no name: `*` all, or a predicate in the words of liblsl's
 * own resolver, `type='EEG' and starts-with(name,'BioSemi')`.
 */
import type { LslStream } from '../../signal/index.ts'

export type StreamPredicate = (stream: LslStream) => boolean

const fields: Readonly<Record<string, (stream: LslStream) => string>> = {
  name: ({ name }) => name,
  type: ({ type }) => type,
  hostname: ({ hostname }) => hostname,
  source_id: ({ sourceId }) => sourceId,
  uid: ({ uid }) => uid,
  channel_format: ({ format }) => format,
  channel_count: ({ channels }) => String(channels),
  nominal_srate: ({ rateHz }) => String(rateHz),
}
const field = `(${Object.keys(fields).join('|')})`
const quoted = `(?:'([^']*)'|"([^"]*)")`
const equals = new RegExp(`^${field}\\s*=\\s*(?:${quoted}|([^\\s'"]+))$`)
const startsWith = new RegExp(`^starts-with\\(\\s*${field}\\s*,\\s*${quoted}\\s*\\)$`)

/** Null where it is none, and has to be a name. */
export function readPredicate(text: string): StreamPredicate | null {
  if (text.trim() === '*') return () => true
  const terms = text.split(/\s+and\s+(?=(?:[^'"]|'[^']*'|"[^"]*")*$)/).map(readTerm)
  if (terms.some((term) => term === null)) return null
  return (stream) => terms.every((term) => term!(stream))
}

function readTerm(text: string): StreamPredicate | null {
  const term = text.trim()
  const same = equals.exec(term)
  if (same) {
    const wanted = same[2] ?? same[3] ?? same[4] ?? ''
    return (stream) => fields[same[1]!]!(stream) === wanted
  }
  const begins = startsWith.exec(term)
  if (!begins) return null
  const wanted = begins[2] ?? begins[3] ?? ''
  return (stream) => fields[begins[1]!]!(stream).startsWith(wanted)
}
