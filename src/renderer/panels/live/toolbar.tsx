/** How the traces are drawn, how they are filtered, and the button that marks an event. */
import { useRef } from 'react'
import type { Row } from '../../frames/rows.ts'
import { timeBases } from '../../frames/steps.ts'
import { mark, setView, togglePause, usualMarkLabel } from '../../state/actions.ts'
import { usePreferences, useSetup, useView, useWorkbench } from '../../state/workbench.ts'
import { DrawingControls } from '../../traces/drawing-controls.tsx'
import { FilterControls } from '../../traces/filter-controls.tsx'
import { Icon } from '../../ui/icon.tsx'
import { KeyCap } from '../../ui/key-cap.tsx'
import { OutputChoice } from './output-choice.tsx'

const timeBaseChoices = timeBases.map((value) => ({ value, text: `${value} s` }))

export function Toolbar({ rows }: { rows: readonly Row[] }) {
  const { preferences } = useWorkbench()
  const { secondsPerScreen } = usePreferences()
  return (
    <div className="toolbar">
      <DrawingControls
        seconds={secondsPerScreen}
        timeBases={timeBaseChoices}
        onSeconds={(value) => preferences.patch({ secondsPerScreen: value })}
      >
        <PauseButton />
      </DrawingControls>
      <MarkControls enabled={rows.length > 0} />
      <OutputChoice />
      <LiveFilters />
    </div>
  )
}

function PauseButton() {
  const workbench = useWorkbench()
  const { paused } = useView()
  return (
    <button
      type="button"
      className="button pause"
      aria-pressed={paused}
      aria-keyshortcuts="Space"
      onClick={() => togglePause(workbench)}
    >
      <Icon name={paused ? 'play' : 'pause'} size={14} />
      <span>
        {paused ? 'Resume' : 'Pause'}
        <span className="hidden-text"> view</span>
      </span>
      <KeyCap>Space</KeyCap>
    </button>
  )
}

function LiveFilters() {
  const workbench = useWorkbench()
  const setup = useSetup()
  if (!setup) return null
  const { view, streams } = setup
  const judged = streams.filter(({ role }) => role === 'quality')
  return (
    <FilterControls
      view={view}
      ratesHz={judged.map(({ sourceRateHz }) => sourceRateHz)}
      onChange={(change) => setView(workbench, change)}
    >
      <label className="switch">
        <input
          type="checkbox"
          className="check"
          checked={view.removeBlinks}
          onChange={(event) => setView(workbench, { removeBlinks: event.target.checked })}
        />
        Remove blinks
      </label>
      <span className="filter-note">
        {view.lowCutHz === null ? 'Offset removed' : 'View only'} · files stay raw
      </span>
    </FilterControls>
  )
}

function MarkControls({ enabled }: { enabled: boolean }) {
  const workbench = useWorkbench()
  const { preferences } = workbench
  const { markLabel } = usePreferences()
  const field = useRef<HTMLInputElement>(null)
  return (
    <form
      className="group marking"
      onSubmit={(event) => {
        event.preventDefault()
        field.current?.blur()
        mark(workbench)
      }}
    >
      <input
        ref={field}
        className="entry"
        aria-label="Marker label"
        placeholder={usualMarkLabel}
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        value={markLabel}
        onChange={(event) => preferences.patch({ markLabel: event.target.value })}
      />
      <button type="submit" className="button" disabled={!enabled} aria-keyshortcuts="m">
        <Icon name="flag" size={14} />
        Mark
        <KeyCap>M</KeyCap>
      </button>
    </form>
  )
}
