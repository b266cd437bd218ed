/** The whole window: recording on top, panels in the middle, notices and status below. */
import './shell/shell.css'
import { Fragment } from 'react'
import { type PanelEntry, panelCatalog } from './panels/catalog.ts'
import { CentreTabs } from './shell/centre-tabs.tsx'
import { KeySheet } from './shell/key-sheet.tsx'
import { NoticeStrip } from './shell/notice-strip.tsx'
import { PanelGuard } from './shell/panel-guard.tsx'
import { Splitter } from './shell/splitter.tsx'
import { SpokenState } from './shell/spoken-state.tsx'
import { StatusBar } from './shell/status-bar.tsx'
import { TopBar } from './shell/top-bar.tsx'
import { useKeyboard } from './shell/use-keyboard.ts'
import { sidesShown } from './state/side-panels.ts'
import { useStore } from './state/store.ts'
import { usePreferences, useWorkbench } from './state/workbench.ts'
import { useWindowWidth } from './ui/use-window-width.ts'

export function App() {
  useKeyboard()
  const link = useStore(useWorkbench().link.state)
  const preferences = usePreferences()
  const { centre, devicesWidth, inspectorWidth } = preferences
  const sides = sidesShown(useWindowWidth(), preferences)
  const inCentre = panelCatalog.filter(({ place }) => place === 'centre')
  const chosen = inCentre.find(({ id }) => id === centre) ?? inCentre[0]
  const isShown = (panel: PanelEntry) =>
    panel.place === 'centre'
      ? panel === chosen
      : panel.place === 'left'
        ? sides.devices
        : sides.inspector
  const columns = [
    sides.devices ? `${devicesWidth}px 1px` : '',
    'minmax(0, 1fr)',
    sides.inspector ? `1px ${inspectorWidth}px` : '',
  ]
  return (
    <div className={`window ${link.kind}`}>
      <TopBar />
      <main className="panels" style={{ gridTemplateColumns: columns.join(' ') }}>
        {panelCatalog.filter(isShown).map((panel) => (
          <Fragment key={panel.id}>
            {panel.place === 'right' && <Splitter side="right" />}
            <PanelRegion {...panel} />
            {panel.place === 'left' && <Splitter side="left" />}
          </Fragment>
        ))}
      </main>
      <NoticeStrip />
      <StatusBar />
      <KeySheet />
      <SpokenState />
    </div>
  )
}

function PanelRegion({ id, title, place, Panel }: PanelEntry) {
  return (
    <section className={`panel ${id}`} aria-label={title}>
      {place === 'centre' && <CentreTabs chosen={id} />}
      <PanelGuard title={title}>
        <Panel />
      </PanelGuard>
    </section>
  )
}
