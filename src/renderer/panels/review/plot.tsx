/** The canvases of a recording's traces, and what wheel and pointer do on them. */
import { useEffect, useRef } from 'react'
import type { ErrorNote } from '../../../signal/index.ts'
import type { Row } from '../../frames/rows.ts'
import { scrolled, within, zoomed } from '../../state/review-look.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { ReviewScreen } from './review-screen.ts'

/** A notch of the wheel moves so much of the screen, or zooms by this. */
const scrollShare = 0.1
const zoomFactor = 1.25
const notchPixels = 100
/** Less than this is a click. */
const dragPixels = 4

interface PlotProps {
  readonly rows: readonly Row[]
  readonly troubled: (trouble: ErrorNote | null, filtered: boolean) => void
}

export function Plot({ rows, troubled }: PlotProps) {
  const workbench = useWorkbench()
  const frame = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLCanvasElement>(null)
  const traces = useRef<HTMLCanvasElement>(null)
  const overlay = useRef<HTMLCanvasElement>(null)
  const drag = useRef<{ x: number; from: number; moved: boolean } | null>(null)
  useEffect(() => {
    const parts = {
      frame: frame.current!,
      grid: grid.current!,
      traces: traces.current!,
      overlay: overlay.current!,
    }
    const screen = new ReviewScreen(parts, workbench, ({ trouble, pages }) =>
      troubled(
        trouble,
        [...pages.values()].some((page) => page.filtered),
      ),
    )
    const turned = (event: WheelEvent) => wheel(workbench, event, parts.frame)
    // React's own listener could not keep the page from zooming.
    parts.frame.addEventListener('wheel', turned, { passive: false })
    return () => {
      parts.frame.removeEventListener('wheel', turned)
      screen.end()
    }
  }, [workbench, troubled])
  const { review } = workbench
  return (
    <div
      ref={frame}
      className="plot review-plot"
      data-testid="review-traces"
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX, from: review.look.get().from, moved: false }
      }}
      onPointerMove={(event) => {
        const { current } = drag
        const { recording } = review.state.get()
        if (!current || !recording) return
        const pixels = event.clientX - current.x
        current.moved ||= Math.abs(pixels) >= dragPixels
        if (!current.moved) return
        const { seconds } = review.look.get()
        const by = (pixels / event.currentTarget.clientWidth) * seconds
        review.look.patch(within(recording, current.from - by, seconds))
      }}
      onPointerUp={(event) => {
        const { current } = drag
        drag.current = null
        if (!current || current.moved) return
        const { top, height } = event.currentTarget.getBoundingClientRect()
        const row = rows[Math.floor(((event.clientY - top) / height) * rows.length)]
        if (row) review.look.patch({ selected: row.key })
      }}
    >
      <canvas ref={grid} />
      <canvas ref={traces} />
      <canvas ref={overlay} />
    </div>
  )
}

/** The wheel scrolls; with Ctrl it zooms around the pointer, as pinching does. */
function wheel(
  { review }: ReturnType<typeof useWorkbench>,
  event: WheelEvent,
  frame: HTMLElement,
): void {
  const { recording } = review.state.get()
  if (!recording) return
  event.preventDefault()
  const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY
  const notches = delta / notchPixels
  const look = review.look.get()
  if (!event.ctrlKey) {
    review.look.patch(scrolled(recording, look, notches * scrollShare))
    return
  }
  const { left, width } = frame.getBoundingClientRect()
  const at = (event.clientX - left) / width
  review.look.patch(zoomed(recording, look, look.seconds * zoomFactor ** notches, at))
}
