/** The live traces: toolbar, channel names with their quality, the screen, and the time axis. */
import '../../traces/traces.css'
import { useMemo } from 'react'
import { pageOf, rowsOf, rowsPerPage } from '../../frames/rows.ts'
import { PlaybackBar } from '../../playback/playback-bar.tsx'
import { usePreferences, useSetup, useView } from '../../state/workbench.ts'
import { DivisionRail } from '../../traces/division-rail.tsx'
import { axisStep } from '../../traces/sweep.ts'
import { EmptyScreen } from './empty-screen.tsx'
import { Gutter } from './gutter.tsx'
import { Paging } from './paging.tsx'
import { Plot } from './plot.tsx'
import { Toolbar } from './toolbar.tsx'

export function LivePanel() {
  const { streams, outputs } = useSetup() ?? {}
  const { page, selected } = useView()
  const rows = useMemo(() => rowsOf(streams ?? [], outputs), [streams, outputs])
  const shown = useMemo(() => {
    const wanted = pageOf(rows, page)
    return wanted.length ? wanted : pageOf(rows, 0)
  }, [rows, page])
  return (
    <>
      <Toolbar rows={rows} />
      {rows.length === 0 ? (
        <EmptyScreen />
      ) : (
        <div className={`screen ${rows.length > rowsPerPage ? 'paged' : ''}`}>
          <Gutter rows={shown} />
          <Plot rows={shown} />
          <DivisionRail rows={shown} selected={selected} />
          <div className="axis-corner">
            <Paging rows={rows.length} />
            <span className="dim">{rows.length <= rowsPerPage ? 'µV RMS' : 'µV'}</span>
          </div>
          <TimeAxis />
          <div className="axis-end" />
        </div>
      )}
      <PlaybackBar />
    </>
  )
}

function TimeAxis() {
  const { secondsPerScreen: seconds, microvoltsPerDivision } = usePreferences()
  const every = axisStep(seconds)
  const labels = Array.from({ length: Math.round(seconds / every) }, (_, i) => i * every).slice(1)
  return (
    <div className="axis">
      {labels.map((second) => (
        <span key={second} style={{ left: `${(second / seconds) * 100}%` }}>
          {Number(second.toFixed(1))}
          {second === labels[0] && <span className="unit">s</span>}
        </span>
      ))}
      <span className="hidden-text">
        {seconds} seconds per screen, {microvoltsPerDivision} microvolts per division
      </span>
    </div>
  )
}
