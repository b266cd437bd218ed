/**
 * Markers as a source of a graph: live, set by several in turn and on their way for a while, they give
 * what they give over the recording, in one thread and in several, also where threads die.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  createFileSink,
  openFileSource,
  openRecording,
  XdfWriter,
} from '../../src/formats/index.ts'
import { type GraphSpec, markerSource, readGraphText } from '../../src/graph/index.ts'
import { runGraph } from '../../src/main/index.ts'
import { MarkerFeed } from '../../src/main/marker-feed.ts'
import { bindSources } from '../../src/main/offline/bind-sources.ts'
import { RingReader } from '../../src/ring/index.ts'
import {
  emptyLedger,
  type Marker,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../../src/signal/index.ts'
import { ManualClock } from '../device-clock.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { Random } from '../simulation/random.ts'
import { type Answers, collect, LiveLanes } from './live-lanes.ts'

const name = 'stimuli.jsonc'
const path = join(import.meta.dirname, '..', '..', 'examples', 'graphs', name)
const spec = readGraphText(readFileSync(path, 'utf8'), name)
const threaded: GraphSpec = {
  ...spec,
  nodes: {
    ...spec.nodes,
    epochs: { ...spec.nodes.epochs!, thread: 'epochs' },
    misses: { ...spec.nodes.misses!, thread: 'rules' },
  },
}
const rateHz = 250
const frames = 40 * rateHz
const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('Cz', 'EEG', 'uV'), physicalChannel('Pz', 'EEG', 'uV')],
  origin: { source: 'test' },
}

interface Arriving {
  readonly marker: Marker
  /** When it reaches the host. */
  readonly at: number
}

/** Of four sources, each in its order; none is on its way for as long as the graph waits. */
function randomMarkers(random: Random): Arriving[] {
  const all = ['keyboard', 'udp', 'task', 'box'].flatMap((source) => {
    const delay = random.pick([0, 0.01, 0.08])
    const markers: Arriving[] = []
    for (let time = 101 + random.next(); time < 135; time += 0.02 + 3 * random.next() ** 2) {
      // Now and then at the very time of a sample.
      const at = random.chance(0.2) ? Math.round(time * rateHz) / rateHz : time
      const label = random.pick(['target', 'other', 'answer', 'S  2', '1', 'pause'])
      const marker = { time: at, label, durationSeconds: 0, source }
      markers.push({ marker, at: at + delay })
    }
    return markers
  })
  return all.sort((a, b) => a.at - b.at)
}

function fill(chunk: ReturnType<typeof newChunkBuffer>, from: number, count: number): void {
  chunk.firstSample = from
  chunk.frames = count
  for (let f = 0; f < count; f++) {
    chunk.time[f] = 100 + (from + f) / rateHz
    for (let c = 0; c < 2; c++) {
      chunk.data[f * chunk.stride + c] =
        30 * Math.sin((from + f) * (c + 1) * 0.031) + (((from + f) * 31) % 7)
    }
  }
}

function live(graph: GraphSpec, markers: readonly Arriving[], random: Random, deaths: number) {
  const clock = new ManualClock(100)
  const feed = new MarkerFeed('markers', markerSource(graph.sources.markers!)!, clock)
  const reader = new RingReader(feed.writer.shared, 'oldest')
  const given = newChunkBuffer({ ...feed.writer.shared.shape, maxFrames: 16 })
  const lanes = new LiveLanes(graph, bindSources(graph, [eeg]), { ringFrames: 4096 })
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 64 })
  let next = 0
  for (let from = 0, count = 0; from < frames; from += count) {
    count = Math.min(random.between(1, 60), frames - from)
    const until = 100 + (from + count) / rateHz
    for (; next < markers.length && markers[next]!.at <= until; next++) {
      clock.advance(Math.max(0, markers[next]!.at - clock.now()))
      expect(feed.mark(markers[next]!.marker)).toBe(true)
    }
    clock.advance(until - clock.now())
    fill(chunk, from, count)
    lanes.time = until
    const write = [
      () => lanes.write('eeg', chunk, 0, count),
      () => {
        while (reader.read(given) === 'chunk') lanes.write('markers', given, 0, given.frames)
      },
    ]
    for (const each of random.chance(0.5) ? write : write.reverse()) {
      each()
      lanes.step(random.pick(lanes.keys))
    }
    if (random.chance(deaths)) lanes.crash(random.pick(lanes.keys))
    lanes.run()
  }
  lanes.close()
  return lanes.answers
}

/** As a recorder writes it: every marker when it comes. */
async function record(markers: readonly Arriving[]): Promise<string> {
  const file = scratchFolder().path('in.xdf')
  const writer = new XdfWriter(createFileSink(file), { startedAt: new Date(0) })
  writer.addStream(eeg, { deviceTime: false, sequence: false })
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 125 })
  let next = 0
  for (let from = 0; from < frames; from += 125) {
    fill(chunk, from, 125)
    writer.write(eeg.id, chunk)
    for (; next < markers.length && markers[next]!.at <= chunk.time[124]!; next++) {
      writer.marker(markers[next]!.marker)
    }
  }
  await writer.close()
  return file
}

async function offline(file: string): Promise<Answers> {
  const recording = await openRecording(await openFileSource(file), file)
  const answers: Answers = new Map()
  const widths = new Map<string, number>()
  const sink = {
    addStream: (info: StreamInfo) => widths.set(info.id, info.channels.length),
    write: (id: string, chunk: Parameters<typeof collect>[2]) =>
      collect(answers, id, chunk, widths.get(id)!),
    marker: () => {},
    ledger: () => emptyLedger,
    flush: () => {},
  }
  await runGraph(spec, recording, new Map(), sink)
  await recording.close()
  return answers
}

/** Index and values; rings hand out what pads a frame, too. */
function rows(answers: Answers, output: string, width: number): number[][] {
  const values = answers.get(output) ?? []
  return Array.from({ length: values.length / (width + 1) }, (_, i) =>
    values.slice(i * (width + 1), (i + 1) * (width + 1)),
  )
}

test.each([1, 2, 3, 4, 5, 6])('M2, M3 session %i: live as over its recording', async (seed) => {
  const random = new Random(seed)
  const markers = randomMarkers(random)
  const expected = await offline(await record(markers))
  for (const graph of [spec, threaded]) {
    for (const deaths of [0, 0.05]) {
      const got = live(graph, markers, random, deaths)
      for (const output of ['epochs', 'hits', 'misses']) {
        expect(got.get(output), output).toEqual(expected.get(output))
      }
    }
  }
  const stimuli = markers.filter(({ marker }) => /target|other|S {2}2|1/.test(marker.label))
  expect(rows(expected, 'epochs', 3 + 2 + 5)).toHaveLength(stimuli.length)
  expect(expected.get('misses')!.length).toBeGreaterThan(0)
  expect(expected.get('hits')!.length).toBeGreaterThan(0)
})
