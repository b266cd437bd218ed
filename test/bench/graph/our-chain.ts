/** The records through our graph, one frame per chunk or many. */
import { Graph, GraphMemory, type GraphSpec } from '../../../src/graph/index.ts'
import { newKernelMemory } from '../../../src/kernels/index.ts'
import { nodeCatalog } from '../../../src/nodes/catalog.ts'
import {
  type Chunk,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  strideFor,
} from '../../../src/signal/index.ts'
import { type Chain, cpuSeconds, Schedule } from './chain.ts'
import { recordRateHz, type WindowResult } from './records.ts'

const chainSpec: GraphSpec = {
  version: 1,
  name: 'map, filter, window, aggregate',
  sources: { records: {} },
  nodes: {
    map: {
      node: 'formula',
      options: { channels: [{ label: 'y', expression: '2 * a - b', unit: 'uV' }] },
    },
    filter: { node: 'keep', options: { condition: 'y > 0' } },
    windows: {
      node: 'aggregate',
      options: {
        window: { kind: 'tumbling', seconds: 1 },
        aggregates: ['count', 'mean', 'max'],
      },
    },
  },
  edges: [
    { from: 'records', to: 'map' },
    { from: 'map', to: 'filter' },
    { from: 'filter', to: 'windows' },
  ],
  outputs: { windows: 'windows' },
}

const recordStream: StreamInfo = {
  id: 'records',
  name: 'records',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: recordRateHz,
  channels: ['a', 'b'].map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'file' },
}

/** The window closes at this value's place behind `since begin`, `duration` and `frames`. */
const firstAggregate = 3

export function ourChain(chunkFrames: number): Chain {
  return {
    name: 'ours',
    async run({ count, time, a, b }, perSecond) {
      const windows: WindowResult[] = []
      const latenciesMs: number[] = []
      let newest = 0
      let schedule = new Schedule(perSecond)
      const graph = newGraph(chunkFrames, (chunk) => {
        windows.push({
          count: chunk.data[firstAggregate]!,
          mean: chunk.data[firstAggregate + 1]!,
          max: chunk.data[firstAggregate + 2]!,
        })
        latenciesMs.push(schedule.latencyMs(newest))
      })
      const stride = strideFor(2)
      const shape = { format: 'float32' as const, channels: 2, maxFrames: chunkFrames, stride }
      const chunk = newChunkBuffer(shape)
      const cpuBefore = cpuSeconds()
      schedule = new Schedule(perSecond)
      for (let from = 0; from < count; from += chunkFrames) {
        const frames = Math.min(chunkFrames, count - from)
        newest = from
        schedule.waitFor(from + frames - 1)
        for (let f = 0; f < frames; f++) {
          chunk.data[f * stride] = a[from + f]!
          chunk.data[f * stride + 1] = b[from + f]!
          chunk.time[f] = time[from + f]!
        }
        chunk.firstSample = from
        chunk.frames = frames
        graph.chunk('records', chunk)
      }
      const taken = cpuSeconds() - cpuBefore
      graph.close()
      return { windows, cpuSeconds: taken, latenciesMs }
    },
  }
}

function newGraph(maxFrames: number, take: (chunk: Chunk) => void): Graph {
  return new Graph(chainSpec, {
    catalog: nodeCatalog,
    sources: { records: recordStream },
    memory: new GraphMemory(newKernelMemory()),
    maxFrames,
    model(name) {
      throw new Error(`no model ${name} here`)
    },
    outputs: {
      chunk: (_output, chunk) => take(chunk),
      gap() {},
      request() {},
    },
  })
}
