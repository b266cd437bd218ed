/**
 * The part of a graph that lies behind one node: what is run over the chunks that the node refused,
 * so that it gives what was missing.
 */
import { expandGraph, type FlatEdge, type ParameterValues } from './expand.ts'
import { invalid } from './invalid.ts'
import { type NodeCatalog, planGraph, portKey } from './plan.ts'
import type { GraphSpec } from './spec.ts'

export interface ReplaySpec {
  readonly spec: GraphSpec
  /** Outputs that need more than this node gives: they cannot be made up for. */
  readonly leftOut: readonly string[]
}

/**
 * @param fed by input port of `node`: the id of the stream that it is fed
 * @throws SynapseError graph-invalid when the graph has no such node, or the node has more inputs
 */
export function replaySpec(
  whole: GraphSpec,
  catalog: NodeCatalog,
  node: string,
  fed: Readonly<Record<string, string>>,
  parameters: ParameterValues = {},
): ReplaySpec {
  const flat = expandGraph(whole, parameters)
  const plan = planGraph(flat, catalog)
  const entry = flat.nodes[node]
  if (!entry) {
    const known = `Nodes: ${Object.keys(flat.nodes).join(', ')}.`
    throw invalid(flat, `it has no node "${node}", of which there are dead letters`, known)
  }
  const ports = catalog.get(entry.node)!.inputs.map(({ name }) => name)
  const missing = ports.find((port) => !(port in fed))
  if (missing !== undefined) {
    const what = `node "${node}" needs "${missing}" too, of which there are no dead letters`
    throw invalid(flat, what, 'Run the graph over the recording again.')
  }
  const feedsOf = (id: string) =>
    catalog.get(flat.nodes[id]!.node)!.inputs.map(({ name }) => plan.feeds.get(portKey(id, name))!)
  const behind = new Set([node])
  for (const id of plan.order) {
    const feeds = feedsOf(id)
    if (feeds.length > 0 && feeds.every((feed) => behind.has(feed.node))) behind.add(id)
  }
  const edges: FlatEdge[] = flat.edges.filter(({ from, to }) => {
    return nodeOf(to) !== node && behind.has(nodeOf(from)) && behind.has(nodeOf(to))
  })
  const sources = ports.map((port) => [`letters-${port}`, { stream: fed[port]! }] as const)
  const outputs = Object.entries(flat.outputs)
  const isBehind = ([, from]: (typeof outputs)[number]) => behind.has(nodeOf(from))
  return {
    spec: {
      version: 1,
      name: `${flat.name}: ${node} and what is behind it`,
      sources: Object.fromEntries(sources),
      nodes: Object.fromEntries(
        [...behind].map((id) => {
          const { node: kind, options, resilience } = flat.nodes[id]!
          return [id, { node: kind, options: { ...options }, resilience }]
        }),
      ),
      edges: [
        ...ports.map((port) => ({ from: `letters-${port}`, to: `${node}.${port}` })),
        ...edges,
      ],
      outputs: Object.fromEntries(outputs.filter(isBehind)),
    },
    leftOut: outputs.filter((each) => !isBehind(each)).map(([name]) => name),
  }
}

function nodeOf(reference: string): string {
  return reference.split('.')[0]!
}
