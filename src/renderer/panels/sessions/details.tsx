/** The selected recording: what can be done with it, what was typed, what its files hold. */
import { useEffect, useRef, useState } from 'react'
import type { Catalogued, ExportTarget } from '../../../contract/index.ts'
import { openInReview } from '../../state/review.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench, type Workbench } from '../../state/workbench.ts'
import { fileName, formatBytes, formatClock } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { type Attempt, useAttempt } from '../../ui/use-attempt.ts'
import { dateOf, Sign, verdicts } from './columns.tsx'
import { CopyPath } from './copy-path.tsx'
import { DetailsContent } from './details-content.tsx'
import { EntryForm } from './entry-form.tsx'
import { EraseForm } from './erase-form.tsx'
import { ExportForm } from './export-form.tsx'
import { JobView } from './job-view.tsx'
import { SubjectExportForm } from './subject-export-form.tsx'

type Sheet = 'export' | 'erase' | 'erase-subject' | 'export-subject' | null

interface DetailsProps {
  readonly recording: Catalogued
  readonly onReport: (job: number) => void
}

export function Details({ recording, onReport }: DetailsProps) {
  const workbench = useWorkbench()
  const { sessions } = workbench
  const { details, folder, jobs } = useStore(sessions.state)
  const attempt = useAttempt()
  const [sheet, setSheet] = useState<Sheet>(null)
  const path = details?.path ?? `${folder}/${recording.path}`
  const own = jobs.filter(({ work }) => 'recording' in work && work.recording === recording.id)
  useWantedReport(own, onReport)
  const exportAs = (format: ExportTarget) => {
    const plain = { folder: null, deidentify: null, lineHz: null }
    const work = { kind: 'export', recording: recording.id, format, ...plain } as const
    void attempt.run('exporting', () => sessions.start(work))
  }
  return (
    <article className="details" aria-label="Recording">
      <header>
        <h2 title={path}>{fileName(recording.path)}</h2>
        <button
          type="button"
          className="button plain small square"
          aria-label="Close details"
          onClick={() => sessions.select(null)}
        >
          <Icon name="close" />
        </button>
      </header>
      <Said recording={recording} />
      <Actions {...{ recording, path, attempt, setSheet }} />
      {attempt.trouble && <Trouble {...attempt.trouble} />}
      <Sheets {...{ recording, sheet }} onDone={() => setSheet(null)} />
      {own.length > 0 && (
        <ul className="jobs" aria-label="Work on this recording">
          {own.toReversed().map((job) => (
            <JobView key={job.id} job={job} onReport={onReport} onExport={exportAs} />
          ))}
        </ul>
      )}
      <EntryForm recording={recording} />
      {details?.trouble && <Trouble {...details.trouble} />}
      {details ? (
        <DetailsContent details={details} />
      ) : (
        <p className="dim reading">Reading its files …</p>
      )}
    </article>
  )
}

interface SheetsProps {
  readonly recording: Catalogued
  readonly sheet: Sheet
  readonly onDone: () => void
}

function Sheets({ recording, sheet, onDone }: SheetsProps) {
  const { details } = useStore(useWorkbench().sessions.state)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (sheet !== null) place.current?.scrollIntoView({ block: 'start' })
  }, [sheet])
  const { id, subject } = recording
  if (sheet === null) return null
  return (
    <div className="sheets" ref={place}>
      {sheet === 'export' && (
        <ExportForm {...{ recording, onDone }} content={details?.content ?? null} />
      )}
      {sheet === 'export-subject' && <SubjectExportForm {...{ subject, onDone }} />}
      {sheet === 'erase' && <EraseForm of={{ recording: id }} onDone={onDone} />}
      {sheet === 'erase-subject' && <EraseForm of={{ subject }} onDone={onDone} />}
    </div>
  )
}

/** A report that was asked for here opens by itself when it is written. */
function useWantedReport(
  jobs: readonly { readonly id: number; readonly state: string; readonly work: { kind: string } }[],
  onReport: (job: number) => void,
): void {
  const [waiting, setWaiting] = useState<number | null>(null)
  const pending = jobs.find(
    ({ work, state }) => work.kind === 'report' && (state === 'running' || state === 'waiting'),
  )
  const over = jobs.find(({ id, state }) => id === waiting && state === 'done')
  useEffect(() => {
    if (pending) setWaiting(pending.id)
  }, [pending])
  useEffect(() => {
    if (!over) return
    setWaiting(null)
    onReport(over.id)
  }, [over, onReport])
}

function Said({ recording }: { recording: Catalogued }) {
  const { startedAt, seconds, bytes, devices, integrity, state } = recording
  const facts = [
    dateOf(startedAt),
    seconds === null ? '' : formatClock(seconds),
    bytes === null ? '' : formatBytes(bytes),
    devices,
  ].filter((fact) => fact !== '')
  return (
    <p className="said">
      <span className="dim">{facts.join(' · ')}</span>
      {state === 'interrupted' && <Sign icon="triangle" level="warning" word="never closed" />}
      {state === 'recording' && <Sign icon="disc" level="recording" word="being recorded" />}
      {integrity && <Sign {...verdicts[integrity.verdict]} />}
      {integrity ? (
        <span className="dim">verified {dateOf(integrity.checkedAt)}</span>
      ) : (
        state !== 'recording' && <span className="dim">not yet verified</span>
      )}
      {integrity?.reason && <span className="reason">{integrity.reason}</span>}
    </p>
  )
}

interface ActionsProps {
  readonly recording: Catalogued
  readonly path: string
  readonly attempt: Attempt
  readonly setSheet: (sheet: Sheet) => void
}

function Actions({ recording, path, attempt, setSheet }: ActionsProps) {
  const workbench = useWorkbench()
  const { sessions } = workbench
  const { id, state, subject } = recording
  const isBeingRecorded = state === 'recording'
  const start = (kind: 'verify' | 'repair' | 'report') => () =>
    void attempt.run(`starting to ${kind}`, () => sessions.start({ kind, recording: id }))
  const button = (text: string, act: () => void, more = '') => (
    <button
      type="button"
      className={`button small ${more}`}
      disabled={isBeingRecorded}
      onClick={act}
    >
      {text}
    </button>
  )
  return (
    <div className="actions">
      {button('Review', () => openInReview(workbench, path), 'primary')}
      {button('Play as device', () => void attempt.run('playing', () => play(workbench, path)))}
      {button('Verify', start('verify'))}
      {button('Report', start('report'))}
      {button('Repair', start('repair'), state === 'interrupted' ? 'primary' : '')}
      {button('Export …', () => setSheet('export'))}
      <span className="apart" />
      <CopyPath path={path} />
      <button
        type="button"
        className="button plain small"
        onClick={() => void attempt.run('showing the file', () => sessions.show(path))}
      >
        Show file
      </button>
      {subject !== '' && button('Export subject …', () => setSheet('export-subject'), 'plain')}
      {button('Delete …', () => setSheet('erase'), 'plain')}
      {subject !== '' && button('Delete subject …', () => setSheet('erase-subject'), 'plain')}
    </div>
  )
}

/** @throws SynapseError */
async function play({ link, preferences }: Workbench, path: string): Promise<void> {
  await link.call('devices.open', { driver: 'replay', address: path })
  preferences.patch({ centre: 'live' })
}
