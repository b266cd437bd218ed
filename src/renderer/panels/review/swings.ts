/** How far a signal swings, bar by bar of the overview. */
import type { ShownPage } from './page-feed.ts'

/**
 * The middle of all channels' swings, so that one wild channel is not taken for all.
 * @param barAt which bar a time belongs to; it never goes back
 * @returns by bar; NaN where most channels have no value
 */
export function swingsOf(
  { time, values, points, stride }: Pick<ShownPage, 'time' | 'values' | 'points' | 'stride'>,
  barAt: (time: number) => number,
): Map<number, number> {
  const channels = stride / 2
  const lowest = new Float64Array(channels)
  const highest = new Float64Array(channels)
  const swings = new Map<number, number>()
  for (let p = 0; p < points; ) {
    const bar = barAt(time[p]!)
    lowest.fill(Number.POSITIVE_INFINITY)
    highest.fill(Number.NEGATIVE_INFINITY)
    for (; p < points && barAt(time[p]!) === bar; p++) {
      for (let c = 0, at = p * stride; c < channels; c++, at += 2) {
        if (values[at]! < lowest[c]!) lowest[c] = values[at]!
        if (values[at + 1]! > highest[c]!) highest[c] = values[at + 1]!
      }
    }
    const all = highest.map((high, c) => (high >= lowest[c]! ? high - lowest[c]! : Number.NaN))
    swings.set(bar, all.sort()[channels >> 1]!)
  }
  return swings
}
