/** Before a recording is open: the way to one, and what stood in the way. */
import { useState } from 'react'
import { openInReview, type ReviewState } from '../../state/review.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName } from '../../ui/format.ts'
import { Trouble } from '../../ui/trouble.tsx'

export function OpenRecording({ state }: { state: ReviewState }) {
  const { path, trouble } = state
  const isOpening = path !== '' && !trouble
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
            {trouble && <Trouble message={trouble.message} remedy={trouble.remedy} />}
            <PathForm key={path} path={path} />
            <p className="dim">
              XDF, EDF, BDF, BrainVision, EEGLAB, FIF, Parquet and OpenBCI text. What was recorded
              here stands under Sessions.
            </p>
          </>
        )}
      </div>
    </div>
  )
}

/** @param path what is proposed */
function PathForm({ path }: { path: string }) {
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
