/** What a peak looks like within a ring of samples: its plateau, its prominence, its neighbours. */

/** Samples `from` to `end` − 1 of one channel. */
interface SampleRing {
  readonly history: Float64Array
  readonly size: number
  readonly count: number
  readonly channel: number
  readonly from: number
  readonly end: number
  /** What `findProminence` found. */
  readonly prominence: Float64Array
}

function valueAt({ history, size, count, channel }: SampleRing, index: number): number {
  return history[(index % size) * count + channel]!
}

/** First sample of the plateau that ends with `right`, or −1 where that is no local maximum. */
export function plateauEnd(ring: SampleRing, right: number): number {
  const height = valueAt(ring, right)
  if (right + 1 >= ring.end || !(valueAt(ring, right + 1) < height)) return -1
  let left = right
  while (left > ring.from && valueAt(ring, left - 1) === height) left--
  return left > ring.from && valueAt(ring, left - 1) < height ? left : -1
}

/**
 * Height above the higher of the two lowest points that lie, to either side, before anything higher
 * or within the reach.
 */
export function findProminence(ring: SampleRing, middle: number, reach: number): void {
  const height = valueAt(ring, middle)
  const first = Math.max(ring.from, middle - reach)
  const last = Math.min(ring.end - 1, middle + reach)
  let before = height
  for (let i = middle; i >= first; i--) {
    const value = valueAt(ring, i)
    if (value > height) break
    if (value < before) before = value
  }
  let after = height
  for (let i = middle; i <= last; i++) {
    const value = valueAt(ring, i)
    if (value > height) break
    if (value < after) after = value
  }
  ring.prominence[0] = height - Math.max(before, after)
}

/** Higher than every sample up to `distance` beside the plateau. */
export function isHighest(
  ring: SampleRing,
  left: number,
  right: number,
  distance: number,
): boolean {
  const height = valueAt(ring, right)
  for (let i = Math.max(ring.from, left - distance); i < left; i++) {
    if (valueAt(ring, i) >= height) return false
  }
  for (let i = Math.min(ring.end - 1, right + distance); i > right; i--) {
    if (valueAt(ring, i) >= height) return false
  }
  return true
}
