import { expect, test } from 'vitest'
import { type Answers, collect, LiveLanes } from '../../test/conformance/live-lanes.ts'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { createFileSink, openFileSource, openRecording, XdfWriter } from '../formats/index.ts'
import { type GraphSpec, parseGraphSpec } from '../graph/index.ts'
import {
  type ChunkBuffer,
  emptyLedger,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../signal/index.ts'
import type { DegradedReport } from '../workers/index.ts'
import { levelMarker, readLevels } from './level-markers.ts'
import { runGraph } from './offline/run-graph.ts'

const rateHz = 250
const seconds = 45
const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: ['Fp1', 'Fp2', 'O1', 'O2'].map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'test' },
}

const spec = parseGraphSpec({
  version: 1,
  name: 'degraded',
  latencyBudgetMs: 40,
  sources: { eeg: { type: 'EEG' } },
  nodes: {
    clean: { node: 'filter-iir', options: { lowCutHz: 1, highCutHz: 40 } },
    smooth: {
      node: 'filter-iir',
      options: { lowCutHz: null, highCutHz: 10, notchHz: null },
      resilience: { degrade: { action: 'bypass', level: 2 } },
    },
    bands: {
      node: 'band-power',
      options: { windowSeconds: 0.5, hopSeconds: 0.1 },
      resilience: {
        degrade: { action: 'lower-rate', seenSeconds: 1, everySeconds: 2, level: 1 },
      },
    },
    quality: { node: 'quality', resilience: { degrade: { action: 'skip', level: 3 } } },
  },
  edges: [
    { from: 'eeg', to: 'clean' },
    { from: 'clean', to: 'smooth' },
    { from: 'smooth', to: 'bands' },
    { from: 'eeg', to: 'quality' },
  ],
  outputs: { smooth: 'smooth', bands: 'bands', quality: 'quality' },
})

function fill(chunk: ChunkBuffer, from: number, frames: number): void {
  chunk.firstSample = from
  chunk.frames = frames
  for (let f = 0; f < frames; f++) {
    const sample = from + f
    chunk.time[f] = 100 + sample / rateHz
    for (let c = 0; c < 4; c++) {
      chunk.data[f * chunk.stride + c] = 20 * Math.sin(sample / (4 + c)) + ((sample * 37) % 11)
    }
  }
}

/** The lane on a clock of its own: in time but for 8 to 9.5 s, and 20.5 to 21.2 s. */
/** @param dies so many rounds behind every change of level; null: never */
function live(graph: GraphSpec, dies: number | null = null) {
  const lanes = new LiveLanes(graph, { eeg }, {})
  const chunk = newChunkBuffer({ format: 'float32', channels: 4, maxFrames: 64 })
  let told = 0
  let since = 0
  for (let from = 0, step = 1; from < seconds * rateHz; from += step) {
    // Short ones, so that many come between two snapshots.
    const wanted = dies === null ? 1 + ((step * 31 + 7) % 60) : 1 + ((step + 1) % 9)
    step = Math.min(wanted, seconds * rateHz - from)
    fill(chunk, from, step)
    const at = from / rateHz
    const isLate = (at > 8 && at < 9.5) || (at > 20.5 && at < 21.2)
    lanes.sources.get('eeg')!.chunk.hostTime.fill(at)
    lanes.time = at + (isLate ? 0.2 : 0.001)
    lanes.write('eeg', chunk, 0, step)
    lanes.run()
    // All that was read since the last snapshot is read again, in one chunk.
    if (lanes.degraded.length > told && dies !== null && ++since > dies) {
      for (const key of lanes.keys) lanes.crash(key)
      lanes.run()
      told = lanes.degraded.length
      since = 0
    }
  }
  lanes.close()
  return lanes
}

test('D1, D4, D5: given up while late, told, taken back, and the same again from the recording', async () => {
  const { answers, degraded } = live(spec)
  const levels = degraded.map(({ level }) => level)
  expect(levels).toEqual([1, 2, 3, 2, 1, 2, 3, 2, 1, 0])
  expect(degraded[0]!.nodes).toEqual([{ node: 'bands', action: 'lower-rate' }])
  expect(degraded[2]!.nodes).toHaveLength(3)
  expect(degraded[0]!.time - 100).toBeGreaterThan(8)
  expect(degraded[0]!.time - 100).toBeLessThan(9)
  await expectRepeated(answers, degraded)
})

test.each([0, 1, 3, 6])(
  'D6: a thread that dies %i rounds behind every change of level gives up the same again, as the recording says',
  async (dies) => {
    const { answers, degraded } = live(spec, dies)
    expect(degraded.length).toBeGreaterThan(8)
    await expectRepeated(answers, degraded)
  },
)

/** The recording of it, run with and without its markers of levels. */
async function expectRepeated(answers: Answers, degraded: readonly DegradedReport[]) {
  const levels = degraded.map(({ level }) => level)
  const folder = scratchFolder()
  const path = folder.path('in.xdf')
  const writer = new XdfWriter(createFileSink(path), { startedAt: new Date(0) })
  writer.addStream(eeg, { deviceTime: false, sequence: false })
  const chunk = newChunkBuffer({ format: 'float32', channels: 4, maxFrames: 125 })
  for (let from = 0; from < seconds * rateHz; from += 125) {
    fill(chunk, from, 125)
    writer.write(eeg.id, chunk)
  }
  for (const { time, level } of degraded) writer.marker(levelMarker(eeg.id, time, level))
  await writer.close()
  const recording = await openRecording(await openFileSource(path), path)
  expect(readLevels(recording.markers).map(({ level }) => level)).toEqual(levels)
  const again = async (isDegraded: boolean) => {
    const offline: Answers = new Map()
    const channels = new Map<string, number>()
    const sink = {
      addStream: (info: StreamInfo) => channels.set(info.id, info.channels.length),
      write: (id: string, chunk: Parameters<typeof collect>[2]) =>
        collect(offline, id, chunk, channels.get(id)!),
      marker: () => {},
      ledger: () => emptyLedger,
      flush: () => {},
    }
    const extras = { levels: isDegraded ? readLevels(recording.markers) : [] }
    await runGraph(spec, recording, new Map(), sink, {}, undefined, extras)
    return offline
  }
  expect(await again(true)).toEqual(answers)
  expect(await again(false)).not.toEqual(answers)
  await recording.close()
}
