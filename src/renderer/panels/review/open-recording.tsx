/** Before a recording is open: the way to one, and what stood in the way. */
import { useId, useState } from 'react'
import { openInReview, type ReviewState } from '../../state/review.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'

export function OpenRecording({ state }: { state: ReviewState }) {
  const { path, trouble } = state
  const { preferences } = useWorkbench()
  const isOpening = path !== '' && !trouble
  const troubleId = useId()
  return (
    <div className="empty">
      <div className="empty-words review-opening">
        <h3>{isOpening ? `Opening ${fileName(path)}` : 'Look at a recording'}</h3>
        {isOpening ? (
          <p className="dim" role="status">
            Its descriptions, markers and gaps are read. A recording of many gigabytes takes some
            seconds for it.
          </p>
        ) : (
          <>
            {trouble && (
              <Trouble id={troubleId} message={trouble.message} remedy={trouble.remedy} />
            )}
            <PathForm key={path} path={path} refusedBy={trouble ? troubleId : undefined} />
            <p className="dim">
              XDF, EDF, BDF, BrainVision, EEGLAB, FIF, Parquet and OpenBCI text. What was recorded
              here stands under{' '}
              <button
                type="button"
                className="link"
                onClick={() => preferences.patch({ centre: 'sessions' })}
              >
                Sessions
              </button>
              .
            </p>
          </>
        )}
      </div>
    </div>
  )
}

interface PathFormProps {
  /** What is proposed. */
  readonly path: string
  /** Id of what says why it could not be opened. */
  readonly refusedBy: string | undefined
}

function PathForm({ path, refusedBy }: PathFormProps) {
  const workbench = useWorkbench()
  const [typed, setTyped] = useState(path)
  return (
    <form
      className="review-path"
      onSubmit={(event) => {
        event.preventDefault()
        const wanted = typed.trim()
        if (wanted) openInReview(workbench, wanted)
      }}
    >
      <input
        className="entry"
        aria-label="Recording to look at"
        aria-invalid={refusedBy !== undefined && typed === path}
        aria-describedby={refusedBy}
        placeholder="/folder/recording.xdf"
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button primary" disabled={typed.trim() === ''}>
        Open
      </button>
    </form>
  )
}
