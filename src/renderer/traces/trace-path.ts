/**
 * One channel's bins as a path: in every bin a vertical line from lowest to highest value, joined
 * to the bin before, so that no spike between two pixels is lost and the line has no holes.
 */
import { passOf, type Run } from './sweep.ts'

export interface PathTarget {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
}

/** Bins of several channels, as a live stream's ring has them, or a page of a recording. */
export interface Bins {
  readonly time: Float64Array
  /** Channel `c` of the bin at position `p`: lowest at `(p % capacity) * stride + 2 * c`. */
  readonly values: Float32Array
  readonly stride: number
  readonly capacity: number
  /** What is taken off each channel before it is drawn. */
  readonly centre: Float64Array
}

/** How a channel is laid out: pixels per unit are negative where positive goes up. */
export interface TraceScale {
  readonly seconds: number
  /** At the left edge; of a screen that is swept that follows from the run. */
  readonly startTime?: number
  readonly width: number
  readonly centreY: number
  readonly pixelsPerUnit: number
  /** Where the pen stops. */
  readonly top: number
  readonly bottom: number
}

export function traceRun(
  path: PathTarget,
  bins: Bins,
  channel: number,
  run: Run,
  scale: TraceScale,
): void {
  const { values, time, capacity, stride } = bins
  const { seconds, width, pixelsPerUnit, top, bottom } = scale
  const zeroY = scale.centreY - bins.centre[channel]! * pixelsPerUnit
  const pixelsPerSecond = width / seconds
  const startTime = scale.startTime ?? passOf(time[run.from % capacity]!, seconds) * seconds
  let penY = 0
  let down = false
  for (let p = run.joined ? run.from - 1 : run.from; p < run.to; p++) {
    const slot = p % capacity
    const at = slot * stride + 2 * channel
    const low = zeroY + values[at]! * pixelsPerUnit
    const high = zeroY + values[at + 1]! * pixelsPerUnit
    if (!(low - low === 0 && high - high === 0)) {
      down = false // neither drawn nor bridged
      continue
    }
    const x = (time[slot]! - startTime) * pixelsPerSecond
    const a = low < top ? top : low > bottom ? bottom : low
    const b = high < top ? top : high > bottom ? bottom : high
    if (p < run.from) {
      penY = (a + b) / 2
      path.moveTo(x, penY)
      down = true
      continue
    }
    const nearFirst = down && Math.abs(penY - b) < Math.abs(penY - a) ? b : a
    const last = nearFirst === a ? b : a
    if (down) path.lineTo(x, nearFirst)
    else path.moveTo(x, nearFirst)
    if (last !== nearFirst) path.lineTo(x, last)
    penY = last
    down = true
  }
}
