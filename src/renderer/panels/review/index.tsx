/** A recording at any place and any width: overview, traces, and what is in it, beside them. */
import '../../traces/traces.css'
import './review.css'
import { useMemo, useState } from 'react'
import type { Reviewed } from '../../../contract/index.ts'
import type { ErrorNote } from '../../../signal/index.ts'
import { pageCount, rowsPerPage } from '../../frames/rows.ts'
import { PlaybackBar } from '../../playback/playback-bar.tsx'
import type { ReviewState } from '../../state/review.ts'
import { rowsOfRecording, shownRows } from '../../state/review-look.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { DivisionRail } from '../../traces/division-rail.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { Lists } from './lists.tsx'
import { OpenRecording } from './open-recording.tsx'
import { OverviewStrip } from './overview-strip.tsx'
import { Plot } from './plot.tsx'
import { ReviewGutter } from './review-gutter.tsx'
import { TimeAxis } from './time-axis.tsx'
import { Toolbar } from './toolbar.tsx'
import { useReviewKeys } from './use-review-keys.ts'

export function ReviewPanel() {
  const { review } = useWorkbench()
  const state = useStore(review.state)
  useReviewKeys()
  return (
    <>
      {state.recording ? (
        <OpenReview recording={state.recording} state={state} />
      ) : (
        <OpenRecording state={state} />
      )}
      <PlaybackBar />
    </>
  )
}

function OpenReview({ recording, state }: { recording: Reviewed; state: ReviewState }) {
  const { review } = useWorkbench()
  const look = useStore(review.look)
  const [trouble, setTrouble] = useState<ErrorNote | null>(null)
  const [filtered, setFiltered] = useState(true)
  const all = useMemo(() => rowsOfRecording(recording), [recording])
  const { hidden, page } = look
  const rows = useMemo(() => shownRows(all, { hidden, page }), [all, hidden, page])
  const troubled = useMemo(
    () => (note: ErrorNote | null, isFiltered: boolean) => {
      setTrouble(note)
      setFiltered(isFiltered)
    },
    [],
  )
  const failed = trouble ?? state.trouble ?? state.progress?.note ?? null
  return (
    <>
      <Toolbar recording={recording} filtered={filtered} />
      {failed && <Trouble level="warning" message={failed.message} remedy={failed.remedy} />}
      <OverviewStrip recording={recording} state={state} />
      <div className={`review-body ${look.list ? '' : 'without-list'}`}>
        {rows.length === 0 ? (
          <NothingShown samples={all.length} />
        ) : (
          <div className={`screen ${all.length - hidden.size > rowsPerPage ? 'paged' : ''}`}>
            <ReviewGutter rows={rows} />
            <Plot rows={rows} troubled={troubled} />
            <DivisionRail rows={rows} selected={look.selected} />
            <div className="axis-corner">
              <ChannelPaging count={all.length - hidden.size} />
            </div>
            <TimeAxis recording={recording} />
            <div className="axis-end" />
          </div>
        )}
        {look.list && <Lists recording={recording} rows={all} />}
      </div>
    </>
  )
}

function NothingShown({ samples }: { samples: number }) {
  return (
    <div className="empty">
      <div className="empty-words">
        <h3>{samples === 0 ? 'No signal in this recording' : 'No channel is shown'}</h3>
        <p className="dim">
          {samples === 0
            ? 'It has markers alone, or what was in it cannot be read: see its problems.'
            : 'Choose channels in the list beside.'}
        </p>
      </div>
    </div>
  )
}

function ChannelPaging({ count }: { count: number }) {
  const { review } = useWorkbench()
  const { page } = useStore(review.look)
  const pages = pageCount(count)
  const at = Math.min(page, pages - 1)
  if (pages === 1)
    return <span className="dim">{count === 1 ? '1 channel' : `${count} channels`}</span>
  const first = at * rowsPerPage + 1
  const last = Math.min(count, (at + 1) * rowsPerPage)
  return (
    <span className="paging">
      <button
        type="button"
        className="button plain"
        aria-label="Channels before"
        disabled={at === 0}
        onClick={() => review.look.patch({ page: at - 1 })}
      >
        <Icon name="up" size={12} />
      </button>
      <span>{`${first}–${last} of ${count}`}</span>
      <button
        type="button"
        className="button plain"
        aria-label="Channels after"
        disabled={at === pages - 1}
        onClick={() => review.look.patch({ page: at + 1 })}
      >
        <Icon name="chevron" size={12} />
      </button>
    </span>
  )
}
