/**
 * The whole recording in a strip: how far the signal swings, gaps, markers, and the screen as a
 * window that is dragged. What is not built yet is blank, with how far it is.
 */
import { useEffect, useRef } from 'react'
import type { Reviewed } from '../../../contract/index.ts'
import type { ReviewState } from '../../state/review.ts'
import { broughtInto, within } from '../../state/review-look.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { formatCount } from '../../ui/format.ts'
import { OverviewScreen } from './overview-screen.ts'

interface OverviewStripProps {
  readonly recording: Reviewed
  readonly state: ReviewState
}

export function OverviewStrip({ recording, state }: OverviewStripProps) {
  const workbench = useWorkbench()
  const { review } = workbench
  const { from, seconds } = useStore(review.look)
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const screen = new OverviewScreen(frame.current!, canvas.current!, workbench)
    return () => screen.end()
  }, [workbench])
  const whole = recording.to - recording.from || 1
  const left = Math.max(0, (from - recording.from) / whole)
  const move = (event: React.PointerEvent<HTMLDivElement>) => {
    const { left: edge, width } = event.currentTarget.getBoundingClientRect()
    const time = recording.from + ((event.clientX - edge) / width) * whole
    const look = review.look.get()
    review.look.patch(within(recording, time - look.seconds / 2, look.seconds))
  }
  return (
    <div
      ref={frame}
      className="overview"
      role="slider"
      tabIndex={0}
      aria-label="Place in the recording"
      aria-valuemin={0}
      aria-valuemax={Math.round(whole)}
      aria-valuenow={Math.round(from - recording.from)}
      aria-valuetext={`${Math.round(from - recording.from)} seconds`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        move(event)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event)
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -0.01, ArrowRight: 0.01, PageUp: -0.1, PageDown: 0.1 }[event.key]
        if (step === undefined) return
        event.preventDefault()
        const look = review.look.get()
        review.look.patch(broughtInto(recording, look, look.from + step * whole))
      }}
    >
      <canvas ref={canvas} />
      <span
        className="overview-window"
        style={{ left: `${left * 100}%`, width: `max(3px, ${(seconds / whole) * 100}%)` }}
      />
      <Progress state={state} />
    </div>
  )
}

function Progress({ state }: { state: ReviewState }) {
  const { progress } = state
  if (progress?.state !== 'building' || progress.samples === 0) return null
  const percent = Math.floor((100 * progress.doneSamples) / progress.samples)
  const [done, all] = [progress.doneSamples, progress.samples].map((each) =>
    formatCount(Math.round(each / 1e6)),
  )
  return (
    <span className="overview-progress" role="status">
      Overview {percent} % · {done} of {all} million samples
    </span>
  )
}
