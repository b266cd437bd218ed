/** The engine against the plain reference: any graph, any arrivals, any trouble. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PlainEvent, type PlainNode, runPlain } from './plain-graph.ts'
import { type Arrival, arrivals, graphs, maxFrames, sourceEvents, sources } from './random-graph.ts'
import { type EngineRun, runEngine, traceOf } from './run-engine.ts'

type SourceEvent = EngineRun['events'][number]

const steps = fc.uniqueArray(fc.nat(59), { maxLength: 6 }).map((some) => new Set(some))
const levels = fc.array(fc.tuple(fc.nat(59), fc.nat(3)), { maxLength: 6 })

function levelIn(changes: readonly (readonly [number, number])[]) {
  const sorted = changes.toSorted(([a], [b]) => a - b)
  return (step: number) => sorted.filter(([at]) => at <= step).at(-1)?.[1] ?? 0
}

function allEvents(all: readonly Arrival[]): SourceEvent[] {
  const events = sources.flatMap((source) =>
    sourceEvents(all, source).map((event) => ({ ...event, source })),
  )
  return events.sort((a, b) => a.step - b.step)
}

/** By node: the events that it is fed are those that the nodes before it have given. */
function plainAnswers(
  nodes: readonly PlainNode[],
  all: readonly Arrival[],
  levelAt: EngineRun['levelAt'],
) {
  const streams = new Map<string, readonly PlainEvent[]>(
    sources.map((source) => [source as string, sourceEvents(all, source)]),
  )
  return new Map(
    nodes.map((node) => {
      const inputs = node.from.map((id) => streams.get(id)!)
      const answer = runPlain(node, inputs, levelAt)
      streams.set(node.id, answer.events)
      return [node.id, answer]
    }),
  )
}

test('R1–R3, C1, F2–F10, D1–D3, S1, S2: what leaves every node is what the plain reference gives', () => {
  fc.assert(
    fc.property(
      graphs,
      arrivals,
      levels,
      steps,
      steps,
      (nodes, all, changes, restoreAt, disturbAt) => {
        const levelAt = levelIn(changes)
        const plain = plainAnswers(nodes, all, levelAt)
        const events = allEvents(all)
        const got = runEngine({ nodes, events, levelAt, restoreAt, disturbAt })
        for (const { id } of nodes) {
          const { events: expected, refused, ...counts } = plain.get(id)!
          expect(got.traces.get(id), id).toEqual(traceOf(expected))
          const mine = got.refused.filter((each) => each.startsWith(`${id} `))
          expect(mine).toEqual(refused)
          // Counting begins anew in a graph opened anew.
          if (restoreAt.size === 0) expect(got.counters.get(id)).toMatchObject(counts)
        }
      },
    ),
    { numRuns: 1500 },
  )
})

test('R2, D5: the same levels at the same samples give the same, however the samples are cut', () => {
  const sound = graphs.map((nodes) => nodes.map((node) => ({ ...node, fails: null, changes: [] })))
  const cuts = fc.array(fc.integer({ min: 1, max: maxFrames }), { minLength: 40, maxLength: 40 })
  fc.assert(
    fc.property(sound, arrivals, levels, cuts, steps, (nodes, all, changes, lengths, none) => {
      const levelAt = levelIn(changes)
      const run = { nodes, levelAt, restoreAt: none, disturbAt: none }
      const whole = runEngine({ ...run, events: allEvents(all) })
      const cut = runEngine({
        ...run,
        events: allEvents(all).flatMap((event) => cutUp(event, lengths)),
      })
      for (const { id } of nodes) expect(cut.traces.get(id), id).toEqual(whole.traces.get(id))
    }),
    { numRuns: 500 },
  )
})

/** The samples of one arrival in several chunks; all stay within its step. */
function cutUp(event: SourceEvent, lengths: readonly number[]): SourceEvent[] {
  if ('at' in event) return [event]
  const parts: SourceEvent[] = []
  for (let from = 0; from < event.samples.length; ) {
    const to = from + lengths[(event.step + parts.length) % lengths.length]!
    parts.push({ ...event, samples: event.samples.slice(from, to) })
    from = to
  }
  return parts
}
