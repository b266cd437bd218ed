/** Recordings that nobody closed: found at the start, and made whole here. */
import type { Catalogued, Job } from '../../../contract/index.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName, formatClock, formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import { isPending } from './job-view.tsx'

const shownAtOnce = 3

interface RecoveryProps {
  readonly broken: readonly Catalogued[]
  readonly jobs: readonly Job[]
}

export function Recovery({ broken, jobs }: RecoveryProps) {
  const { sessions } = useWorkbench()
  const { trouble, run, isBusy } = useAttempt()
  if (broken.length === 0) return null
  const busy = new Set(
    jobs.flatMap((job) => (isPending(job) && job.work.kind === 'repair' ? job.work.recording : [])),
  )
  const repair = (recordings: readonly Catalogued[]) =>
    run('repairing', async () => {
      for (const { id } of recordings) await sessions.start({ kind: 'repair', recording: id })
    })
  const waiting = broken.filter(({ id }) => !busy.has(id))
  return (
    <section className="recovery" aria-label="Never closed">
      <p>
        <Icon name="triangle" size={14} />
        <span>
          {broken.length === 1
            ? 'A recording was never closed.'
            : `${formatCount(broken.length)} recordings were never closed.`}{' '}
          <span className="dim">
            {broken.length === 1
              ? 'It can be used as it is; Repair makes a closed file beside it.'
              : 'They can be used as they are; Repair makes closed files beside them.'}
          </span>
        </span>
        {waiting.length > 1 && (
          <button
            type="button"
            className="button small"
            disabled={isBusy}
            onClick={() => void repair(waiting)}
          >
            Repair all {formatCount(waiting.length)}
          </button>
        )}
      </p>
      <ul>
        {broken.slice(0, shownAtOnce).map((recording) => (
          <li key={recording.id}>
            <button
              type="button"
              className="button plain small name"
              onClick={() => sessions.select(recording.id)}
            >
              {fileName(recording.path)}
            </button>
            <span className="dim">{readable(recording)}</span>
            <button
              type="button"
              className="button small"
              disabled={isBusy || busy.has(recording.id)}
              aria-label={`Repair ${fileName(recording.path)}`}
              onClick={() => void repair([recording])}
            >
              {busy.has(recording.id) ? 'Repairing …' : 'Repair'}
            </button>
          </li>
        ))}
      </ul>
      {trouble && <Trouble {...trouble} />}
    </section>
  )
}

function readable({ ledger, seconds }: Catalogued): string {
  if (ledger === null) return 'nothing could be read'
  return `${formatCount(ledger.received)} samples, ${formatClock(seconds ?? 0)}, can be read`
}
