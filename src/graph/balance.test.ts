import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodeCatalog } from '../nodes/catalog.ts'
import { physicalChannel, type StreamInfo } from '../signal/index.ts'
import { expandGraph } from './expand.ts'
import { graphLoads } from './node-loads.ts'
import { planGraph } from './plan.ts'
import { type GraphSpec, graphJsonSchema, parseGraphSpec } from './spec.ts'
import { splitGraph } from './split.ts'

type Rule = NonNullable<GraphSpec['threads']>

/** Nodes `name:kind@thread`; kinds and threads may be left out. */
function graph(nodes: readonly string[], edges: readonly string[], threads?: Rule): GraphSpec {
  const parsed = nodes.map((each) => /^(\w+)(?::([\w-]+))?(?:@(\w+))?$/.exec(each)!)
  return parseGraphSpec({
    version: 1,
    name: 'test',
    sources: { eeg: {}, slow: {} },
    nodes: Object.fromEntries(
      parsed.map(([, id, node = 'calibrate', thread]) => [
        id,
        thread ? { node, thread } : { node },
      ]),
    ),
    edges: edges.map((edge) => ({ from: edge.split('→')[0], to: edge.split('→')[1] })),
    outputs: Object.fromEntries(parsed.map(([, id]) => [id, id])),
    ...(threads ? { threads } : {}),
  })
}

function threadsOf(spec: GraphSpec, infos?: Record<string, StreamInfo>): Record<string, string> {
  return Object.fromEntries(
    splitGraph(expandGraph(spec), nodeCatalog, infos).flatMap(({ thread, spec: { nodes } }) =>
      Object.keys(nodes).map((id) => [id, thread]),
    ),
  )
}

const even = (ids: string, load = 1000) =>
  Object.fromEntries([...ids].map((id) => [id, load])) as Record<string, number>

function stream(channels: number, nominalRateHz: number): StreamInfo {
  const names = Array.from({ length: channels }, (_, c) => physicalChannel(`E${c}`, 'EEG', 'uV'))
  const origin = { source: 'test' }
  const sampleFormat = 'float32'
  return { id: 'x', name: 'x', type: 'EEG', sampleFormat, nominalRateHz, channels: names, origin }
}

