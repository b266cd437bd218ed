import { describe, expect, test } from 'vitest'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import {
  type Chunk,
  type Gap,
  type NodeDefinition,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../signal/index.ts'
import { Graph, GraphMemory, type GraphSpec, parseGraphSpec } from './index.ts'
import type { Resilience } from './spec.ts'

const rateHz = 100
const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('Fp1', 'EEG', 'uV')],
  origin: { source: 'test' },
}

/** Passes values on, and fails on those above 1000; counts how often it was opened. */
function fragile(opened: { times: number }): NodeDefinition {
  const calibrate = nodeCatalog.get('calibrate')!
  return {
    ...calibrate,
    id: 'fragile',
    open(context) {
      opened.times++
      const inner = calibrate.open(context)
      return {
        ...inner,
        process(port, chunk, emit) {
          if (chunk.data[0]! > 1000) throw new Error('too much')
          inner.process(port, chunk, emit)
        },
      }
    },
  }
}

interface Seen {
  values: number[]
  indices: number[]
  gaps: Gap[]
  refused: string[]
}

function run(resilience: Partial<Resilience> | undefined, inputs: readonly number[]) {
  const opened = { times: 0 }
  const seen: Seen = { values: [], indices: [], gaps: [], refused: [] }
  const memory = new GraphMemory(newKernelMemory())
  const spec = parseGraphSpec({
    version: 1,
    name: 'test',
    sources: { eeg: {} },
    nodes: {
      before: { node: 'calibrate' },
      fragile: { node: 'fragile', ...(resilience ? { resilience } : {}) },
      after: { node: 'calibrate' },
    },
    edges: [
      { from: 'eeg', to: 'before' },
      { from: 'before', to: 'fragile' },
      { from: 'fragile', to: 'after' },
    ],
    outputs: { out: 'after' },
  })
  const graph = new Graph(spec, {
    catalog: new Map([...nodeCatalog, ['fragile', fragile(opened)]]),
    sources: { eeg },
    memory,
    maxFrames: 4,
    model: () => {
      throw new Error('no model here')
    },
    outputs: {
      chunk(_output, chunk) {
        for (let f = 0; f < chunk.frames; f++) {
          seen.values.push(chunk.data[f * chunk.stride]!)
          seen.indices.push(chunk.firstSample + f)
        }
      },
      gap: (_output, gap) => seen.gaps.push({ ...gap }),
      request: () => {},
      refused: ({ node, reason, chunk, error }) =>
        seen.refused.push(`${node} ${reason} ${chunk!.firstSample} ${error.code}`),
    },
  })
  const chunk = { ...newChunkBuffer({ format: 'float32', channels: 8, maxFrames: 4 }) }
  chunk.data = memory.lend().float32(32)
  inputs.forEach((value, sample) => {
    chunk.data[0] = value
    chunk.firstSample = sample
    chunk.frames = 1
    chunk.time[0] = sample / rateHz
    graph.chunk('eeg', chunk as Chunk)
  })
  return { seen, opened: opened.times, counters: graph.counters.get('fragile')!, graph }
}

describe('a node that fails', () => {
  test('F1 propagate: the graph fails, naming the node', () => {
    expect(() => run(undefined, [1, 2000])).toThrow(/running node "fragile" \(fragile\): too much/)
  })

  test('F2 skip-chunk: a gap in its place, and the graph goes on; F7 counted', () => {
    const { seen, counters } = run({ onError: 'skip-chunk' }, [1, 2000, 3])
    expect(seen.indices).toEqual([0, 2])
    expect(seen.gaps).toEqual([{ atSample: 1, lostSamples: 1, exact: true, reason: 'dropped' }])
    expect(seen.refused).toEqual(['fragile failed 1 node-failed'])
    expect(counters).toMatchObject({ errors: 1, framesRefused: 1, framesIn: 3, framesOut: 2 })
  })

  test('F3 use-default: the default in its place', () => {
    const { seen } = run({ onError: 'use-default', defaultValue: -7 }, [1, 2000, 3])
    expect(seen.values).toEqual([1, -7, 3])
    expect(seen.indices).toEqual([0, 1, 2])
    expect(seen.gaps).toEqual([])
  })

  test('F4 never: it goes on as it is; immediate: it opens anew', () => {
    const restart = { baseSeconds: 1, maxSeconds: 1, attempts: 5 }
    expect(run({ onError: 'skip-chunk' }, [2000, 1]).opened).toBe(1)
    const immediate = run(
      { onError: 'skip-chunk', restart: { ...restart, policy: 'immediate' } },
      [2000, 1, 2000, 2],
    )
    expect(immediate.opened).toBe(3)
    expect(immediate.seen.indices).toEqual([1, 3])
  })

  test('F4 exponential, F5: it rests twice as long each time, counted in stream time', () => {
    const restart = {
      policy: 'exponential' as const,
      baseSeconds: 0.05,
      maxSeconds: 1,
      attempts: 9,
    }
    const inputs = Array.from({ length: 40 }, (_, i) => (i === 2 || i === 7 ? 2000 : i))
    const { seen, counters } = run({ onError: 'skip-chunk', restart }, inputs)
    // Fails at 2 and rests 5 samples; is tried at 7, fails, rests 10; is tried at 17 and well.
    expect(seen.indices).toEqual([0, 1, ...Array.from({ length: 23 }, (_, i) => 17 + i)])
    expect(counters.framesRefused).toBe(15)
    expect(counters.restarts).toBe(2)
  })

  test('F4 attempts: after so many failures in a row it stays away', () => {
    const restart = { policy: 'immediate' as const, baseSeconds: 1, maxSeconds: 1, attempts: 2 }
    const { seen, counters } = run({ onError: 'skip-chunk', restart }, [2000, 2000, 2000, 4, 5])
    expect(seen.indices).toEqual([])
    expect(counters.restarts).toBe(2)
    expect(counters.framesRefused).toBe(5)
  })

  test('F6 a failure further down is not its own', () => {
    const { graph } = run({ onError: 'skip-chunk' }, [1, 2000])
    expect(graph.counters.get('before')).toMatchObject({ errors: 0, framesRefused: 0 })
  })
})

