/** Everything of a subject into a folder made for it: files, and what the catalogue says. */
import { useState } from 'react'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { Trouble } from '../../ui/trouble.tsx'
import { useAttempt } from '../../ui/use-attempt.ts'

interface SubjectExportProps {
  readonly subject: string
  readonly onDone: () => void
}

export function SubjectExportForm({ subject, onDone }: SubjectExportProps) {
  const { sessions } = useWorkbench()
  const { folder: home } = useStore(sessions.state)
  const { isBusy, trouble, run } = useAttempt()
  const [typed, setTyped] = useState(`${home}/exports/sub-${subject}`)
  const start = () => sessions.start({ kind: 'export-subject', subject, folder: typed })
  return (
    <form
      className="sheet"
      aria-label="Export the subject"
      onSubmit={(event) => {
        event.preventDefault()
        void run('copying', start).then((done) => done && onDone())
      }}
    >
      <h3>Export everything of subject {subject}</h3>
      <label className="wide-field">
        <span className="dim">Into</span>
        <input
          className="entry"
          aria-label="Folder to be made"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {trouble && <Trouble {...trouble} />}
      <div className="sheet-ends">
        <button type="submit" className="button primary" disabled={isBusy}>
          Copy all files
        </button>
        <button type="button" className="button plain" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}
