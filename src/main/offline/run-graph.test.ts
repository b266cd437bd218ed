/** What leaves a graph over a recording when the recording is over. */
import { expect, test } from 'vitest'
import type { Recording } from '../../formats/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { type OutputSink, runGraph } from './run-graph.ts'

const info: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: ['Fp1', 'Fp2', 'C3', 'C4'].map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'test' },
}
const samples = 3071

async function* chunks() {
  const chunk = newChunkBuffer({ format: 'float32', channels: 4, maxFrames: 100 })
  for (let at = 0; at < samples; at += chunk.frames) {
    chunk.firstSample = at
    chunk.frames = Math.min(100, samples - at)
    for (let f = 0; f < chunk.frames; f++) {
      chunk.time[f] = (at + f) / info.nominalRateHz
      for (let c = 0; c < 4; c++) chunk.data[f * 4 + c] = 50 * Math.sin((at + f) * (c + 1) * 0.37)
    }
    yield { kind: 'chunk' as const, stream: info.id, chunk }
  }
}

test('R6 every sample comes out of nodes that delay, to the last one', async () => {
  const recording = { streams: [{ info }], markers: [], read: chunks } as unknown as Recording
  const indices: Record<string, number[]> = {}
  const sink = {
    addStream: ({ id }: StreamInfo) => {
      indices[id] = []
    },
    write: (id: string, { firstSample, frames }: { firstSample: number; frames: number }) => {
      for (let f = 0; f < frames; f++) indices[id]!.push(firstSample + f)
    },
    marker: () => {},
    flush: () => {},
    ledger: () => ({ received: 0 }),
  } as unknown as OutputSink
  await runGraph(
    {
      version: 1,
      name: 'test',
      sources: { in: {} },
      nodes: {
        waves: { node: 'wavelet-denoise' },
        space: { node: 'asr', options: { calibrationSeconds: 4 } },
      },
      edges: [
        { from: 'in', to: 'waves' },
        { from: 'waves', to: 'space' },
      ],
      outputs: { clean: 'space' },
    },
    recording,
    new Map(),
    sink,
  )
  expect(indices.clean).toEqual(Array.from({ length: samples }, (_, i) => i))
})

test('W7 over a recording a source that was silent is waited for no longer than live', async () => {
  const feature = (id: string): StreamInfo => ({
    ...info,
    id,
    name: id,
    type: id,
    nominalRateHz: 10,
    channels: [physicalChannel(id, 'MISC', '1')],
  })
  const streams = [feature('a'), feature('b')]
  let second = 0
  async function* seconds() {
    for (second = 0; second < 30; second++) {
      // Nothing of `b` from the tenth second on.
      for (const stream of second < 10 ? ['a', 'b'] : ['a']) {
        const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 10 })
        chunk.firstSample = second * 10
        chunk.frames = 10
        for (let f = 0; f < 10; f++) chunk.time[f] = second + f / 10
        yield { kind: 'chunk' as const, stream, chunk }
      }
    }
  }
  const waited: number[] = []
  const sink = {
    addStream() {},
    marker() {},
    flush() {},
    write: (_id: string, { frames, time }: { frames: number; time: Float64Array }) => {
      for (let f = 0; f < frames; f++) waited.push(second - Math.floor(time[f]!))
    },
    ledger: () => ({ received: 0 }),
  } as unknown as OutputSink
  const recording = {
    streams: streams.map((each) => ({ info: each })),
    markers: [],
    read: seconds,
  } as unknown as Recording
  const spec = (watermark: object) => ({
    version: 1 as const,
    name: 'test',
    sources: { a: { type: 'a' }, b: { type: 'b', watermark } },
    nodes: { both: { node: 'align', options: { maxWaitSeconds: 60 } } },
    edges: [
      { from: 'a', to: 'both.a' },
      { from: 'b', to: 'both.b' },
    ],
    outputs: { both: 'both' },
  })
  await runGraph(spec({ idleSeconds: 2 }), recording, new Map(), sink)
  // Those of the last two seconds still wait when the recording ends, as they would live.
  expect(waited).toHaveLength(279)
  // Two seconds, and what the beginning of the next chunk is later.
  expect(Math.max(...waited)).toBe(3)
  waited.length = 0
  await runGraph(spec({}), recording, new Map(), sink)
  expect(waited.length).toBeLessThanOrEqual(101)
})
