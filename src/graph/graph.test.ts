import { describe, expect, test } from 'vitest'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import {
  type Chunk,
  type NodeDefinition,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../signal/index.ts'
import { Graph, GraphMemory, type GraphSpec, parseGraphSpec } from './index.ts'

const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('Fp1', 'EEG', 'uV'), physicalChannel('O1', 'EEG', 'uV')],
  origin: { source: 'test' },
}

const base: GraphSpec = {
  version: 1,
  name: 'test',
  sources: { eeg: {} },
  nodes: {
    clean: { node: 'filter-iir', options: { lowCutHz: 1, highCutHz: 40 } },
    view: { node: 'display-envelope', options: { binRateHz: 250 } },
  },
  edges: [
    { from: 'eeg', to: 'clean' },
    { from: 'clean', to: 'view' },
  ],
  outputs: { filtered: 'clean', display: 'view.out' },
}

const failing: NodeDefinition = {
  ...nodeCatalog.get('calibrate')!,
  id: 'failing',
  open: (context) => ({
    ...nodeCatalog.get('calibrate')!.open(context),
    process() {
      throw new Error('boom')
    },
  }),
}

function open(spec: GraphSpec) {
  const memory = new GraphMemory(newKernelMemory())
  const seen: { output: string; values: number[] }[] = []
  const lent = memory.lend()
  const source = { ...newChunkBuffer({ format: 'float32', channels: 8, maxFrames: 16 }) }
  source.data = lent.float32(8 * 16)
  const graph = new Graph(spec, {
    catalog: new Map([...nodeCatalog, ['failing', failing]]),
    sources: { eeg },
    memory,
    maxFrames: 16,
    model: () => {
      throw new Error('no model')
    },
    outputs: {
      chunk: (output, chunk: Chunk) =>
        seen.push({ output, values: [...chunk.data.slice(0, chunk.frames * chunk.stride)] }),
      gap: () => {},
      request: () => {},
    },
  })
  let at = 0
  const push = (frames = 16) => {
    source.firstSample = at
    source.frames = frames
    for (let f = 0; f < frames; f++) source.data[f * 8] = 30 * Math.sin((at + f) / 4) + 500
    graph.chunk('eeg', source)
    at += frames
  }
  return { graph, push, seen, memory }
}

describe('G1, G2, G5 a graph is checked before it runs', () => {
  const cases: [string, Partial<GraphSpec>, RegExp][] = [
    ['an unknown kind', { nodes: { clean: { node: 'nope' } } }, /"clean".*"nope"/],
    ['an unknown node', { outputs: { x: 'nowhere' } }, /"nowhere"/],
    ['an unknown port', { outputs: { x: 'clean.left' } }, /"clean" has no port "left".*out/],
    [
      'a port fed twice',
      { edges: [...base.edges, { from: 'eeg', to: 'view' }] },
      /view\.in is fed twice/,
    ],
    ['a port fed by nothing', { edges: [base.edges[0]!] }, /view\.in .*fed by nothing/],
    [
      'a circle',
      {
        edges: [
          { from: 'view', to: 'clean' },
          { from: 'clean', to: 'view' },
        ],
      },
      /circle: .*→/,
    ],
    ['input into a source', { edges: [{ from: 'clean', to: 'eeg' }] }, /source "eeg" takes no/],
    [
      'an impossible filter',
      {
        nodes: { ...base.nodes, clean: { node: 'filter-iir', options: { highCutHz: 125 } } },
      },
      /"clean" \(filter-iir\).*125 Hz/,
    ],
    [
      'an option out of range',
      { nodes: { ...base.nodes, clean: { node: 'filter-iir', options: { order: 99 } } } },
      /"clean".*order = 99/,
    ],
  ]
  for (const [name, change, message] of cases) {
    test(`${name} is refused by name`, () => {
      expect(() => open({ ...base, ...change })).toThrow(message)
    })
  }

  test('JSON of another shape is refused, naming the place', () => {
    expect(() => parseGraphSpec({ ...base, version: 2 })).toThrow(/version/)
    expect(() => parseGraphSpec({ ...base, outputs: { 'a b': 'clean' } })).toThrow(/outputs/)
    expect(parseGraphSpec(JSON.parse(JSON.stringify(base)))).toEqual(base)
  })
})

test('R1 fan-out delivers the same chunk to every branch', () => {
  const { push, seen } = open(base)
  push()
  expect(seen.map((each) => each.output)).toEqual(['display', 'filtered'])
})

test('C1 a change leaves the state of untouched nodes alone, sample for sample', () => {
  const changed = open(base)
  const plain = open(base)
  for (let i = 0; i < 10; i++) {
    changed.push()
    plain.push()
  }
  const view = { node: 'display-envelope', options: { binRateHz: 50 } }
  changed.graph.apply({ ...base, nodes: { ...base.nodes, view } })
  changed.seen.length = plain.seen.length = 0
  changed.push()
  plain.push()
  const filtered = (seen: typeof changed.seen) => seen.filter((s) => s.output === 'filtered')
  expect(filtered(changed.seen)).toEqual(filtered(plain.seen))
  expect(changed.graph.outputs.display!.nominalRateHz).toBe(50)
})

test('C2 a change that fails its check leaves the old graph running', () => {
  const { graph, push, seen } = open(base)
  push()
  const clean = { node: 'filter-iir', options: { highCutHz: 500 } }
  expect(() => graph.apply({ ...base, nodes: { ...base.nodes, clean } })).toThrow(/500 Hz/)
  seen.length = 0
  push()
  expect(seen).toHaveLength(2)
})

test('memory of replaced and closed nodes is used again', () => {
  const { graph, memory } = open(base)
  const free = memory.freeBytes
  for (let i = 0; i < 20; i++) {
    const clean = { node: 'filter-iir', options: { highCutHz: 20 + i } }
    graph.apply({ ...base, nodes: { ...base.nodes, clean } })
  }
  expect(memory.freeBytes).toBe(free)
})

test('a node that throws is named, with its cause', () => {
  const { push } = open({
    ...base,
    nodes: { bad: { node: 'failing' } },
    edges: [{ from: 'eeg', to: 'bad' }],
    outputs: { x: 'bad' },
  })
  expect(() => push()).toThrow(/node "bad" \(failing\).*boom/)
})

test('a snapshot of another graph is refused', () => {
  const { graph } = open(base)
  expect(() => graph.restore({ clean: graph.snapshot().clean! })).toThrow(/"view".*not in/)
  expect(() => graph.restore({ ...graph.snapshot(), view: { low: 1 } })).toThrow(/view\./)
})
