/** How the traces are drawn, how they are filtered, and the button that marks an event. */
import { useRef } from 'react'
import type { Row } from '../../frames/rows.ts'
import { scaleSteps, timeBases } from '../../frames/steps.ts'
import { mark, setView, togglePause } from '../../state/actions.ts'
import { usePreferences, useSetup, useView, useWorkbench } from '../../state/workbench.ts'
import {
  highCutChoices,
  lowCutChoices,
  montageChoices,
  notchChoices,
} from '../../traces/filter-choices.ts'
import { Choice } from '../../ui/choice.tsx'
import { formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { KeyCap } from '../../ui/key-cap.tsx'

export function Toolbar({ rows }: { rows: readonly Row[] }) {
  return (
    <div className="toolbar">
      <DrawingControls />
      <FilterControls />
      <MarkControls enabled={rows.length > 0} />
    </div>
  )
}

function DrawingControls() {
  const workbench = useWorkbench()
  const { preferences } = workbench
  const { microvoltsPerDivision, secondsPerScreen, negativeUp } = usePreferences()
  const { paused } = useView()
  return (
    <div className="group">
      <Choice
        name="Scale"
        label="Scale"
        value={microvoltsPerDivision}
        options={scaleSteps.map((value) => ({ value, text: `${formatCount(value)} µV/div` }))}
        onChange={(value) => preferences.patch({ microvoltsPerDivision: value })}
      />
      <Choice
        name="Time"
        label="Time base"
        value={secondsPerScreen}
        options={timeBases.map((value) => ({ value, text: `${value} s` }))}
        onChange={(value) => preferences.patch({ secondsPerScreen: value })}
      />
      <Choice
        name="Up"
        label="Polarity"
        value={negativeUp}
        options={[
          { value: false, text: '+' },
          { value: true, text: '−' },
        ]}
        onChange={(value) => preferences.patch({ negativeUp: value })}
      />
      <button
        type="button"
        className="button pause"
        aria-pressed={paused}
        aria-label={paused ? 'Resume view' : 'Pause view'}
        aria-keyshortcuts="Space"
        onClick={() => togglePause(workbench)}
      >
        <Icon name={paused ? 'play' : 'pause'} size={14} />
        {paused ? 'Resume' : 'Pause'}
        <KeyCap>Space</KeyCap>
      </button>
    </div>
  )
}

function FilterControls() {
  const workbench = useWorkbench()
  const setup = useSetup()
  if (!setup) return null
  const { view, streams } = setup
  const judged = streams.filter(({ role }) => role === 'quality')
  const signalRates = judged.map(({ sourceRateHz }) => sourceRateHz)
  const change = (settings: Parameters<typeof setView>[1]) => setView(workbench, settings)
  return (
    <div className="group filters">
      <Choice
        name="Montage"
        value={view.montage}
        options={montageChoices}
        onChange={(montage) => change({ montage })}
      />
      <Choice
        name="Low cut"
        value={view.lowCutHz}
        options={lowCutChoices(view.lowCutHz)}
        onChange={(lowCutHz) => change({ lowCutHz })}
      />
      <Choice
        name="High cut"
        value={view.highCutHz}
        options={highCutChoices(view.highCutHz, signalRates)}
        onChange={(highCutHz) => change({ highCutHz })}
      />
      <Choice
        name="Notch"
        value={view.notchHz}
        options={notchChoices}
        onChange={(notchHz) => change({ notchHz })}
      />
      <label className="switch">
        <input
          type="checkbox"
          className="check"
          checked={view.removeBlinks}
          onChange={(event) => change({ removeBlinks: event.target.checked })}
        />
        Remove blinks
      </label>
      <span className="filter-note">
        {view.lowCutHz === null ? 'Offset removed' : 'View only'} · files stay raw
      </span>
    </div>
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
        mark(workbench, markLabel.trim() || 'event')
      }}
    >
      <input
        ref={field}
        className="entry"
        aria-label="Marker label"
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