describe('T10 a graph divided by rule', () => {
  test('branches that cost the same go to a thread each', () => {
    const costs = { ...even('ab'), ...even('cd') }
    const rule = { rule: 'balanced', most: 2, costs } as const
    const found = threadsOf(graph(['a', 'b', 'c', 'd'], ['eeg→a', 'a→b', 'eeg→c', 'c→d'], rule))
    expect(found).toEqual({ a: 'main', b: 'main', c: 'balanced-2', d: 'balanced-2' })
  })

  test('of equal halves it is cut where least flows', () => {
    // Band power gives an eighth of what it takes: behind it is the place to cut.
    const nodes = ['a', 'b:band-power', 'c', 'd']
    const rule = { rule: 'balanced', most: 2, costs: even('abcd') } as const
    const found = threadsOf(graph(nodes, ['eeg→a', 'a→b', 'b→c', 'c→d'], rule))
    expect(found).toEqual({ a: 'main', b: 'main', c: 'balanced-2', d: 'balanced-2' })
    const skewed = { ...rule, costs: { a: 990, b: 1010, c: 1000, d: 1000 } }
    expect(threadsOf(graph(nodes, ['eeg→a', 'a→b', 'b→c', 'c→d'], skewed))).toEqual(found)
  })

  test('what an annotation fixes stays; its thread counts, and takes others as any does', () => {
    const costs = { a: 10, b: 3000, c: 3000, d: 10 }
    const rule = { rule: 'balanced', most: 2, costs } as const
    const spec = graph(['a', 'b@heavy', 'c', 'd'], ['eeg→a', 'a→b', 'a→c', 'b→d'], rule)
    expect(threadsOf(spec)).toEqual({ a: 'main', b: 'heavy', c: 'main', d: 'heavy' })
  })

  test('a thread that would take off less than a tenth is left out', () => {
    const one = { rule: 'balanced', most: 3, costs: { a: 10_000, b: 500 } } as const
    expect(threadsOf(graph(['a', 'b'], ['eeg→a', 'a→b'], one))).toEqual({ a: 'main', b: 'main' })
    const other = { ...one, costs: { a: 10_000, b: 2000 } }
    const found = threadsOf(graph(['a', 'b'], ['eeg→a', 'a→b'], other))
    expect(new Set(Object.values(found)).size).toBe(2)
  })

  test('without measurements kinds say what they cost, and streams how much there is of it', () => {
    const nodes = ['e1:entropy', 'e2:entropy', 'c1', 'c2']
    const spec = graph(nodes, ['eeg→e1', 'eeg→e2', 'eeg→c1', 'eeg→c2'], { rule: 'balanced' })
    const found = threadsOf(spec)
    expect(found.e1).not.toBe(found.e2)
    const two = ['fast:filter-iir', 'thin:filter-iir', 'more:filter-iir']
    const rated = graph(two, ['eeg→fast', 'slow→thin', 'slow→more'], { rule: 'balanced' })
    const infos = { eeg: stream(64, 1000), slow: stream(8, 250) }
    const by = threadsOf(rated, { eeg: infos.eeg, slow: infos.eeg })
    expect(by.thin === by.more || by.fast === by.thin || by.fast === by.more).toBe(true)
    // One stream is thirty times the other: nothing can be taken off the node that reads it.
    expect(new Set(Object.values(threadsOf(rated, infos)))).toEqual(new Set(['main']))
  })

  test('a node costs what its kind declares for the values that reach it', () => {
    const flat = expandGraph(graph(['a', 'b:band-power', 'c'], ['eeg→a', 'a→b', 'b→c']))
    const infos = { eeg: stream(10, 100) }
    const { nodes } = graphLoads(flat, planGraph(flat, nodeCatalog), nodeCatalog, { c: 7 }, infos)
    const { cost: calibrate } = nodeCatalog.get('calibrate')!
    const { cost: bandPower } = nodeCatalog.get('band-power')!
    expect(nodes.get('a')).toBeCloseTo(calibrate!.work, 9)
    expect(nodes.get('b')).toBeCloseTo(calibrate!.given * bandPower!.work, 9)
    expect(nodes.get('c')).toBe(7)
  })

  test('the schema has it', () => {
    const { properties } = graphJsonSchema() as {
      properties: Record<string, { properties: object }>
    }
    expect(Object.keys(properties.threads!.properties)).toEqual(['rule', 'most', 'costs'])
  })

  test.each([
    [{ rule: 'balanced', costs: { x: 1 } }, /threads.costs names "x".*Nodes: a, b\./],
    [{ rule: 'balanced', most: 1 }, /threads.most = 1, but its nodes name 2: one, two.*2 at least/],
  ] as const)('%j is refused', (rule, message) => {
    const spec = graph(['a@one', 'b@two'], ['eeg→a', 'a→b'], rule as Rule)
    const told = () => {
      try {
        threadsOf(spec)
        return ''
      } catch (error) {
        const { note } = error as { note: { message: string; remedy: string } }
        return `${note.message} ${note.remedy}`
      }
    }
    expect(told()).toMatch(message)
  })
})

test('T11 a queue where the rule may cut says what holds if it does', () => {
  const rule = { rule: 'balanced', most: 2, costs: even('ab') } as const
  const withQueue = (each: GraphSpec): GraphSpec => ({
    ...each,
    edges: each.edges.map((edge) =>
      edge.from === 'a' ? { ...edge, queue: { frames: 999 } } : edge,
    ),
  })
  const cut = withQueue(graph(['a', 'b'], ['eeg→a', 'a→b'], rule))
  const segments = splitGraph(expandGraph(cut), nodeCatalog)
  expect(segments.flatMap(({ writes }) => writes).map(({ queue }) => queue.frames)).toEqual([999])
  const whole = withQueue(graph(['a', 'b'], ['eeg→a', 'a→b'], { ...rule, most: 1 }))
  expect(splitGraph(expandGraph(whole), nodeCatalog)).toHaveLength(1)
  const fixed = withQueue(graph(['a@main', 'b@main'], ['eeg→a', 'a→b'], rule))
  expect(() => splitGraph(expandGraph(fixed), nodeCatalog)).toThrow(/stays in one thread/)
})

