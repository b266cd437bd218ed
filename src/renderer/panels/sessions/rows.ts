/** What the table shows, in which order: recordings that fit the words, maybe under their subjects. */
import type { Catalogued } from '../../../contract/index.ts'

export type ColumnId =
  | 'subject'
  | 'session'
  | 'task'
  | 'run'
  | 'startedAt'
  | 'seconds'
  | 'bytes'
  | 'devices'
  | 'lost'
  | 'state'
  | 'verdict'

export interface Arrangement {
  /** Each has to stand somewhere. */
  readonly words: readonly string[]
  readonly by: ColumnId
  readonly descending: boolean
  readonly grouped: boolean
  /** Subjects whose recordings are folded away. */
  readonly folded: ReadonlySet<string>
}

export type Row =
  | { readonly kind: 'recording'; readonly recording: Catalogued }
  | {
      readonly kind: 'subject'
      readonly subject: string
      readonly recordings: number
      readonly seconds: number
      readonly bytes: number
      readonly lost: number
      readonly isFolded: boolean
    }

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

export function arrange(recordings: readonly Catalogued[], how: Arrangement): Row[] {
  const words = how.words.map((word) => word.toLowerCase())
  const found = words.length === 0 ? recordings : recordings.filter((each) => fits(each, words))
  const sorted = sortedBy(found, how.by, how.descending)
  if (!how.grouped) return sorted.map((recording) => ({ kind: 'recording', recording }))
  const groups = new Map<string, Catalogued[]>()
  for (const recording of sorted) {
    const own = groups.get(recording.subject)
    if (own) own.push(recording)
    else groups.set(recording.subject, [recording])
  }
  return [...groups].flatMap(([subject, own]) => groupRows(subject, own, how.folded.has(subject)))
}

function groupRows(subject: string, own: readonly Catalogued[], isFolded: boolean): Row[] {
  const sum = (of: (recording: Catalogued) => number | null | undefined) =>
    own.reduce((total, each) => total + (of(each) ?? 0), 0)
  const head: Row = {
    kind: 'subject',
    subject,
    recordings: own.length,
    seconds: sum(({ seconds }) => seconds),
    bytes: sum(({ bytes }) => bytes),
    lost: sum(({ ledger }) => ledger?.lost),
    isFolded,
  }
  const rest = own.map((recording): Row => ({ kind: 'recording', recording }))
  return isFolded ? [head] : [head, ...rest]
}

function fits(recording: Catalogued, words: readonly string[]): boolean {
  const { path, subject, session, task, protocol, operator, notes, devices } = recording
  const said = [path, subject, session, task, protocol, operator, notes, devices]
  const text = said.join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}

function valueIn(recording: Catalogued, by: ColumnId): string | number | null {
  if (by === 'lost') return recording.ledger?.lost ?? null
  if (by === 'verdict') return recording.integrity?.verdict ?? null
  return recording[by]
}

/** What is not known stands last, whichever way; what is alike stays in the order of its beginning. */
function sortedBy(
  recordings: readonly Catalogued[],
  by: ColumnId,
  descending: boolean,
): Catalogued[] {
  const sign = descending ? -1 : 1
  return recordings
    .map((recording) => ({ recording, value: valueIn(recording, by) }))
    .sort((a, b) => {
      if (a.value === b.value) return 0
      if (a.value === null || a.value === '') return 1
      if (b.value === null || b.value === '') return -1
      const isNumber = typeof a.value === 'number' && typeof b.value === 'number'
      if (isNumber) return sign * ((a.value as number) - (b.value as number))
      return sign * collator.compare(String(a.value), String(b.value))
    })
    .map(({ recording }) => recording)
}

/** Recordings that were never closed, and of which nothing was recovered yet. */
export function toRepair(recordings: readonly Catalogued[]): Catalogued[] {
  const paths = new Set(recordings.map(({ path }) => path))
  return recordings.filter(
    ({ state, path }) =>
      state === 'interrupted' &&
      !/_recovered\.xdf$/i.test(path) &&
      !paths.has(path.replace(/(_part-\d+)?\.[^./]*$/, '_recovered.xdf')),
  )
}
