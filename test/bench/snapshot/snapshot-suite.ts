/**
 * What snapshots of live graphs cost, whether the threads of one graph take them at the same
 * samples, and how long it takes from the death of a thread with a gigabyte of state to the next
 * output.
 */
import type { GraphSpec } from '../../../src/graph/index.ts'
import { liveGraph } from '../../../src/main/live-graph.ts'
import { openModels } from '../../../src/main/package-files.ts'
import { Processing } from '../../../src/main/processing.ts'
import {
  capacityAtLeast,
  newRing,
  RingReader,
  RingWriter,
  type SharedRing,
} from '../../../src/ring/index.ts'
import { newChunkBuffer, type StreamInfo } from '../../../src/signal/index.ts'
import { hostClock } from '../../../src/workers/index.ts'
import { LiveLanes } from '../../conformance/live-lanes.ts'
import { pause } from '../latency/meters.ts'
import { feedStream } from '../latency/stream-feeder.ts'
import { type BenchRow, row } from '../row.ts'

const suite = 'snapshot'
const shape = { channels: 64, rateHz: 1000, format: 'int32' } as const
const perSecond = 10
const view = {
  montage: 'recorded',
  lowCutHz: 0.5,
  highCutHz: 45,
  notchHz: 50,
  removeBlinks: true,
  binRateHz: 250,
} as const

export async function snapshotSuite(): Promise<BenchRow[]> {
  return [...(await cost()), ...(await alignment()), ...(await restoring())]
}

/** One lane, stepped here: with snapshots due at every step, and never. */
async function cost(): Promise<BenchRow[]> {
  const info = feedStream(shape)
  const models = openModels()
  const spec = liveGraph(info, view, models.get('blink-detector')!.card)
  const lanes = new LiveLanes(spec, { raw: info }, { models, ringFrames: 4096 })
  const chunk = newChunkBuffer({ ...shape, maxFrames: 1 })
  chunk.frames = 1
  const step = (seconds: number) => {
    chunk.firstSample = lanes.sources.get('raw')!.writer.expected
    lanes.write('raw', chunk, 0, 1)
    lanes.time += seconds
    const begun = performance.now()
    lanes.step('main')
    return performance.now() - begun
  }
  const rounds = 4000
  const median = (seconds: number) => {
    const times = Array.from({ length: rounds }, () => step(seconds)).sort((a, b) => a - b)
    return times[rounds >> 1]!
  }
  median(0.001)
  const [without, withOne] = [median(0.0001), median(0.11)]
  const milliseconds = Math.max(0, withOne - without)
  const { layout } = lanes.opened('main').image
  lanes.close()
  const what = '64 × 1 kHz, the live view'
  return [
    row(suite, what, 'state', layout.bytes / 2 ** 20, 'MiB'),
    row(suite, what, 'one snapshot', milliseconds * 1000, 'µs'),
    row(suite, what, 'of a processor, every 100 ms', (milliseconds / 1000) * perSecond * 100, '%', {
      atMost: 2,
    }),
  ]
}

/** A stream at its true rate into a graph. */
class Feed {
  readonly info: StreamInfo = feedStream(shape)
  readonly writer: RingWriter
  readonly processing: Processing
  readonly #cancel: () => void

  constructor(seconds: number) {
    const { format, channels } = shape
    const capacityFrames = capacityAtLeast(shape.rateHz * seconds)
    const columns = { deviceTime: false, sequence: false }
    this.writer = new RingWriter(newRing({ format, channels, capacityFrames, ...columns }))
    this.processing = new Processing(hostClock, openModels(), {
      outputsChanged() {},
      cannotRun(note) {
        throw new Error(note.message)
      },
      trouble() {},
      deadLetters() {},
      degraded() {},
    })
    const chunk = newChunkBuffer({ format, channels, maxFrames: 10 })
    chunk.frames = 10
    this.#cancel = hostClock.every(0.01, () => {
      const now = hostClock.now()
      chunk.hostTime.fill(now)
      chunk.time.fill(now)
      chunk.firstSample = this.writer.expected
      this.writer.write(chunk)
    })
  }

  async end(): Promise<void> {
    this.#cancel()
    await this.processing.end()
  }
}

/** Three threads: how many of the snapshots fit together. */
async function alignment(): Promise<BenchRow[]> {
  const feed = new Feed(20)
  feed.processing.open(
    'bench',
    { raw: { info: feed.info, writer: feed.writer } },
    {
      version: 1,
      name: 'three threads',
      sources: { raw: {} },
      nodes: {
        physical: { node: 'calibrate' },
        filtered: { node: 'filter-iir', thread: 'b', options: { lowCutHz: 1, highCutHz: 45 } },
        bands: { node: 'band-power', thread: 'c' },
      },
      edges: [
        { from: 'raw', to: 'physical' },
        { from: 'physical', to: 'filtered' },
        { from: 'filtered', to: 'bands' },
      ],
      outputs: { filtered: 'filtered', bands: 'bands' },
    },
  )
  while (feed.processing.outputs().length === 0) await pause(0.1)
  await pause(1)
  let [looks, aligned] = [0, 0]
  for (; looks < 50; looks++) {
    await pause(0.1)
    if (feed.processing.snapshot('bench')) aligned++
  }
  await feed.end()
  return [
    row(
      suite,
      '64 × 1 kHz, three threads',
      'snapshots that fit together',
      (aligned / looks) * 100,
      '%',
    ),
  ]
}

/** Windows of five minutes, so many of them that their state takes a gigabyte. */
function largeGraph(): GraphSpec {
  const ids = Array.from({ length: 14 }, (_, i) => `long${i}`)
  return {
    version: 1,
    name: 'a gigabyte',
    sources: { raw: {} },
    nodes: {
      physical: { node: 'calibrate' },
      ...Object.fromEntries(
        ids.map((id) => [id, { node: 'detrend', options: { windowSeconds: 300 } }]),
      ),
    },
    edges: [{ from: 'raw', to: 'physical' }, ...ids.map((to) => ({ from: 'physical', to }))],
    outputs: { physical: 'physical', ...Object.fromEntries(ids.map((id) => [id, id])) },
  }
}

async function restoring(): Promise<BenchRow[]> {
  const feed = new Feed(60)
  feed.processing.open('bench', { raw: { info: feed.info, writer: feed.writer } }, largeGraph())
  const output = () => feed.processing.outputs().find(({ output: { name } }) => name === 'physical')
  while (!output()) await pause(0.1)
  const { ring } = output()!.output
  await pause(5)
  const gibibytes = feed.processing.stateBytes('bench') / 2 ** 30
  // After five minutes all of it would have been touched; the first death does that at once.
  const untouched = await untilNextOutput(feed, ring)
  await pause(5)
  const seconds = await untilNextOutput(feed, ring)
  await feed.end()
  return [
    row(suite, 'a thread with much state dies', 'state', gibibytes, 'GiB'),
    row(suite, 'a thread with much state dies', 'until its next output', seconds, 's', {
      atMost: 3,
    }),
    row(suite, 'the same, in memory never touched', 'until its next output', untouched, 's'),
  ]
}

/** From the death of the thread that processes, the wait before its restart included. */
async function untilNextOutput(feed: Feed, ring: SharedRing): Promise<number> {
  const died = hostClock.now()
  await feed.processing.threads.process!.terminate()
  const reader = new RingReader(ring, 'now')
  while (reader.behind === 0) await pause(0.005)
  return hostClock.now() - died
}
