/** What becomes of every node when one graph takes the place of another. */
import type { GraphPlan } from '../contract/index.ts'
import { pacingOf } from '../graph/index.ts'
import type { Inspected, NodeFacts } from './graph-inspector.ts'

type Planned = GraphPlan['nodes'][number]

/** @param before null: nothing runs yet in its place */
export function differenceOf(before: Inspected | null, after: Inspected): GraphPlan {
  const isBoundAnew = before !== null && !isSame(before.sources, after.sources)
  const nodes = [...after.nodes].map(([id, facts]): Planned => {
    const old = before?.nodes.get(id)
    if (!old) return { id, kind: facts.kind, fate: 'begins', because: [] }
    const because = isBoundAnew ? (['source'] as const) : reasonsOf(old, facts)
    return {
      id,
      kind: facts.kind,
      fate: because.length > 0 ? 'anew' : 'kept',
      because: [...because],
    }
  })
  const ended = [...(before?.nodes ?? [])].filter(([id]) => !after.nodes.has(id))
  return {
    name: after.spec.name,
    nodes: [
      ...nodes,
      ...ended.map(([id, { kind }]): Planned => ({ id, kind, fate: 'ends', because: [] })),
    ],
    sources: Object.entries(after.sources).map(([name, info]) => ({ name, stream: info.name })),
    outputs: Object.keys(after.outputs),
    threads: [...new Set(after.segments.map(({ thread }) => thread))],
    isCutAnew: before !== null && !isBoundAnew && !isCutAlike(before, after),
    isBoundAnew,
  }
}

function reasonsOf(before: NodeFacts, after: NodeFacts): Planned['because'] {
  const reasons: Planned['because'] = []
  if (before.kind !== after.kind) reasons.push('kind')
  if (before.kind === after.kind && !isSame(before.options, after.options)) reasons.push('options')
  if (!isSame(before.inputs, after.inputs)) reasons.push('input')
  if (!isSame(before.resilience, after.resilience)) reasons.push('resilience')
  return reasons
}

/** One thread before and after, woken alike: then the change costs no stop. */
function isCutAlike(before: Inspected, after: Inspected): boolean {
  const threads = ({ segments }: Inspected) => segments.map(({ key }) => key)
  return (
    isSame(threads(before), threads(after)) &&
    before.segments.length === 1 &&
    isSame(pacingOf(before.spec), pacingOf(after.spec)) &&
    before.spec.latencyBudgetMs === after.spec.latencyBudgetMs
  )
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
