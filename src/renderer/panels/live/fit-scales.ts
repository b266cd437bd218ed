/**
 * What is no voltage and comes from a graph has no usual scale: it is given one when there is enough
 * of it, and keeps that, so that a value that grows is seen to grow.
 */
import { type Row, scaleKey, sourceKey } from '../../frames/rows.ts'
import { fittedDivision, isVoltage } from '../../frames/steps.ts'
import type { TraceBuffer } from '../../frames/trace-buffer.ts'
import type { Workbench } from '../../state/workbench.ts'

/** Seconds and values that tell enough. */
const enoughSeconds = 2
const enoughValues = 4

/** To be called often: it does nothing where nothing is missing. */
export function fitScales({ view, feed }: Workbench, rows: readonly Row[]): void {
  const { fits } = view.get()
  let found = fits
  for (const row of rows) {
    if (row.output === undefined || row.drawn === 'events' || isVoltage(row.unit)) continue
    const key = scaleKey(row)
    const buffer = feed.traces(sourceKey(row)).at(-1)
    if (key in found || !buffer || !isEnough(buffer, feed.newestTime)) continue
    // One scale for all of them, so that they can be compared.
    const channels = rows.filter((each) => scaleKey(each) === key).map(({ channel }) => channel)
    found = { ...found, [key]: fitted(buffer, channels) }
  }
  if (found !== fits) view.patch({ fits: found })
}

function isEnough({ start, end, time, capacity }: TraceBuffer, now: number): boolean {
  return end - start >= enoughValues && now - time[start % capacity]! >= enoughSeconds
}

function fitted(
  { values, stride, capacity, start, end }: TraceBuffer,
  channels: readonly number[],
) {
  let [span, size] = [0, 0]
  for (const channel of channels) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let position = start; position < end; position++) {
      const at = (position % capacity) * stride + 2 * channel
      const [least, most] = [values[at]!, values[at + 1]!]
      if (!Number.isFinite(least) || !Number.isFinite(most)) continue
      low = Math.min(low, least)
      high = Math.max(high, most)
    }
    if (low > high) continue
    span = Math.max(span, high - low)
    size = Math.max(size, Math.abs(low), Math.abs(high))
  }
  return fittedDivision(span, size)
}
