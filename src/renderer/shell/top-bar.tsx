/** The top of the window: what to record to, the record button, theme and key help. */
import { toggleKeys, toggleSide } from '../state/actions.ts'
import { type Theme, themes } from '../state/preferences.ts'
import { sidesShown } from '../state/side-panels.ts'
import { usePreferences, useView, useWorkbench } from '../state/workbench.ts'
import { Choice } from '../ui/choice.tsx'
import { Icon } from '../ui/icon.tsx'
import { KeyCap } from '../ui/key-cap.tsx'
import { useWindowWidth } from '../ui/use-window-width.ts'
import { RecordingControls } from './recording-controls.tsx'

const themeTexts: Record<Theme, string> = {
  system: 'System',
  dark: 'Dark',
  light: 'Light',
  contrast: 'Contrast',
}

export function TopBar() {
  const workbench = useWorkbench()
  const { preferences } = workbench
  const { theme, ...kept } = usePreferences()
  const sides = sidesShown(useWindowWidth(), kept)
  const { keysShown } = useView()
  return (
    <header className="top-bar">
      <h1 className="product">
        <Signet />
        SynapseStream
      </h1>
      <RecordingControls />
      <div className="window-controls">
        <button
          type="button"
          className="button plain square"
          aria-label="Devices panel"
          aria-pressed={sides.devices}
          title="Devices panel (D)"
          onClick={() => toggleSide(workbench, 'devices')}
        >
          <Icon name="panelLeft" />
        </button>
        <button
          type="button"
          className="button plain square"
          aria-label="Inspector panel"
          aria-pressed={sides.inspector}
          title="Inspector panel (I)"
          onClick={() => toggleSide(workbench, 'inspector')}
        >
          <Icon name="panelRight" />
        </button>
        <Choice
          name="Theme"
          value={theme}
          options={themes.map((value) => ({ value, text: themeTexts[value] }))}
          onChange={(chosen) => preferences.patch({ theme: chosen })}
        />
        <button
          type="button"
          className="button plain"
          aria-expanded={keysShown}
          onClick={() => toggleKeys(workbench)}
        >
          Keys <KeyCap>?</KeyCap>
        </button>
      </div>
    </header>
  )
}

function Signet() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" className="signet">
      <path
        d="M1.5 11h3l1.6-3 2 7.5 2.7-12 2.2 9.5 1.4-3 1.1 1h3"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}
