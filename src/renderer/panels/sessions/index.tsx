/** Every recording there is: found, looked at, kept whole, given out, and erased. */
import './sessions.css'
import './details.css'
import './jobs.css'
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import type { Catalogued, Job } from '../../../contract/index.ts'
import { openInReview } from '../../state/review.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { formatCount } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import { Details } from './details.tsx'
import { beingVerified, isPending, JobView } from './job-view.tsx'
import { Recovery } from './recovery.tsx'
import { ReportView } from './report-view.tsx'
import { type Arrangement, arrange, type ColumnId, toRepair } from './rows.ts'
import { SettingsForm } from './settings-form.tsx'
import { RecordingTable } from './table.tsx'

const atFirst: Arrangement = {
  words: [],
  by: 'startedAt',
  descending: true,
  grouped: false,
  folded: new Set(),
}

export function SessionsPanel() {
  const { sessions } = useWorkbench()
  const { recordings, jobs, selected, trouble } = useStore(sessions.state)
  const [report, setReport] = useState<number | null>(null)
  const [how, setHow] = useState(atFirst)
  const [isSetting, setSetting] = useState(false)
  useEffect(() => sessions.watch(), [sessions])
  const openReport = useCallback((job: number) => setReport(job), [])
  const reported = jobs.find(({ id }) => id === report)
  const chosen = recordings?.find(({ id }) => id === selected)
  if (reported) return <ReportView job={reported} onClose={() => setReport(null)} />
  return (
    <div className="sessions-panel">
      <Tools {...{ how, setHow, recordings, isSetting, setSetting }} />
      {trouble && <Trouble {...trouble} />}
      {isSetting && <SettingsForm onDone={() => setSetting(false)} />}
      <Recovery broken={toRepair(recordings ?? [])} jobs={jobs} />
      <div className={`sessions-body ${chosen ? 'with-details' : ''}`}>
        <List {...{ recordings, how, setHow }} />
        {chosen && <Details key={chosen.id} recording={chosen} onReport={openReport} />}
      </div>
      <OtherJobs jobs={jobs} selected={selected} />
    </div>
  )
}

interface HowProps {
  readonly how: Arrangement
  readonly setHow: (how: Arrangement) => void
  readonly recordings: readonly Catalogued[] | null
}

interface ToolsProps extends HowProps {
  readonly isSetting: boolean
  readonly setSetting: (isSetting: boolean) => void
}

function Tools({ how, setHow, recordings, isSetting, setSetting }: ToolsProps) {
  const { sessions } = useWorkbench()
  const { trouble, run, isBusy } = useAttempt()
  const [text, setText] = useState('')
  return (
    <>
      <div className="tools">
        <input
          className="entry search"
          type="search"
          aria-label="Search"
          placeholder="Subject, task, operator, notes …"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            const words = event.target.value.split(/\s+/).filter((word) => word !== '')
            setHow({ ...how, words })
          }}
        />
        <button
          type="button"
          className="button"
          aria-pressed={how.grouped}
          onClick={() => setHow({ ...how, grouped: !how.grouped })}
        >
          By subject
        </button>
        <span className="dim count" role="status">
          {recordings &&
            (recordings.length === 1
              ? '1 recording'
              : `${formatCount(recordings.length)} recordings`)}
        </span>
        <button
          type="button"
          className="button plain"
          disabled={isBusy}
          title="Makes the catalogue anew from the files in the folder"
          onClick={() => void run('reading the files', () => sessions.start({ kind: 'rebuild' }))}
        >
          Rebuild
        </button>
        <button
          type="button"
          className="button"
          aria-expanded={isSetting}
          onClick={() => setSetting(!isSetting)}
        >
          Recording settings
        </button>
      </div>
      {trouble && <Trouble {...trouble} />}
    </>
  )
}

function List({ recordings, how, setHow }: HowProps) {
  const workbench = useWorkbench()
  const { sessions } = workbench
  const { selected, folder, jobs } = useStore(sessions.state)
  const rows = useMemo(() => arrange(recordings ?? [], how), [recordings, how])
  const reading = useMemo(() => beingVerified(jobs), [jobs])
  if (recordings === null) return <Empty>Reading the catalogue …</Empty>
  if (recordings.length === 0) {
    return (
      <Empty>
        <strong>Nothing is recorded yet.</strong>
        <span>
          Connect a device and press Record; what you record stands here. Files that lie in{' '}
          <span className="path">{folder}</span> already are taken in by Rebuild.
        </span>
      </Empty>
    )
  }
  if (rows.length === 0) return <Empty>No recording has all of these words.</Empty>
  const sort = (by: ColumnId) =>
    setHow({ ...how, by, descending: how.by === by ? !how.descending : by === 'startedAt' })
  const fold = (subject: string) => {
    const folded = new Set(how.folded)
    if (!folded.delete(subject)) folded.add(subject)
    setHow({ ...how, folded })
  }
  const open = (id: number) => {
    const found = recordings.find((each) => each.id === id)
    if (found) openInReview(workbench, `${folder}/${found.path}`)
  }
  return (
    <RecordingTable
      {...{ rows, selected, reading, by: how.by, descending: how.descending }}
      onSort={sort}
      onFold={fold}
      onSelect={(id) => sessions.select(id)}
      onOpen={open}
    />
  )
}

function Empty({ children }: { children: ReactNode }) {
  return <div className="nothing">{children}</div>
}

/** What nobody asked for is told of while it runs, and not while it waits for its time. */
function isUnasked({ isAutomatic, state }: Job): boolean {
  return isAutomatic && state === 'waiting'
}

/** Work that runs, and what is not shown with its recording. */
function OtherJobs({ jobs, selected }: { jobs: readonly Job[]; selected: number | null }) {
  const others = jobs.filter(
    (job) =>
      !('recording' in job.work) ||
      (isPending(job) && job.work.recording !== selected && !isUnasked(job)),
  )
  if (others.length === 0) return null
  const shown = others.toReversed().slice(-4)
  return (
    <ul className="jobs strip" aria-label="Work">
      {shown.map((job) => (
        <JobView key={job.id} job={job} isNamed />
      ))}
      {others.length > shown.length && (
        <li className="dim">and {formatCount(others.length - shown.length)} more</li>
      )}
    </ul>
  )
}
