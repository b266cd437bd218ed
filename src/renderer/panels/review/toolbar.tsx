/** How a recording is drawn and filtered, where in it the screen stands, and the way to play it. */
import { useId, useState } from 'react'
import type { Reviewed } from '../../../contract/index.ts'
import { openInReview } from '../../state/review.ts'
import { broughtInto, formatTime, parseTime, spans, zoomed } from '../../state/review-look.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { DrawingControls } from '../../traces/drawing-controls.tsx'
import { FilterControls } from '../../traces/filter-controls.tsx'
import { fileName, formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { playFrom } from './play-from.ts'

interface ToolbarProps {
  readonly recording: Reviewed
  /** Whether the filters are in what is shown. */
  readonly filtered: boolean
}

export function Toolbar({ recording, filtered }: ToolbarProps) {
  return (
    <>
      <FileLine recording={recording} />
      <div className="toolbar">
        <Drawing recording={recording} />
        <Filters recording={recording} filtered={filtered} />
      </div>
    </>
  )
}

function FileLine({ recording }: { recording: Reviewed }) {
  const workbench = useWorkbench()
  const { review } = workbench
  const { path, parts, format, startedAt, streams } = recording
  const channels = streams.reduce((sum, each) => sum + each.channels.length, 0)
  const rates = [...new Set(streams.map(({ nominalRateHz }) => nominalRateHz))]
  const facts = [
    parts > 1 ? `${parts} files` : '',
    format.toUpperCase(),
    channels === 1 ? '1 channel' : `${channels} channels`,
    rates.length === 1 && rates[0]! > 0 ? `${formatCount(rates[0]!)} Hz` : '',
    startedAt ? startedAt.slice(0, 19).replace('T', ' ') : '',
  ]
    .filter(Boolean)
    .join(' · ')
  return (
    <div className="review-file">
      <strong title={path}>{fileName(path)}</strong>
      <span className="dim facts" title={facts}>
        {facts}
      </span>
      <GoTo recording={recording} />
      <button
        type="button"
        className="button"
        title="As a device, from the left edge on"
        onClick={() => void playFrom(workbench, recording)}
      >
        <Icon name="play" size={14} />
        Play from here
      </button>
      <button
        type="button"
        className="button square"
        aria-label="Read it again"
        title="Read it again"
        onClick={() => openInReview(workbench, path)}
      >
        <Icon name="look" size={14} />
      </button>
      <button
        type="button"
        className="button square"
        aria-label="Close this recording"
        title="Close"
        onClick={() => review.close()}
      >
        <Icon name="close" size={14} />
      </button>
    </div>
  )
}

/** Where the screen stands, and where it is sent. */
function GoTo({ recording }: { recording: Reviewed }) {
  const { review } = useWorkbench()
  const { from, seconds } = useStore(review.look)
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? formatTime(from - recording.from, seconds)
  const isTime = parseTime(shown) !== null
  const hint = useId()
  return (
    <form
      className="go-to"
      onSubmit={(event) => {
        event.preventDefault()
        const time = parseTime(shown)
        if (time === null) return
        setTyped(null)
        review.look.patch(broughtInto(recording, review.look.get(), recording.from + time))
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      }}
    >
      <label>
        <span className="dim">At</span>
        <input
          className="entry"
          aria-label="Go to time"
          aria-invalid={!isTime}
          aria-describedby={hint}
          title="Hours:minutes:seconds, then Enter"
          spellCheck={false}
          autoComplete="off"
          value={shown}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => setTyped(null)}
        />
      </label>
      <span id={hint} className={isTime ? 'dim' : 'field-problem'} role="status">
        {isTime ? `of ${formatTime(recording.to - recording.from, 60)}` : 'type 0:06 or 6'}
      </span>
    </form>
  )
}

function spanText(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`
  if (seconds < 3600) return `${Number((seconds / 60).toPrecision(3))} min`
  return `${Number((seconds / 3600).toPrecision(3))} h`
}

function spanChoices(recording: Reviewed, current: number) {
  const whole = recording.to - recording.from
  const values = spans.filter((each) => each < whole)
  const all = [...new Set([...values, ...(current < whole ? [current] : [])])]
  const choices = all.sort((a, b) => a - b).map((value) => ({ value, text: spanText(value) }))
  return [...choices, { value: whole, text: 'whole' }]
}

function Drawing({ recording }: { recording: Reviewed }) {
  const { review } = useWorkbench()
  const look = useStore(review.look)
  return (
    <DrawingControls
      seconds={look.seconds}
      timeBases={spanChoices(recording, look.seconds)}
      onSeconds={(seconds) => review.look.patch(zoomed(recording, look, seconds, 0))}
    />
  )
}

function Filters({ recording, filtered }: ToolbarProps) {
  const { review } = useWorkbench()
  const { view, list } = useStore(review.look)
  const isOff =
    view.montage === 'recorded' &&
    view.lowCutHz === null &&
    view.highCutHz === null &&
    view.notchHz === null
  return (
    <FilterControls
      view={view}
      ratesHz={recording.streams.map(({ nominalRateHz }) => nominalRateHz)}
      onChange={(change) => review.look.patch({ view: { ...view, ...change } })}
    >
      <span className="filter-note" role="status">
        {filtered || isOff ? '' : 'Too wide to filter: as in the file, offset removed'}
      </span>
      <button
        type="button"
        className="button list-switch"
        aria-pressed={list !== null}
        onClick={() => review.look.patch({ list: list ? null : 'markers' })}
      >
        <Icon name="panelRight" size={14} />
        Contents
      </button>
    </FilterControls>
  )
}
