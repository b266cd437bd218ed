/** An integrity report in the panel: the page as it was written, which can do nothing but be read. */
import { useEffect, useState } from 'react'
import type { Job } from '../../../contract/index.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'
import { CopyPath } from './copy-path.tsx'

export function ReportView({ job, onClose }: { job: Job; onClose: () => void }) {
  const { sessions } = useWorkbench()
  const { trouble, run } = useAttempt()
  const [html, setHtml] = useState<string | null>(null)
  const path = job.outcome?.files[0]?.path ?? ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once for a job
  useEffect(() => {
    setHtml(null)
    void run('reading the report', async () => setHtml(await sessions.report(job.id)))
  }, [job.id])
  return (
    <section className="report-view" aria-label="Integrity report">
      <header>
        <button type="button" className="button small" onClick={onClose}>
          Back to the recordings
        </button>
        <span className="path dim" title={path}>
          {fileName(path)}
        </span>
        <CopyPath path={path} />
        <button
          type="button"
          className="button plain small"
          onClick={() => void run('showing the file', () => sessions.show(path))}
        >
          Show file
        </button>
      </header>
      {trouble && <Trouble {...trouble} />}
      {html !== null && <iframe title="Integrity report" sandbox="" srcDoc={html} />}
    </section>
  )
}
