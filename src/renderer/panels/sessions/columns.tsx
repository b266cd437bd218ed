/** The columns of the table of recordings: what stands in them, how wide, on which side. */
import type { ReactNode } from 'react'
import type { Catalogued } from '../../../contract/index.ts'
import { formatBytes, formatClock, formatCount } from '../../ui/format.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import type { ColumnId } from './rows.ts'

export interface Column {
  readonly id: ColumnId
  readonly title: string
  readonly isNumber?: boolean
  /** @param isReading it is being verified, or soon will be */
  cell(recording: Catalogued, isReading: boolean): ReactNode
}

const unknown = <span className="dim">–</span>

export const columns: readonly Column[] = [
  { id: 'subject', title: 'Subject', cell: ({ subject }) => subject || unknown },
  { id: 'session', title: 'Session', cell: ({ session, path }) => session || named(path) },
  { id: 'task', title: 'Task', cell: ({ task }) => task || unknown },
  { id: 'run', title: 'Run', isNumber: true, cell: ({ run }) => run ?? unknown },
  { id: 'startedAt', title: 'Date', cell: ({ startedAt }) => dateOf(startedAt) || unknown },
  {
    id: 'seconds',
    title: 'Duration',
    isNumber: true,
    cell: ({ seconds }) => (seconds === null ? unknown : formatClock(seconds)),
  },
  {
    id: 'bytes',
    title: 'Size',
    isNumber: true,
    cell: ({ bytes }) => (bytes === null ? unknown : formatBytes(bytes)),
  },
  { id: 'devices', title: 'Devices', cell: ({ devices }) => devices || unknown },
  {
    id: 'lost',
    title: 'Lost',
    isNumber: true,
    cell: ({ ledger }) =>
      ledger === null ? (
        unknown
      ) : (
        <span className={ledger.lost > 0 ? 'warned' : 'dim'}>{formatCount(ledger.lost)}</span>
      ),
  },
  {
    id: 'state',
    title: 'State',
    cell: ({ state, path }) => <Sign {...(isRecovered(path) ? recovered : states[state])} />,
  },
  {
    id: 'verdict',
    title: 'Integrity',
    cell: ({ integrity }, isReading) =>
      isReading ? reading : integrity ? <Sign {...verdicts[integrity.verdict]} /> : unverified,
  },
]

interface SignProps {
  readonly icon: IconName
  readonly level: string
  readonly word: string
}

const states: Record<Catalogued['state'], SignProps> = {
  recording: { icon: 'disc', level: 'recording', word: 'recording' },
  closed: { icon: 'square', level: 'quiet', word: 'closed' },
  interrupted: { icon: 'triangle', level: 'warning', word: 'not closed' },
}

const recovered: SignProps = { icon: 'square', level: 'quiet', word: 'recovered' }

/** Made of one that was never closed. */
function isRecovered(path: string): boolean {
  return /_recovered\.xdf$/i.test(path)
}

export const verdicts: Record<'complete' | 'gaps' | 'damaged', SignProps> = {
  complete: { icon: 'check', level: 'good', word: 'complete' },
  gaps: { icon: 'triangle', level: 'warning', word: 'gaps' },
  damaged: { icon: 'fault', level: 'fault', word: 'damaged' },
}

const unverified = <span className="dim">not verified</span>
const reading = <span className="dim">verifying …</span>

export function Sign({ icon, level, word }: SignProps) {
  return (
    <span className={`sign ${level}`}>
      <Icon name={icon} size={10} />
      {word}
    </span>
  )
}

/** A recording of other programs may say no more than its name. */
function named(path: string): ReactNode {
  const session = /(?:^|[_/])ses-([\p{Letter}\p{Number}]+)/u.exec(path)?.[1]
  return session ? <span className="dim">{session}</span> : unknown
}

/** As the clock on the wall has shown it here: "2026-11-21 13:14". */
export function dateOf(iso: string | null): string {
  if (iso === null) return ''
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}
