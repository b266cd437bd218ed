/** The part of the way that is ours alone: from a frame in the ring to its filtered value. */
import { liveGraph } from '../../../src/main/live-graph.ts'
import { openModels } from '../../../src/main/package-files.ts'
import { Processing } from '../../../src/main/processing.ts'
import {
  capacityAtLeast,
  type LatencySummary,
  newRing,
  RingWriter,
  summariseLatency,
} from '../../../src/ring/index.ts'
import { newChunkBuffer } from '../../../src/signal/index.ts'
import { hostClock } from '../../../src/workers/index.ts'
import { pause } from './meters.ts'
import { type FeedShape, feedStream } from './stream-feeder.ts'

const settleSeconds = 3
const view = {
  montage: 'recorded',
  lowCutHz: 0.5,
  highCutHz: 45,
  notchHz: 50,
  removeBlinks: false,
  binRateHz: 250,
} as const

/** The floor and ours, one after the other at the same cadence. */
export async function ringToFiltered(
  shape: FeedShape,
  periodSeconds: number,
  seconds: number,
  floor: (periodSeconds: number, seconds: number) => Promise<LatencySummary>,
): Promise<readonly [LatencySummary, LatencySummary]> {
  const bare = await floor(periodSeconds, seconds)
  const { channels, format, rateHz } = shape
  const models = openModels()
  const processing = new Processing(hostClock, models, {
    outputsChanged() {},
    cannotRun() {},
    deadLetters() {},
    degraded() {},
    trouble(about, _level, note) {
      throw new Error(`${about}: ${note.message}`)
    },
  })
  const columns = { deviceTime: false, sequence: false }
  const capacityFrames = capacityAtLeast(rateHz)
  const writer = new RingWriter(newRing({ format, channels, capacityFrames, ...columns }))
  const info = feedStream(shape)
  const spec = liveGraph(info, view, models.get('blink-detector')?.card)
  processing.open(info.id, { raw: { info, writer } }, spec, { timedOutput: 'filtered' })
  const frames = Math.max(1, Math.round(rateHz * periodSeconds))
  const chunk = newChunkBuffer({ format, channels, maxFrames: frames })
  chunk.frames = frames
  const cancel = hostClock.every(periodSeconds, () => {
    const now = hostClock.now()
    chunk.hostTime.fill(now)
    chunk.time.fill(now)
    writer.write(chunk)
    chunk.firstSample += frames
  })
  await pause(settleSeconds)
  const before = processing.filteredLatency.snapshot()
  await pause(seconds)
  const summary = summariseLatency(processing.filteredLatency.snapshot(), before)
  cancel()
  await processing.end()
  return [bare, summary]
}
