/** The canvases of the live screen, and the click that selects a row. */
import { useEffect, useRef } from 'react'
import type { Row } from '../../frames/rows.ts'
import { useView, useWorkbench } from '../../state/workbench.ts'
import { LiveScreen } from './live-screen.ts'
import { useBinRate } from './use-bin-rate.ts'

export function Plot({ rows }: { rows: readonly Row[] }) {
  const workbench = useWorkbench()
  const { paused } = useView()
  const frame = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLCanvasElement>(null)
  const traces = useRef<HTMLCanvasElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const screen = useRef<LiveScreen>(null)
  useBinRate(frame)
  useEffect(() => {
    const parts = {
      frame: frame.current!,
      grid: grid.current!,
      traces: traces.current!,
      overlay: overlay.current!,
    }
    screen.current = new LiveScreen(parts, workbench)
    return () => screen.current?.end()
  }, [workbench])
  useEffect(() => {
    screen.current?.show(rows)
  }, [rows])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys select rows too
    // biome-ignore lint/a11y/noStaticElementInteractions: the list of channels is its other way in
    <div
      ref={frame}
      className={`plot ${paused ? 'paused' : ''}`}
      data-testid="traces"
      onClick={(event) => {
        const { top, height } = event.currentTarget.getBoundingClientRect()
        const row = rows[Math.floor(((event.clientY - top) / height) * rows.length)]
        if (row) workbench.view.patch({ selected: row.key })
      }}
    >
      <canvas ref={grid} />
      <canvas ref={traces} />
      <canvas ref={overlay} />
    </div>
  )
}
