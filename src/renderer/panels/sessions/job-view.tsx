/** One piece of long work: how far it is, or what came of it, with what could not be kept. */
import type { ExportTarget, Job, Outcome } from '../../../contract/index.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName, formatBytes, formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { CopyPath } from './copy-path.tsx'

const doings: Record<Job['work']['kind'], string> = {
  verify: 'Verifying',
  repair: 'Repairing',
  report: 'Writing the report',
  export: 'Exporting',
  'export-subject': 'Copying the subject',
  rebuild: 'Reading all recordings',
}
const dones: Record<Job['work']['kind'], string> = {
  verify: 'Verified',
  repair: 'Repaired',
  report: 'Report written',
  export: 'Exported',
  'export-subject': 'Subject copied',
  rebuild: 'Catalogue made anew',
}

export const isPending = ({ state }: Job) => state === 'waiting' || state === 'running'

/** Recordings that are being verified, or soon will be. */
export function beingVerified(jobs: readonly Job[]): ReadonlySet<number> {
  const verifying = jobs.filter((job) => isPending(job) && job.work.kind === 'verify')
  return new Set(verifying.flatMap(({ work }) => ('recording' in work ? [work.recording] : [])))
}

interface JobViewProps {
  readonly job: Job
  /** Names what it is about, where that is not plain from where it stands. */
  readonly isNamed?: boolean
  readonly onReport?: (job: number) => void
  readonly onExport?: (format: ExportTarget) => void
}

export function JobView({ job, isNamed = false, onReport, onExport }: JobViewProps) {
  const { sessions } = useWorkbench()
  const { id, work, state, outcome, note, about } = job
  const pending = isPending(job)
  const target = work.kind === 'export' ? ` as ${work.format.toUpperCase()}` : ''
  return (
    <li className={`job ${outcome?.whole === false ? 'partly' : state}`}>
      <div className="job-line">
        <span className="job-name">
          <JobSign job={job} />
          {pending ? doings[work.kind] : dones[work.kind]}
          {target}
          {isNamed && <span className="dim">{fileName(about)}</span>}
        </span>
        {pending && <Count job={job} />}
        {outcome && work.kind === 'report' && onReport && (
          <button type="button" className="button small" onClick={() => onReport(id)}>
            Open report
          </button>
        )}
        <button
          type="button"
          className="button plain small"
          onClick={() => void (pending ? sessions.cancel(id) : sessions.dismiss(id))}
        >
          {pending ? 'Cancel' : 'Dismiss'}
        </button>
      </div>
      {state === 'cancelled' && <p className="dim">Cancelled; nothing half-made is left.</p>}
      {note && <Trouble message={note.message} remedy={note.remedy} />}
      {outcome && <OutcomeView {...{ outcome, work }} {...(onExport ? { onExport } : {})} />}
    </li>
  )
}

function JobSign({ job: { state, outcome } }: { job: Job }) {
  if (state === 'failed') return <Icon name="fault" size={12} />
  if (state === 'done') return <Icon name={outcome?.whole ? 'check' : 'triangle'} size={12} />
  return <Icon name={state === 'cancelled' ? 'close' : 'opening'} size={12} />
}

/** So many of so many; a bar only where there is a total. */
function Count({ job: { state, progress, isAutomatic } }: { job: Job }) {
  if (state === 'waiting') {
    return <span className="dim">{isAutomatic ? 'when nothing is recorded' : 'waiting'}</span>
  }
  if (!progress) return <span className="dim">reading …</span>
  const { done, total, unit } = progress
  const told = unit === 'bytes' ? formatBytes : formatCount
  return (
    <span className="job-count">
      <progress value={done} max={total} aria-label="Done so far" />
      {told(done)} of {told(total)} {unit !== 'bytes' && <span className="dim">{unit}</span>}
    </span>
  )
}

const mostFiles = 6
const touching = new Set(['rounding', 'clipped', 'not-finite', 'gaps-filled', 'gaps-joined'])

interface OutcomeProps {
  readonly outcome: Outcome
  readonly work: Job['work']
  readonly onExport?: (format: ExportTarget) => void
}

function OutcomeView({ outcome, work, onExport }: OutcomeProps) {
  const { sentence, files, losses, removed, problems, advice } = outcome
  const isRounded = losses.some(({ kind }) => kind === 'rounding' || kind === 'clipped')
  const isTouched = losses.some(({ kind }) => touching.has(kind))
  const isEdf = work.kind === 'export' && work.format.startsWith('edf')
  return (
    <div className="outcome">
      <p>{sentence}</p>
      <ul className="written">
        {files.slice(0, mostFiles).map(({ path, bytes }) => (
          <li key={path}>
            <span className="path" title={path}>
              {path}
            </span>
            <span className="dim">{formatBytes(bytes)}</span>
            <CopyPath path={path} />
          </li>
        ))}
        {files.length > mostFiles && <li className="dim">and {files.length - mostFiles} more</li>}
      </ul>
      {work.kind === 'export' && <Losses losses={losses} />}
      {advice && <p className="dim">{advice}</p>}
      {isTouched && onExport && (
        <p className="choices">
          {isEdf && isRounded && (
            <button type="button" className="button small" onClick={() => onExport('bdf')}>
              Export as BDF+ (24 bits)
            </button>
          )}
          <button type="button" className="button small" onClick={() => onExport('parquet')}>
            Export without loss (Parquet)
          </button>
        </p>
      )}
      {removed.length > 0 && (
        <Rows title="Removed" rows={removed.map((each) => [each.what, each.count, each.detail])} />
      )}
      {problems.length > 0 && (
        <ul className="problems">
          {problems.map(({ code, message }) => (
            <li key={`${code} ${message}`}>
              <Icon name="triangle" size={12} /> {message} <span className="dim">{code}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Losses({ losses }: Pick<Outcome, 'losses'>) {
  if (losses.length === 0) return <p>Nothing was lost or changed.</p>
  const rows = losses.map(({ kind, subject, count, detail, maxError, unit }) => {
    const error =
      maxError === undefined ? '' : `; by ${Number(maxError.toPrecision(3))} ${unit} at most`
    return [`${kind}: ${subject}`, count, `${detail}${error}`] as const
  })
  return <Rows title="Lost or changed" rows={rows} />
}

interface RowsProps {
  readonly title: string
  readonly rows: readonly (readonly [string, number, string])[]
}

function Rows({ title, rows }: RowsProps) {
  return (
    <table className="facts-table">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" className="number">
            Count
          </th>
          <th scope="col">How</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([what, count, detail]) => (
          <tr key={`${what} ${detail}`}>
            <td>{what}</td>
            <td className="number">{formatCount(count)}</td>
            <td className="dim">{detail}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
