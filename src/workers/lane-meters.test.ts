import { describe, expect, test } from 'vitest'
import { Graph, GraphMemory, type GraphSpec } from '../graph/index.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import { LatencyHistogram, StageMeters, summariseLatency, TraceRing } from '../ring/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo, strideFor } from '../signal/index.ts'
import { LaneMeters } from './lane-meters.ts'
import {
  edgeFields,
  inputFields,
  nodeFields,
  noMeters,
  readValues,
  type SharedMeters,
} from './meter-layout.ts'

const raw: StreamInfo = {
  id: 'raw',
  name: 'raw',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: ['a', 'b'].map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'file' },
}

function specWith(condition: string): GraphSpec {
  return {
    version: 1,
    name: 'two nodes',
    sources: { raw: {} },
    nodes: {
      sum: {
        node: 'formula',
        options: { channels: [{ label: 'y', expression: 'a + b', unit: 'uV' }] },
      },
      kept: { node: 'keep', options: { condition } },
    },
    edges: [
      { from: 'raw', to: 'sum' },
      { from: 'sum', to: 'kept' },
    ],
    outputs: { kept: 'kept' },
  }
}

/** A graph under meters, on a clock that moves by a microsecond whenever it is read. */
function metered(condition: string, before: SharedMeters = noMeters) {
  let micros = 0
  const trace = new TraceRing(undefined, 64)
  const context = { trace, stages: new StageMeters(), now: () => micros++ / 1e6 }
  const meters = new LaneMeters('lane', context, before)
  const maxFrames = 10
  const graph = new Graph(specWith(condition), {
    catalog: nodeCatalog,
    sources: { raw },
    memory: new GraphMemory(newKernelMemory()),
    maxFrames,
    model() {
      throw new Error('no models here')
    },
    probe: meters,
    outputs: { chunk() {}, gap() {}, request() {} },
  })
  const stride = strideFor(2)
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames, stride })
  const waiting = { name: 'raw', chunk, waitingFrames: 3, capacityFrames: 64, overrunFrames: 2 }
  meters.reads([waiting])
  let sample = 0
  return {
    meters,
    graph,
    trace,
    stages: context.stages,
    push(chunks: number) {
      for (let k = 0; k < chunks; k++) {
        chunk.firstSample = sample
        chunk.frames = maxFrames
        for (let f = 0; f < maxFrames; f++) {
          chunk.time[f] = (sample + f) / 250
          chunk.data[f * stride] = f
        }
        sample += maxFrames
        meters.enter(chunk)
        graph.chunk('raw', chunk)
        meters.leave()
      }
      meters.publish(Number.POSITIVE_INFINITY)
    },
    node: (id: string) =>
      readValues(nodeFields, meters.shared.nodes.find(({ node }) => node === id)!.values),
    edge: (to: string) =>
      readValues(edgeFields, meters.shared.edges.find((each) => each.to === to)!.values),
  }
}

describe('meters of a lane', () => {
  test('count chunks, frames and the watermark of every node and edge', () => {
    const lane = metered('y >= 5')
    lane.push(20)
    expect(lane.node('sum')).toMatchObject({ chunks: 20, framesIn: 200, framesOut: 200, errors: 0 })
    expect(lane.node('kept')).toMatchObject({ chunks: 20, framesIn: 200, framesOut: 100 })
    expect(lane.node('sum').newestTime).toBeCloseTo(199 / 250, 9)
    expect(lane.edge('sum.in')).toEqual({ chunks: 20, frames: 200, gaps: 0 })
    expect(lane.edge('kept')).toEqual({ chunks: 20, frames: 100, gaps: 0 })
    const [input] = lane.meters.shared.inputs
    expect(readValues(inputFields, input!.values)).toMatchObject({
      waitingFrames: 3,
      capacityFrames: 64,
      overrunFrames: 2,
    })
  })

  test('tell of gaps', () => {
    const lane = metered('y >= 5')
    lane.push(1)
    lane.graph.gap('raw', { atSample: 10, lostSamples: 5, exact: true, reason: 'lost' })
    lane.meters.publish(Number.POSITIVE_INFINITY)
    expect(lane.edge('sum.in').gaps).toBe(1)
    expect(lane.node('sum').gaps).toBe(1)
  })

  test('live on when the graph changes, also of the node that opens anew', () => {
    const lane = metered('y >= 5')
    lane.push(10)
    const before = lane.meters.shared
    lane.graph.apply(specWith('y >= 8'))
    lane.push(10)
    expect(lane.node('sum').chunks).toBe(20)
    expect(lane.node('kept')).toMatchObject({ chunks: 20, framesOut: 50 + 20 })
    expect(lane.edge('kept').frames).toBe(70)
    for (const [i, { values }] of lane.meters.shared.nodes.entries()) {
      expect(values).toBe(before.nodes[i]!.values)
    }
  })

  test('keep their counts when a change is refused', () => {
    const lane = metered('y >= 5')
    lane.push(10)
    const broken = specWith('y >= 1')
    broken.nodes.kept!.options = { condition: 'nothing >= 1' }
    expect(() => lane.graph.apply(broken)).toThrow(/nothing/)
    lane.push(10)
    expect(lane.node('kept')).toMatchObject({ chunks: 20, framesOut: 100 })
  })

  test('go on in another thread where one died', () => {
    const lane = metered('y >= 5')
    lane.push(10)
    const next = metered('y >= 5', lane.meters.shared)
    next.push(10)
    expect(next.node('sum').chunks).toBe(20)
    expect(next.edge('sum.in').frames).toBe(200)
  })

  test('charge each node for its own part, and time only some of the chunks', () => {
    const lane = metered('y >= 5')
    lane.push(2000)
    const { timedChunks, timedSeconds } = lane.node('sum')
    expect(timedChunks).toBeGreaterThan(2)
    // The clock costs as much as all the work: only few are timed.
    expect(timedChunks).toBeLessThan(100)
    // Its own: from its begin to the other's, and from there to its end. The clock ticks by each.
    expect((timedSeconds / timedChunks) * 1e6).toBeCloseTo(2, 6)
    const { latency } = lane.meters.shared.nodes[0]!
    expect(summariseLatency(new LatencyHistogram(latency).snapshot()).count).toBe(timedChunks)
    for (const stage of ['buffering', 'processing'] as const) {
      expect(summariseLatency(lane.stages.snapshot(stage)).count).toBe(timedChunks)
    }
  })

  test('time every chunk while a trace is on, one node inside the other', () => {
    const lane = metered('y >= 5')
    lane.trace.begin()
    lane.push(3)
    lane.trace.end()
    const spans = lane.trace.spans()
    expect(spans.map(({ name }) => name)).toEqual(Array(3).fill(['lane kept', 'lane sum']).flat())
    const [inner, outer] = spans
    expect(inner!.start).toBeGreaterThan(outer!.start)
    expect(inner!.start + inner!.seconds).toBeLessThan(outer!.start + outer!.seconds)
  })
})
