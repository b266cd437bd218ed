/** Several streams, each in the order of its own times, as one in the order of all of them. */
import type { RecordingItem } from './recording.ts'

/** An item and the time that puts it in its place. */
export interface TimedItem {
  readonly time: number
  readonly item: RecordingItem
}

/**
 * Picks the earliest of the items that stand first in line. A stream is asked for its next item
 * only after the consumer is done with its last one, so that a lent chunk stays valid that long.
 * @param ended called behind the last item, or when the consumer wants no more
 */
export async function* mergeByTime(
  streams: readonly AsyncGenerator<TimedItem, void, void>[],
  ended: () => void = () => {},
): AsyncGenerator<RecordingItem, void, void> {
  const heads: { stream: AsyncGenerator<TimedItem, void, void>; first: TimedItem }[] = []
  try {
    for (const stream of streams) {
      const next = await stream.next()
      if (!next.done) heads.push({ stream, first: next.value })
    }
    while (heads.length > 0) {
      let earliest = 0
      for (let i = 1; i < heads.length; i++) {
        if (heads[i]!.first.time < heads[earliest]!.first.time) earliest = i
      }
      const head = heads[earliest]!
      yield head.first.item
      const next = await head.stream.next()
      if (next.done) heads.splice(earliest, 1)
      else head.first = next.value
    }
  } finally {
    for (const stream of streams) await stream.return()
    ended()
  }
}
