import { expect, test } from 'vitest'
import type { Recording } from '../../formats/index.ts'
import { expandGraph, type GraphSpec, parseGraphSpec, splitGraph } from '../../graph/index.ts'
import { nodeCatalog } from '../../nodes/catalog.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { measureGraph } from './measure-graph.ts'

const info: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('Cz', 'EEG', 'uV'), physicalChannel('Pz', 'EEG', 'uV')],
  origin: { source: 'test' },
}
const [chunkFrames, chunkCount] = [50, 400]

async function* chunks() {
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: chunkFrames })
  chunk.frames = chunkFrames
  for (let at = 0; at < chunkCount * chunkFrames; at += chunkFrames) {
    chunk.firstSample = at
    for (let f = 0; f < chunkFrames; f++) {
      chunk.time[f] = (at + f) / 250
      chunk.data.fill(Math.sin((at + f) * 0.37), 2 * f, 2 * f + 2)
    }
    yield { kind: 'chunk' as const, stream: info.id, chunk }
  }
}

function recording(lastTime: number): Recording {
  const streams = [{ info, firstTime: 0, lastTime }]
  return { streams, markers: [], startedAt: null, read: chunks } as unknown as Recording
}

const spec: GraphSpec = {
  version: 1,
  name: 'test',
  sources: { in: {} },
  graphs: {
    part: {
      inputs: ['x'],
      nodes: { slow: { node: 'entropy' } },
      edges: [{ from: 'x', to: 'slow' }],
      outputs: { out: 'slow' },
    },
  },
  nodes: { quick: { node: 'calibrate' }, a: { graph: 'part' } },
  edges: [
    { from: 'in', to: 'quick' },
    { from: 'quick', to: 'a' },
  ],
  outputs: { out: 'a' },
}

test('T10 what nodes cost is measured on a recording, as a rule takes it', async () => {
  const length = (chunkCount * chunkFrames) / 250
  const costs = await measureGraph(spec, recording(length), new Map(), {})
  expect(Object.keys(costs)).toEqual(['quick', 'a/slow'])
  // A hundred times the work: no load of the machine hides that.
  expect(costs['a/slow']).toBeGreaterThan(costs.quick!)
  expect(costs.quick).toBeGreaterThan(0)
  const ruled = parseGraphSpec({ ...spec, threads: { rule: 'balanced', most: 2, costs } })
  expect(splitGraph(expandGraph(ruled), nodeCatalog).length).toBeGreaterThan(0)
})

test('a recording without length measures nothing', async () => {
  await expect(measureGraph(spec, recording(0), new Map(), {})).rejects.toThrow(/has no length/)
})
