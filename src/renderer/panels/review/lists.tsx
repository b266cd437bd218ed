/** What is in the recording, as lists: markers and gaps to jump to, channels to choose, problems. */

import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import type { Reviewed } from '../../../contract/index.ts'
import type { Row } from '../../frames/rows.ts'
import { broughtInto, formatTime, type ReviewList, reviewLists } from '../../state/review-look.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { formatCount } from '../../ui/format.ts'

const lineHeight = 24

export function Lists({ recording, rows }: { recording: Reviewed; rows: readonly Row[] }) {
  const { review } = useWorkbench()
  const { list } = useStore(review.look)
  const gaps = recording.streams.reduce((sum, { gapCount }) => sum + gapCount, 0)
  const counts: Record<ReviewList, number> = {
    markers: recording.markerCount,
    gaps,
    channels: rows.length,
    problems: recording.problems.length,
  }
  return (
    <aside className="review-lists" aria-label="Contents">
      <nav className="list-tabs" aria-label="Lists">
        {reviewLists.map((each) => (
          <button
            key={each}
            type="button"
            className="list-tab"
            aria-current={each === list ? 'page' : undefined}
            onClick={() => review.look.patch({ list: each })}
          >
            <span className="capital">{each}</span>
            <span className={each === 'problems' && counts[each] > 0 ? 'count warn' : 'count'}>
              {formatCount(counts[each])}
            </span>
          </button>
        ))}
      </nav>
      {list === 'markers' && <Markers recording={recording} />}
      {list === 'gaps' && <Gaps recording={recording} />}
      {list === 'channels' && <Channels rows={rows} />}
      {list === 'problems' && <Problems recording={recording} />}
    </aside>
  )
}

interface LinesProps<T> {
  readonly items: readonly T[]
  /** There are more than are listed. */
  readonly count?: number
  readonly none: string
  readonly line: (item: T) => ReactNode
}

/** Thousands of lines cost no more than those that are seen. */
function Lines<T>({ items, count = items.length, none, line }: LinesProps<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 8,
  })
  if (items.length === 0) return <p className="list-note dim">{none}</p>
  return (
    <>
      <div className="list-lines" ref={scroller}>
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => (
            <div key={key} className="list-line" style={{ transform: `translateY(${start}px)` }}>
              {line(items[index]!)}
            </div>
          ))}
        </div>
      </div>
      {count > items.length && (
        <p className="list-note dim">
          The first {formatCount(items.length)} of {formatCount(count)}.
        </p>
      )}
    </>
  )
}

function Jump({
  time,
  recording,
  children,
}: {
  time: number
  recording: Reviewed
  children: ReactNode
}) {
  const { review } = useWorkbench()
  return (
    <button
      type="button"
      className="jump"
      onClick={() => review.look.patch(broughtInto(recording, review.look.get(), time))}
    >
      <span className="dim time">{formatTime(time - recording.from, 10)}</span>
      {children}
    </button>
  )
}

function Markers({ recording }: { recording: Reviewed }) {
  return (
    <Lines
      items={recording.markers}
      count={recording.markerCount}
      none="There is no marker in this recording."
      line={({ time, label, durationSeconds }) => (
        <Jump time={time} recording={recording}>
          <span className="text" title={label}>
            {label}
          </span>
          {durationSeconds > 0 && <span className="dim">{durationSeconds} s</span>}
        </Jump>
      )}
    />
  )
}

function Gaps({ recording }: { recording: Reviewed }) {
  const gaps = recording.streams
    .flatMap(({ name, gaps: own }) => own.map((gap) => ({ ...gap, name })))
    .sort((a, b) => a.from - b.from)
  const count = recording.streams.reduce((sum, { gapCount }) => sum + gapCount, 0)
  const isAlone = recording.streams.length === 1
  return (
    <Lines
      items={gaps}
      count={count}
      none="Nothing is missing in this recording."
      line={({ from, lostSamples, exact, reason, name }) => (
        <Jump time={from} recording={recording}>
          <span className="text">
            {exact ? '' : '≈ '}
            {formatCount(lostSamples)} {reason}
          </span>
          {!isAlone && <span className="dim">{name}</span>}
        </Jump>
      )}
    />
  )
}

function Channels({ rows }: { rows: readonly Row[] }) {
  const { review } = useWorkbench()
  const { hidden } = useStore(review.look)
  const show = (key: string, isShown: boolean) => {
    const next = new Set(hidden)
    if (isShown) next.delete(key)
    else next.add(key)
    review.look.patch({ hidden: next, page: 0 })
  }
  return (
    <>
      <div className="list-buttons">
        <button
          type="button"
          className="button small"
          disabled={hidden.size === 0}
          onClick={() => review.look.patch({ hidden: new Set(), page: 0 })}
        >
          All
        </button>
        <button
          type="button"
          className="button small"
          disabled={hidden.size === rows.length}
          onClick={() => review.look.patch({ hidden: new Set(rows.map(({ key }) => key)) })}
        >
          None
        </button>
      </div>
      <Lines
        items={rows}
        none="There is no channel in this recording."
        line={({ key, label, type }) => (
          <label className="switch">
            <input
              type="checkbox"
              className="check"
              checked={!hidden.has(key)}
              onChange={(event) => show(key, event.target.checked)}
            />
            <span className="text">{label}</span>
            <span className="dim">{type}</span>
          </label>
        )}
      />
    </>
  )
}

function Problems({ recording }: { recording: Reviewed }) {
  if (recording.problems.length === 0) {
    return <p className="list-note dim">The file is sound: all that it says was read.</p>
  }
  return (
    <ul className="list-lines problems">
      {recording.problems.map(({ code, message }) => (
        <li key={`${code} ${message}`}>
          <span className="code">{code}</span>
          {message}
        </li>
      ))}
    </ul>
  )
}
