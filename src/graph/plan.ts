/** Checks a graph against the catalogue and puts its nodes into an order in which they can open. */
import type { NodeDefinition, PortDefinition } from '../signal/index.ts'
import type { FlatGraph } from './expand.ts'
import { invalid } from './invalid.ts'
import type { QueueSettings } from './spec.ts'

export type NodeCatalog = ReadonlyMap<string, NodeDefinition>

export interface PortRef {
  readonly node: string
  readonly port: string
}

export interface GraphPlan {
  /** Node ids; a node comes after everything that feeds it. */
  readonly order: readonly string[]
  /** Who feeds each input port: key is `portKey(node, port)`. */
  readonly feeds: ReadonlyMap<string, PortRef>
  /** What is said of the queue before an input port, by the same key. */
  readonly queues: ReadonlyMap<string, QueueSettings>
  readonly outputs: ReadonlyMap<string, PortRef>
}

/** The single output port of a source. */
const sourcePort = 'out'

export function portKey(node: string, port: string): string {
  return `${node}.${port}`
}

/** @throws SynapseError graph-invalid, naming node, port and remedy */
export function planGraph(spec: FlatGraph, catalog: NodeCatalog): GraphPlan {
  for (const [id, { node }] of Object.entries(spec.nodes)) {
    if (id in spec.sources) throw invalid(spec, `"${id}" names both a source and a node`)
    if (!catalog.has(node)) throw unknownNode(spec, id, node, catalog)
  }
  const feeds = new Map<string, PortRef>()
  const queues = new Map<string, QueueSettings>()
  for (const { from, to, queue } of spec.edges) {
    const source = resolve(spec, catalog, from, 'outputs')
    const target = resolve(spec, catalog, to, 'inputs')
    const key = portKey(target.node, target.port)
    if (feeds.has(key)) throw invalid(spec, `port ${key} is fed twice`)
    feeds.set(key, source)
    if (queue) queues.set(key, queue)
  }
  checkAllFed(spec, catalog, feeds)
  const outputs = new Map<string, PortRef>()
  for (const [name, reference] of Object.entries(spec.outputs)) {
    outputs.set(name, resolve(spec, catalog, reference, 'outputs'))
  }
  return { order: topologicalOrder(spec, feeds), feeds, queues, outputs }
}

function resolve(
  spec: FlatGraph,
  catalog: NodeCatalog,
  reference: string,
  side: 'inputs' | 'outputs',
): PortRef {
  const [node = '', named] = reference.split('.')
  if (node in spec.sources) {
    if (side === 'inputs') throw invalid(spec, `source "${node}" takes no input`)
    return { node, port: named ?? sourcePort }
  }
  const entry = spec.nodes[node]
  if (!entry) throw invalid(spec, `"${reference}" names no source and no node`)
  const ports = catalog.get(entry.node)![side]
  const port = named ?? ports[0]?.name
  if (port !== undefined && ports.some((each) => each.name === port)) return { node, port }
  throw invalid(spec, `node "${node}" has no port "${named}"; its ${side} are ${names(ports)}`)
}

function names(ports: readonly PortDefinition[]): string {
  return ports.map((port) => port.name).join(', ') || 'none'
}

function checkAllFed(
  spec: FlatGraph,
  catalog: NodeCatalog,
  feeds: ReadonlyMap<string, PortRef>,
): void {
  for (const [id, { node }] of Object.entries(spec.nodes)) {
    for (const port of catalog.get(node)!.inputs) {
      if (!feeds.has(portKey(id, port.name))) {
        throw invalid(spec, `input ${portKey(id, port.name)} (${node}) is fed by nothing`)
      }
    }
  }
}

function topologicalOrder(spec: FlatGraph, feeds: ReadonlyMap<string, PortRef>): string[] {
  const order: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  const visit = (id: string, path: readonly string[]): void => {
    if (id in spec.sources || state.get(id) === 'done') return
    if (state.get(id) === 'open') {
      throw invalid(spec, `nodes feed each other in a circle: ${[...path, id].join(' → ')}`)
    }
    state.set(id, 'open')
    for (const [key, from] of feeds) {
      if (key.startsWith(`${id}.`)) visit(from.node, [...path, id])
    }
    state.set(id, 'done')
    order.push(id)
  }
  for (const id of Object.keys(spec.nodes)) visit(id, [])
  return order
}

function unknownNode(spec: FlatGraph, id: string, node: string, catalog: NodeCatalog) {
  return invalid(
    spec,
    `node "${id}" is of the unknown kind "${node}"`,
    `Known kinds: ${[...catalog.keys()].join(', ')}.`,
  )
}
