/** Values that hold until the next one comes: as steps, with nothing made up between them. */
import type { TraceBuffer } from '../frames/trace-buffer.ts'
import { stripsBetween, sweepX } from './sweep.ts'
import type { PathTarget, TraceScale } from './trace-path.ts'

/**
 * @param from seconds: what was drawn before is not drawn again
 * @param now up to which the newest value holds
 */
export function traceSteps(
  path: PathTarget,
  buffer: TraceBuffer,
  channel: number,
  from: number,
  now: number,
  scale: TraceScale,
): void {
  const { seconds, width } = scale
  const begin = Math.max(buffer.start, buffer.positionAt(from) - 1)
  for (let position = begin; position < buffer.end; position++) {
    const time = buffer.timeAt(position)
    const y = heightOf(buffer, channel, position, scale)
    if (Number.isNaN(y)) continue
    const isLast = position + 1 === buffer.end
    const isBeforeGap = buffer.gaps.some((gap) => gap.position === position + 1)
    const nextTime = isLast ? now : buffer.timeAt(position + 1)
    const until = isBeforeGap ? time : nextTime
    for (const { x0, x1 } of stripsBetween(Math.max(from, time), until, seconds, width)) {
      path.moveTo(x0, y)
      path.lineTo(x1, y)
    }
    if (isLast || isBeforeGap || nextTime < from) continue
    const next = heightOf(buffer, channel, position + 1, scale)
    if (Number.isNaN(next)) continue
    const x = sweepX(nextTime, seconds, width)
    path.moveTo(x, y)
    path.lineTo(x, next)
  }
}

function heightOf(
  { values, capacity, stride, centre }: TraceBuffer,
  channel: number,
  position: number,
  { centreY, pixelsPerUnit, top, bottom }: TraceScale,
): number {
  const value = values[(position % capacity) * stride + 2 * channel]!
  return Math.min(bottom, Math.max(top, centreY + (value - centre[channel]!) * pixelsPerUnit))
}
