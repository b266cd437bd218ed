/** The snapshots of a graph's segments, put together as the state of the whole. */
import type { GraphSnapshot } from '../graph/index.ts'
import type { LaneImage } from '../workers/index.ts'

/** The states of all nodes, before these samples of the sources. */
export interface LiveSnapshot {
  readonly states: GraphSnapshot
  readonly beforeSample: Readonly<Record<string, number>>
}

/** The last one that all segments took at the same samples; null before there is one. */
export function liveSnapshot(
  images: readonly (LaneImage | null)[],
  sources: Readonly<Record<string, unknown>>,
): LiveSnapshot | null {
  const numbers = images.map((image) => image?.mark().number ?? -1)
  for (const number of [Math.max(...numbers), Math.min(...numbers)]) {
    const taken = images.map((image) => image?.read(number) ?? null)
    if (number < 0 || !taken.every((each) => each?.mark.isAligned)) continue
    const beforeSample: Record<string, number> = {}
    for (const [i, image] of images.entries()) {
      for (const [r, name] of image!.shared.readers.entries()) {
        if (name in sources) beforeSample[name] = taken[i]!.mark.positions[r]!
      }
    }
    return { states: Object.assign({}, ...taken.map((each) => each!.states)), beforeSample }
  }
  return null
}