/** Nodes of which each is fed by a source or one before it; some are fixed. */
const dags = fc
  .array(
    fc.record({
      from: fc.nat(),
      load: fc.integer({ min: 1, max: 10_000 }),
      thread: fc.option(fc.constantFrom('main', 'x', 'y'), { nil: undefined, freq: 4 }),
      kind: fc.constantFrom('calibrate', 'band-power', 'filter-bank'),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((drafts) => {
    const ids = drafts.map((_, i) => `n${i}`)
    const nodes = drafts.map(({ kind, thread }, i) => `n${i}:${kind}${thread ? `@${thread}` : ''}`)
    const edges = drafts.map(
      ({ from }, i) => `${['eeg', ...ids.slice(0, i)][from % (i + 1)]}→n${i}`,
    )
    const costs = Object.fromEntries(drafts.map(({ load }, i) => [ids[i]!, load]))
    return { nodes, edges, costs }
  })

test('T10 any graph: fixed nodes stay, no more threads than allowed, the same every time', () => {
  fc.assert(
    fc.property(dags, fc.integer({ min: 3, max: 6 }), ({ nodes, edges, costs }, most) => {
      const spec = graph(nodes, edges, { rule: 'balanced', most, costs })
      const found = threadsOf(spec)
      for (const [id, { thread }] of Object.entries(spec.nodes)) {
        if (thread) expect(found[id]).toBe(thread)
      }
      expect(new Set(Object.values(found)).size).toBeLessThanOrEqual(most)
      expect(threadsOf(spec)).toEqual(found)
      const order = planGraph(expandGraph(spec), nodeCatalog).order
      expect(Object.keys(found).toSorted()).toEqual([...order].toSorted())
    }),
    { numRuns: 300 },
  )
})

test('T10 any small graph: the busiest thread has little more to do than in the best of all cuts', () => {
  const small = dags.filter(({ nodes }) => nodes.length <= 7)
  fc.assert(
    fc.property(small, ({ nodes, edges, costs }) => {
      const rule = { rule: 'balanced', most: 3, costs } as const
      const spec = graph(nodes, edges, rule)
      const flat = expandGraph(spec)
      const plan = planGraph(flat, nodeCatalog)
      const { nodes: loads, flows } = graphLoads(flat, plan, nodeCatalog, costs, {})
      const busiest = (at: Record<string, string>) => {
        const sums = new Map<string, number>()
        const add = (thread: string, load: number) =>
          sums.set(thread, (sums.get(thread) ?? 0) + load)
        for (const [id, load] of loads) add(at[id]!, load)
        for (const { writer, readers, crossing } of flows) {
          const own = writer === null ? '' : at[writer]!
          const others = new Set(readers.map((id) => at[id]!))
          others.delete(own)
          for (const other of others) add(other, crossing)
          if (own && others.size > 0) add(own, crossing)
        }
        return Math.max(...sums.values())
      }
      const named = new Set(Object.values(spec.nodes).flatMap(({ thread }) => thread ?? []))
      const all = [...new Set(['main', ...named, 'p', 'q'])].slice(0, 3)
      if (named.size === 3) return
      const ids = [...loads.keys()]
      let best = Number.POSITIVE_INFINITY
      for (let code = 0; code < 3 ** ids.length; code++) {
        const at: Record<string, string> = {}
        for (const [i, id] of ids.entries()) {
          at[id] = spec.nodes[id]!.thread ?? all[Math.floor(code / 3 ** i) % 3]!
        }
        best = Math.min(best, busiest(at))
      }
      // A tenth is what a thread has to be worth, twice; the rest is what a search may miss.
      expect(busiest(threadsOf(spec))).toBeLessThanOrEqual(1.35 * best)
    }),
    { numRuns: 60 },
  )
})
