/** The times beneath the traces, since the beginning of the recording. */
import { useEffect, useRef, useState } from 'react'
import type { Reviewed } from '../../../contract/index.ts'
import { formatTime } from '../../state/review-look.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { timeLines } from './time-grid.ts'

/** Labels are told as finely as a stretch of so many steps would be. */
const stepsPerSpan = 20

export function TimeAxis({ recording }: { recording: Reviewed }) {
  const { review } = useWorkbench()
  const { from, seconds } = useStore(review.look)
  const axis = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width))
    observer.observe(axis.current!)
    return () => observer.disconnect()
  }, [])
  const start = from - recording.from
  const lines = width > 0 ? timeLines(start, seconds, width) : []
  const strong = lines.filter(({ isStrong }) => isStrong)
  const step = strong.length > 1 ? strong[1]!.seconds - strong[0]!.seconds : seconds
  // A label at the very edge would be cut off.
  const labels = strong.filter(({ seconds: at }) => {
    const x = ((at - start) / seconds) * width
    return x > 30 && x < width - 30
  })
  return (
    <div className="axis" ref={axis}>
      {labels.map(({ seconds: at }) => (
        <span key={at} style={{ left: `${((at - start) / seconds) * 100}%` }}>
          {formatTime(at, stepsPerSpan * step)}
        </span>
      ))}
    </div>
  )
}
