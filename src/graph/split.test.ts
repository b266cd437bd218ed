import { describe, expect, test } from 'vitest'
import { nodeCatalog } from '../nodes/catalog.ts'
import { expandGraph } from './expand.ts'
import { type GraphSpec, parseGraphSpec } from './spec.ts'
import { splitGraph } from './split.ts'

type Edge = GraphSpec['edges'][number]

/** Nodes `name@thread` of kind `calibrate` in a chain or as the edges say. */
function graph(nodes: readonly string[], edges: readonly (string | Edge)[], more = {}): GraphSpec {
  return parseGraphSpec({
    version: 1,
    name: 'test',
    sources: { eeg: {} },
    nodes: Object.fromEntries(
      nodes.map((each) => {
        const [id, thread] = each.split('@') as [string, string | undefined]
        return [id, { node: 'calibrate', ...(thread ? { thread } : {}) }]
      }),
    ),
    edges: edges.map((edge) => {
      if (typeof edge !== 'string') return edge
      const [from, to] = edge.split('→')
      return { from, to }
    }),
    outputs: Object.fromEntries(nodes.map((each) => [each.split('@')[0]!, each.split('@')[0]!])),
    ...more,
  })
}

const split = (spec: GraphSpec) => splitGraph(expandGraph(spec), nodeCatalog)

/** `segment: nodes` and `from → readers`. */
function told(spec: GraphSpec) {
  const segments = split(spec)
  return {
    segments: segments.map((each) => `${each.key}: ${Object.keys(each.spec.nodes).join(' ')}`),
    cuts: segments.flatMap(({ writes }) =>
      writes.map(({ from, readers }) => `${from} → ${readers.join(' ')}`),
    ),
  }
}

describe('T1 where nodes run', () => {
  test('without a word, all in the main thread, which is the graph itself', () => {
    const spec = graph(['a', 'b'], ['eeg→a', 'a→b'])
    const [only] = split(spec)
    expect(told(spec)).toEqual({ segments: ['main: a b'], cuts: [] })
    expect(only!.spec.outputs).toEqual({ a: 'a.out', b: 'b.out' })
    expect(only!.sources).toEqual(['eeg'])
  })

  test('where they say; what they feed runs with them', () => {
    const spec = graph(['a', 'b@slow', 'c', 'd'], ['eeg→a', 'a→b', 'b→c', 'a→d'])
    expect(told(spec)).toEqual({ segments: ['main: a d', 'slow: b c'], cuts: ['a.out → slow'] })
  })

  test('back in a thread, they are another segment of it: none feeds itself', () => {
    const spec = graph(['a', 'b@slow', 'c@main'], ['eeg→a', 'a→b', 'b→c'])
    expect(told(spec)).toEqual({
      segments: ['main: a', 'slow: b', 'main.2: c'],
      cuts: ['a.out → slow', 'b.out → main.2'],
    })
  })

  test('a source is read from its ring in every thread', () => {
    const segments = split(graph(['a', 'b@slow'], ['eeg→a', 'eeg→b']))
    expect(segments.map(({ sources }) => sources)).toEqual([['eeg'], ['eeg']])
    expect(segments.flatMap(({ reads }) => reads)).toEqual([])
  })

  test('a part’s thread is that of its nodes, unless they say otherwise', () => {
    const part = {
      inputs: ['in'],
      nodes: { x: { node: 'calibrate' }, y: { node: 'calibrate', thread: 'other' } },
      edges: [
        { from: 'in', to: 'x' },
        { from: 'x', to: 'y', queue: { policy: 'drop-oldest' } },
      ],
      outputs: { out: 'y' },
    }
    const spec = graph(['a'], ['eeg→a'], { graphs: { part } })
    spec.nodes.p = { graph: 'part', thread: 'slow' }
    spec.edges.push({ from: 'a', to: 'p' })
    expect(told(spec)).toEqual({
      segments: ['main: a', 'slow: p/x', 'other: p/y'],
      cuts: ['a.out → slow', 'p/x.out → other'],
    })
    expect(split(spec)[1]!.writes[0]!.queue.policy).toBe('drop-oldest')
  })
})

describe('T3 queues', () => {
  const edge = (to: string, queue: Edge['queue']): Edge => ({ from: 'a', to, queue })

  test('readers of one output with the same queue share one; a spilling edge has its own', () => {
    const nodes = ['a', 'b@x', 'c@y', 'd@z']
    expect(told(graph(nodes, ['eeg→a', 'a→b', 'a→c', 'a→d'])).cuts).toEqual(['a.out → x y z'])
    const spill = { policy: 'spill' } as const
    const spilling = graph(nodes, ['eeg→a', 'a→b', edge('c', spill), edge('d', spill)])
    expect(told(spilling).cuts).toEqual(['a.out → x', 'a.out → y', 'a.out → z'])
    const names = split(spilling)[0]!.writes.map(({ name }) => name)
    expect(new Set(names).size).toBe(3)
  })

  test.each([
    ['inside a thread', ['a', 'b'], ['eeg→a', edge('b', {})], /stays in one thread/],
    [
      'behind a source',
      ['a@slow'],
      [{ from: 'eeg', to: 'a', queue: {} }],
      /eeg → a.in has a queue/,
    ],
    [
      'twice, and not the same',
      ['a', 'b@slow', 'c@slow'],
      ['eeg→a', edge('b', { frames: 500 }), edge('c', { frames: 600 })],
      /different queues/,
    ],
  ])('a queue %s is refused', (_what, nodes, edges, message) => {
    expect(() => split(graph(nodes, edges))).toThrow(message)
  })
})
