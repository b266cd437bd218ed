/** A graph as it is drawn: nodes in the order of the samples, edges with what flows along them. */
import type { GraphFlow, GraphShape } from '../contract/index.ts'
import { type GraphSpec, pacingOf } from '../graph/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import type { StreamInfo } from '../signal/index.ts'
import type { Inspected } from './graph-inspector.ts'
import type { QueueStatus } from './queue-status.ts'

const usualBudgetMs = 100

/** What is not to be seen from the graph itself. */
export interface Told {
  readonly id: string
  readonly isOwn: boolean
  readonly text: string
  readonly canUndo: boolean
  readonly queues: readonly QueueStatus[]
}

export function graphShape(inspected: Inspected, told: Told): GraphShape {
  const { spec, plan, segments, sources } = inspected
  const { queues, ...given } = told
  const flows = flowsOf(inspected)
  const segmentOf = new Map(
    segments.flatMap(({ key, spec: { nodes } }) => Object.keys(nodes).map((id) => [id, key])),
  )
  return {
    ...given,
    name: spec.name,
    help: spec.help ?? '',
    pacing: pacingWords(spec),
    latencyBudgetMs: spec.latencyBudgetMs ?? usualBudgetMs,
    sources: sourcesOf(sources),
    nodes: plan.order.map((id) => {
      const { kind, options, resilience } = inspected.nodes.get(id)!
      const { title, help, inputs, outputs } = nodeCatalog.get(kind)!
      return {
        id,
        kind,
        title,
        help,
        segment: segmentOf.get(id) ?? '',
        inputs: inputs.map(({ name }) => name),
        outputs: outputs.map(({ name: port }) => ({
          port,
          flow: flows.get(`${id}.${port}`) ?? null,
        })),
        options,
        resilience,
      }
    }),
    edges: edgesOf(inspected, queues, segmentOf),
    outputs: Object.entries(inspected.outputs).map(([name, info]) => ({
      name,
      flow: flowOf(info),
    })),
    segments: segments.map(({ key, thread }) => ({ key, thread })),
  }
}

/** Of a graph that cannot be as it is written: the streams that it would read. */
export function bareShape(
  spec: GraphSpec,
  sources: Inspected['sources'],
  { queues: _queues, ...given }: Told,
): GraphShape {
  return {
    ...given,
    name: spec.name,
    help: spec.help ?? '',
    pacing: pacingWords(spec),
    latencyBudgetMs: spec.latencyBudgetMs ?? usualBudgetMs,
    sources: sourcesOf(sources),
    nodes: [],
    edges: [],
    outputs: [],
    segments: [],
  }
}

function sourcesOf(sources: Inspected['sources']): GraphShape['sources'] {
  return Object.entries(sources).map(([name, info]) => ({
    name,
    stream: info.id,
    flow: flowOf(info),
  }))
}

function edgesOf(
  { plan, sources }: Inspected,
  queues: readonly QueueStatus[],
  segmentOf: ReadonlyMap<string, string>,
): GraphShape['edges'] {
  const name = ({ node, port }: { node: string; port: string }) =>
    node in sources ? node : `${node}.${port}`
  const within = [...plan.feeds].map(([to, from]) => {
    const reader = segmentOf.get(to.slice(0, to.lastIndexOf('.'))) ?? ''
    const queue = queues.find((each) => each.from === name(from) && each.readers.includes(reader))
    const { policy, holdsFrames } = queue ?? {}
    return {
      from: name(from),
      to,
      queue: policy && holdsFrames !== undefined ? { policy, holdsFrames } : null,
    }
  })
  return [
    ...within,
    ...[...plan.outputs].map(([to, from]) => ({ from: name(from), to, queue: null })),
  ]
}

/** By `node.port`: a node tells what it is fed; what leaves the graph is known. */
function flowsOf({ plan, nodes, outputs }: Inspected): ReadonlyMap<string, GraphFlow> {
  const flows = new Map<string, GraphFlow>()
  for (const [to, { node, port }] of plan.feeds) {
    const at = to.lastIndexOf('.')
    const info = nodes.get(to.slice(0, at))?.inputs[to.slice(at + 1)]
    if (info) flows.set(`${node}.${port}`, flowOf(info))
  }
  for (const [name, { node, port }] of plan.outputs) {
    const info = outputs[name]
    if (info) flows.set(`${node}.${port}`, flowOf(info))
  }
  return flows
}

function flowOf({ name, type, nominalRateHz, channels }: StreamInfo): GraphFlow {
  return {
    name,
    type,
    rateHz: nominalRateHz,
    channels: channels.map(({ label, unit }) => ({ label, unit })),
  }
}

function pacingWords(spec: GraphSpec): string {
  const { mode, milliseconds } = pacingOf(spec)
  return mode === 'slice' ? `every ${milliseconds} ms` : 'as samples arrive'
}
