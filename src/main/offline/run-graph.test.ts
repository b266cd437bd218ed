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