const parts: GraphSpec = {
  version: 1,
  name: 'parts',
  sources: { eeg: {} },
  parameters: { low: { default: 1, unit: 'Hz' } },
  graphs: {
    clean: {
      inputs: ['in'],
      nodes: {
        filter: {
          node: 'filter-iir',
          options: { lowCutHz: { $parameter: 'low' }, highCutHz: 30, notchHz: null },
        },
        again: { node: 'calibrate' },
      },
      edges: [
        { from: 'in', to: 'filter' },
        { from: 'filter', to: 'again' },
      ],
      outputs: { signal: 'again', filtered: 'filter' },
    },
    twice: {
      inputs: ['in'],
      nodes: { one: { graph: 'clean' }, two: { graph: 'clean' } },
      edges: [
        { from: 'in', to: 'one' },
        { from: 'one.filtered', to: 'two' },
      ],
      outputs: { signal: 'two' },
    },
  },
  nodes: { first: { graph: 'twice' } },
  edges: [{ from: 'eeg', to: 'first' }],
  outputs: { out: 'first.signal' },
}

function openParts(spec: GraphSpec, parameters: Record<string, unknown> = {}) {
  return new Graph(spec, {
    catalog: nodeCatalog,
    sources: { eeg },
    memory: new GraphMemory(newKernelMemory()),
    maxFrames: 4,
    parameters,
    model: () => {
      throw new Error('no model here')
    },
    outputs: { chunk: () => {}, gap: () => {}, request: () => {} },
  })
}

describe('a graph as written', () => {
  test('G4 parts within parts run under their path, each with a state of its own', () => {
    const graph = openParts(parts)
    expect([...graph.counters.keys()].sort()).toEqual([
      'first/one/again',
      'first/one/filter',
      'first/two/again',
      'first/two/filter',
    ])
    expect(graph.outputs.out!.channels).toHaveLength(1)
  })

  test('G3 parameters take the value given, else their default; an unknown one is refused', () => {
    expect(() => openParts(parts, { low: 0.5 })).not.toThrow()
    expect(() => openParts(parts, { low: 90 })).toThrow(/first\/one\/filter/)
    expect(() => openParts(parts, { lo: 1 })).toThrow(/no parameter "lo"/)
    const nodes = { x: { node: 'calibrate', options: { a: { $parameter: 'nix' } } } }
    expect(() => openParts({ ...parts, nodes })).toThrow(/unknown parameter "nix"/)
  })

  test('G4 a part never contains itself; an unknown one is refused with those that there are', () => {
    const graphs = structuredClone(parts.graphs!)
    graphs.clean!.nodes.self = { graph: 'twice' }
    expect(() => openParts({ ...parts, graphs })).toThrow(/twice → clean → twice/)
    const nodes = { first: { graph: 'dirty' } }
    expect(() => openParts({ ...parts, nodes })).toThrow(/unknown graph "dirty"/)
  })

  test('G1 what the schema does not know is refused', () => {
    expect(() => parseGraphSpec({ ...parts, colour: 'red' })).toThrow(/colour/)
    expect(() => parseGraphSpec({ ...parts, version: 2 })).toThrow(/version/)
  })
})
