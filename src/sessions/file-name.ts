/** What recordings are called: `sub-07_ses-01_task-rest_run-02.xdf`, after BIDS, or as a user says. */
import { join } from 'node:path'
import type { SessionFields } from '../signal/index.ts'

const ending = '.xdf'

/** Words in braces are filled in; a piece between `_` and `/` whose words are all empty is left out. */
export const usualTemplate = 'sub-{subject}_ses-{session}_task-{task}_run-{run}'

export type NamedFields = Pick<SessionFields, 'subject' | 'session' | 'task'>

/**
 * The first free name. What is not said is left out; without a session, it is the day's.
 * @param isTaken whether there is such a file already
 * @param template with `{run}` in it: so no two recordings have the same name
 */
export function nextPath(
  folder: string,
  fields: NamedFields,
  today: Date,
  isTaken: (path: string) => boolean,
  template = usualTemplate,
): string {
  const date = dayOf(today)
  const time = `${twoDigits(today.getHours())}${twoDigits(today.getMinutes())}`
  const { subject, task } = fields
  const words = { subject, session: fields.session || date, task, date, time }
  for (let run = 1; ; run++) {
    const name = filled(template, { ...words, run: twoDigits(run) })
    const path = join(folder, `${name}${ending}`)
    if (!isTaken(path)) return path
  }
}

function filled(template: string, words: Readonly<Record<string, string>>): string {
  const levels = template.split('/').map((level) =>
    level
      .split('_')
      .flatMap((piece) => {
        const names = [...piece.matchAll(/\{(\w+)\}/g)].map(([, name]) => words[name!] ?? '')
        if (names.length > 0 && names.every((word) => word === '')) return []
        return [piece.replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '')]
      })
      .join('_'),
  )
  return levels.filter((level) => level !== '').join('/')
}

const entities = { subject: 'sub', session: 'ses', task: 'task', run: 'run' } as const

/** What a name says, also one that others gave: parts that it lacks are empty. */
export function fieldsOfName(path: string): NamedFields & { readonly run: number | null } {
  const name = path
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.[^.]*$/, '')
  const part = (key: string) =>
    new RegExp(`(?:^|_)${key}-([\\p{Letter}\\p{Number}]+)(?=_|$)`, 'u').exec(name)?.[1] ?? ''
  const run = part('run')
  return {
    subject: part('sub'),
    session: part('ses'),
    task: part('task'),
    run: /^\d{1,9}$/.test(run) ? Number(run) : null,
  }
}

/**
 * The stem that follows from other fields: `sub-07` becomes `sub-08` in every folder and in the
 * name. A name that says nothing of the kind, as one that was typed, stays.
 */
export function renamedStem(stem: string, change: Partial<NamedFields & { run: number }>): string {
  const levels = stem.split('/')
  const isSaid = Object.values(entities).some((key) => entityIn(levels.at(-1)!, key) !== null)
  if (!isSaid) return stem
  let renamed = levels
  for (const [field, key] of Object.entries(entities)) {
    const value = change[field as keyof typeof entities]
    if (value === undefined) continue
    const last = renamed.length - 1
    const word = typeof value === 'number' ? twoDigits(value) : value
    renamed = renamed.map((level, i) => withEntity(level, key, word, i === last))
  }
  return renamed.filter((level) => level !== '').join('/')
}

function entityIn(level: string, key: string): RegExpExecArray | null {
  return new RegExp(`(^|_)${key}-([\\p{Letter}\\p{Number}]+)(?=_|$)`, 'u').exec(level)
}

/** @param mayAdd in the name itself, behind what stands before it in BIDS */
function withEntity(level: string, key: string, word: string, mayAdd: boolean): string {
  const found = entityIn(level, key)
  if (found) {
    const before = level.slice(0, found.index)
    const after = level.slice(found.index + found[0].length)
    const piece = word === '' ? '' : `${found[1]}${key}-${word}`
    return `${before}${piece}${after}`.replace(/^_/, '')
  }
  if (word === '' || !mayAdd) return level
  const order = Object.values(entities) as string[]
  const pieces = level.split('_')
  const rank = (piece: string) => order.indexOf(piece.split('-')[0]!)
  const own = order.indexOf(key)
  const at = pieces.findIndex((piece) => rank(piece) > own)
  pieces.splice(at < 0 ? pieces.length : at, 0, `${key}-${word}`)
  return pieces.join('_')
}

/** Without its ending, and without the number of its part: what all files of a recording share. */
export function stemOf(path: string): string {
  return path.replace(/\.[^./\\]*$/, '').replace(/_part-\d+$/, '')
}

/** Whether a file belongs to the recording of this stem, and to no other one. */
export function belongsTo(stem: string, path: string): boolean {
  if (!path.startsWith(stem)) return false
  return /^(_part-\d+|_recovered)?\./.test(path.slice(stem.length))
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}${twoDigits(date.getMonth() + 1)}${twoDigits(date.getDate())}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
