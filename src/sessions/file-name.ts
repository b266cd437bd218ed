/** What recordings are called: `sub-07_ses-01_task-rest_run-02.xdf`, after BIDS. */
import { join } from 'node:path'
import type { SessionFields } from '../signal/index.ts'

const ending = '.xdf'

/**
 * The first free name. What is not said is left out; without a session, it is the day's.
 * @param isTaken whether there is such a file already
 */
export function nextPath(
  folder: string,
  { subject, session, task }: Pick<SessionFields, 'subject' | 'session' | 'task'>,
  today: Date,
  isTaken: (path: string) => boolean,
): string {
  const parts = [
    ...(subject ? [`sub-${subject}`] : []),
    `ses-${session || dayOf(today)}`,
    ...(task ? [`task-${task}`] : []),
  ]
  for (let run = 1; ; run++) {
    const path = join(folder, `${[...parts, `run-${twoDigits(run)}`].join('_')}${ending}`)
    if (!isTaken(path)) return path
  }
}

/** What a name says, also one that others gave: parts that it lacks are empty. */
export function fieldsOfName(path: string): {
  subject: string
  session: string
  task: string
  run: number | null
} {
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
