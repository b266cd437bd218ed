/** Random graphs of test nodes with their troubles, and random arrivals of what feeds them. */
import fc from 'fast-check'
import { type Resilience, resilienceSchema } from '../../src/graph/spec.ts'
import type { PlainEvent, PlainNode } from './plain-graph.ts'
import type { Fails } from './test-nodes.ts'

export const sources = ['a', 'b'] as const
export const sourceRateHz = 64
export const maxFrames = 16

/** A chunk or a gap of one source. */
export interface Arrival {
  readonly source: (typeof sources)[number]
  readonly frames: number
  readonly isGap: boolean
}

export const arrivals: fc.Arbitrary<Arrival[]> = fc.array(
  fc.record({
    source: fc.constantFrom(...sources),
    frames: fc.integer({ min: 1, max: maxFrames }),
    isGap: fc.nat(9).map((n) => n === 0),
  }),
  { minLength: 5, maxLength: 60 },
)

const fails: fc.Arbitrary<Fails> = fc.oneof(
  fc.constant(null),
  fc
    .record({ every: fc.integer({ min: 1, max: 40 }), at: fc.nat(39), until: fc.nat(400) })
    .map(({ every, at, until }) => ({ every, at: at % every, until })),
)

const seconds = fc.integer({ min: 1, max: 128 }).map((n) => n / 64)

const restart = fc.record({
  policy: fc.constantFrom('never' as const, 'immediate' as const, 'exponential' as const),
  baseSeconds: seconds,
  maxSeconds: seconds.map((n) => 2 * n),
  attempts: fc.integer({ min: 1, max: 6 }),
})

const breaker = fc.record({
  failures: fc.integer({ min: 1, max: 4 }),
  windowSeconds: seconds,
  failureShare: fc.constantFrom(0, 0.3, 0.6),
  probes: fc.integer({ min: 1, max: 3 }),
})

const degrade = fc
  .tuple(fc.constantFrom('skip', 'lower-rate', 'bypass'), fc.integer({ min: 1, max: 3 }), seconds)
  .map(([action, level, seen]) =>
    action === 'lower-rate'
      ? { action, level, seenSeconds: seen, everySeconds: 2.5 * seen }
      : { action, level },
  )

const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined })

const resilience = fc
  .record({
    onError: fc.constantFrom('skip-chunk', 'use-default'),
    defaultValue: fc.integer({ min: -9, max: 9 }),
    restart: maybe(restart),
    breaker: maybe(breaker),
    coolDownSeconds: seconds,
    degrade: maybe(degrade),
  })
  .map(({ coolDownSeconds, ...given }): Resilience => {
    const isExponential = given.restart?.policy === 'exponential'
    const rests =
      given.breaker && !isExponential ? { ...given.breaker, coolDownSeconds } : given.breaker
    return resilienceSchema.parse({ ...given, breaker: rests })
  })

const kind = fc.constantFrom(
  ...['scale', 'sum', 'hold-back', 'hop-mean', 'join', 'tally', 'strong-tally'],
)
/** Kinds that may be opened anew with another amount while the graph runs. */
const changing = ['scale', 'hold-back', 'tally', 'strong-tally']

const draft = fc.record({
  kind,
  amount: fc.integer({ min: 2, max: 5 }),
  from: fc.tuple(fc.nat(), fc.nat()),
  fails,
  resilience,
  change: maybe(fc.record({ step: fc.nat(59), amount: fc.integer({ min: 2, max: 5 }) })),
})
type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never

/** Nodes in an order in which each comes after what feeds it. */
export const graphs: fc.Arbitrary<PlainNode[]> = fc
  .array(draft, { minLength: 1, maxLength: 8 })
  .map((drafts) => {
    const nodes: PlainNode[] = []
    for (const [i, each] of drafts.entries()) nodes.push(nodeOf(`n${i}`, each, nodes))
    return nodes
  })

function nodeOf(id: string, made: Draft, before: readonly PlainNode[]): PlainNode {
  const streams = [
    ...sources.map((source) => ({ id: source as string, rateHz: sourceRateHz })),
    ...before.map((node) => ({ id: node.id, rateHz: outputRate(node) })),
  ]
  const first = streams[made.from[0] % streams.length]!
  const alike = streams.filter(({ rateHz }) => rateHz === first.rateHz)
  const second = alike[made.from[1] % alike.length]!
  const isJoin = made.kind === 'join'
  const changes = made.change && changing.includes(made.kind) ? [made.change] : []
  return {
    id,
    kind: made.kind,
    amount: made.amount,
    fails: isJoin ? null : made.fails,
    from: isJoin ? [first.id, second.id] : [first.id],
    resilience: possible(made),
    changes,
    rateHz: first.rateHz,
  }
}

/** What a kind cannot have is left out. */
function possible({ kind, fails, resilience }: Draft): Resilience {
  const { degrade } = resilience
  const isSkip = degrade?.action === 'skip'
  const canDegrade =
    isSkip || (kind !== 'join' && (kind !== 'hop-mean' || degrade?.action !== 'bypass'))
  const kept = canDegrade && degrade ? { degrade } : {}
  if (kind === 'join' || fails === null) return resilienceSchema.parse(kept)
  const { degrade: _, ...others } = resilience
  return { ...others, ...kept }
}

function outputRate({ kind, amount, rateHz }: PlainNode): number {
  return kind === 'hop-mean' ? rateHz / amount : rateHz
}

/** Sample by sample what a source brings; values that no other sample near has. */
export function sourceEvents(all: readonly Arrival[], source: string): PlainEvent[] {
  let next = 0
  return all.flatMap((arrival, step): PlainEvent[] => {
    if (arrival.source !== source) return []
    const first = next
    next += arrival.frames
    if (arrival.isGap) return [{ step, at: first, lost: arrival.frames }]
    const salt = source === 'a' ? 3 : 71
    const samples = Array.from({ length: arrival.frames }, (_, f) => {
      const index = first + f
      return { index, time: index / sourceRateHz, value: ((index * 37 + salt) % 101) - 50 }
    })
    return [{ step, samples }]
  })
}
