import { describe, expect, test } from 'vitest'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../signal/index.ts'
import { Graph, GraphMemory, type GraphSpec } from './index.ts'

type Watermark = NonNullable<GraphSpec['sources'][string]['watermark']>

const stream = (label: string): StreamInfo => ({
  id: `test/${label}`,
  name: label,
  type: 'Features',
  sampleFormat: 'float32',
  nominalRateHz: 4,
  channels: [physicalChannel(label, 'MISC', '1')],
  origin: { source: 'test' },
})

/** Two sources, aligned; `b` may be silent. */
function open(ofB?: Watermark, ofA?: Watermark) {
  const sent: number[] = []
  const said: [string, number][] = []
  const graph = new Graph(
    {
      version: 1,
      name: 'test',
      sources: { a: ofA ? { watermark: ofA } : {}, b: ofB ? { watermark: ofB } : {} },
      nodes: {
        twice: { node: 'formula', options: { channels: [{ label: 'a2', expression: '2 * a' }] } },
        both: { node: 'align', options: { maxWaitSeconds: 60 } },
      },
      edges: [
        { from: 'a', to: 'twice' },
        { from: 'twice', to: 'both.a' },
        { from: 'b', to: 'both.b' },
      ],
      outputs: { out: 'both' },
    },
    {
      catalog: nodeCatalog,
      sources: { a: stream('a'), b: stream('b') },
      memory: new GraphMemory(newKernelMemory()),
      maxFrames: 64,
      model: () => {
        throw new Error('no model')
      },
      outputs: {
        chunk: (_name, { frames, time }) => sent.push(...time.slice(0, frames)),
        gap: () => {},
        request: () => {},
        watermark: (name, time) => said.push([name, time]),
      },
    },
  )
  const push = (source: string, from: number, to: number) => {
    const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 64 })
    chunk.firstSample = from * 4
    for (let time = from; time < to; time += 0.25) chunk.time[chunk.frames++] = time
    graph.chunk(source, chunk)
  }
  return { graph, push, sent, said }
}

test('W1: without a watermark a silent source holds up the other', () => {
  const { push, sent } = open()
  push('a', 0, 10)
  expect(sent).toEqual([])
})

test('W1: a watermark lets go what waits for it, and only ever rises', () => {
  const { graph, push, sent } = open()
  push('a', 0, 1)
  graph.watermark('b', 0.5)
  expect(sent).toEqual([0, 0.25, 0.5])
  graph.watermark('b', 0.1)
  push('b', 0.3, 0.4)
  graph.watermark('b', 0.75)
  expect(sent).toEqual([0, 0.25, 0.5, 0.75])
})

test('W2: what is certain of an output is passed on, out of the graph too', () => {
  const { graph, push, said } = open()
  push('a', 0, 1)
  graph.watermark('a', 2)
  graph.watermark('b', 0.5)
  graph.watermark('b', 3)
  const [, waiting, whole] = said
  expect([waiting, whole]).toEqual([
    ['out', 0.5],
    ['out', 2],
  ])
})

test('W3: at a tick a source goes on to the time less idleSeconds', () => {
  const { graph, push, sent } = open({ idleSeconds: 2, everySeconds: 0.5 })
  push('a', 0, 10)
  graph.tick(2.4)
  expect(sent).toEqual([0])
  graph.tick(2.5)
  expect(sent).toEqual([0, 0.25, 0.5])
})

describe('W4: a frame of one source takes another along, skewSeconds behind', () => {
  test('at the next tick', () => {
    const { graph, push, sent } = open({ skewSeconds: 1, everySeconds: 0.25 })
    push('a', 0, 1)
    graph.tick(100)
    expect(sent).toEqual([])
    push('a', 1, 2)
    graph.tick(100)
    expect(sent).toEqual([0, 0.25, 0.5, 0.75])
  })

  test('but no further than the time of the tick', () => {
    const { graph, push, sent } = open({ skewSeconds: 1, everySeconds: 0.25 })
    push('a', 0, 8)
    graph.tick(1.25)
    expect(sent).toEqual([0, 0.25])
  })
})

describe('W5: the grid is the same however ticks and chunks are cut', () => {
  const source = { idleSeconds: 1, skewSeconds: 1.5, everySeconds: 0.5 }
  const run = (steps: number) => {
    const { graph, push, sent } = open(source)
    for (let time = 0; time < 8; time += steps) {
      graph.tick(time)
      push('a', time, time + steps)
    }
    graph.tick(8)
    return sent
  }
  const wanted = Array.from({ length: 29 }, (_, i) => i / 4)
  test.each([0.25, 1, 4, 8])('%d s at once', (steps) => {
    expect(run(steps)).toEqual(wanted)
  })
})

test('W6: a frame in spite of a watermark is late where order matters, and counted there', () => {
  const { graph, push, sent } = open()
  graph.watermark('a', 5)
  push('a', 4, 6)
  push('b', 9, 10)
  expect(sent).toEqual([5.25, 5.5, 5.75])
})
