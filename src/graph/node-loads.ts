/**
 * What a graph's nodes cost and what flows along its edges, as far as it can be told without running
 * it: from the rates of its sources, from what each kind declares, and from what was measured.
 */
import type { NodeDefinition, StreamInfo } from '../signal/index.ts'
import type { FlatGraph } from './expand.ts'
import { type GraphPlan, type NodeCatalog, type PortRef, portKey } from './plan.ts'

/** Streams of a graph's sources, by name; those that nobody knows yet are missing. */
export type SourceInfos = Readonly<Record<string, StreamInfo>>

/** One output port, or a source: who reads it and how much flows there. */
export interface Flow {
  /** The node that writes it; null for a source, which has its ring already. */
  readonly writer: string | null
  readonly readers: readonly string[]
  /** Microseconds per second of stream that either side spends on it where it leaves a thread. */
  readonly crossing: number
}

export interface Loads {
  /** Microseconds per second of stream, by node id. */
  readonly nodes: ReadonlyMap<string, number>
  readonly flows: readonly Flow[]
}

/** A kind that declares nothing. */
const usualCost = { work: 5, given: 1 }
/** A stream that nobody knows yet: 8 channels at 250 Hz. */
const usualValuesPerSecond = 2000
/** Frames a second of an irregular stream. */
const usualEventsPerSecond = 10
/** What a port beside the first one gives for every value taken: accounts, events. */
const sideShare = 0.05
/** Nanoseconds for a value into a queue, or out of it. */
const queueWork = 2

/** @param costs measured, by node id: they come before what a kind declares */
export function graphLoads(
  flat: FlatGraph,
  plan: GraphPlan,
  catalog: NodeCatalog,
  costs: Readonly<Record<string, number>>,
  infos: SourceInfos,
): Loads {
  const valuesAt = new Map<string, number>()
  const nodes = new Map<string, number>()
  for (const name of Object.keys(flat.sources)) valuesAt.set(name, valuesPerSecond(infos[name]))
  for (const id of plan.order) {
    const definition = catalog.get(flat.nodes[id]!.node)!
    const { work, given } = definition.cost ?? usualCost
    const values = fedValues(id, definition, plan, flat, valuesAt)
    nodes.set(id, costs[id] ?? (work * values) / 1000)
    for (const [i, { name }] of definition.outputs.entries()) {
      valuesAt.set(portKey(id, name), values * (i === 0 ? given : sideShare * given))
    }
  }
  return { nodes, flows: flowsOf(flat, plan, valuesAt) }
}

function valuesPerSecond(info: StreamInfo | undefined): number {
  if (!info) return usualValuesPerSecond
  return (info.nominalRateHz || usualEventsPerSecond) * info.channels.length
}

function fedValues(
  id: string,
  { inputs }: NodeDefinition,
  { feeds }: GraphPlan,
  flat: FlatGraph,
  valuesAt: ReadonlyMap<string, number>,
): number {
  return inputs.reduce((sum, { name }) => {
    return sum + valuesAt.get(keyOf(flat, feeds.get(portKey(id, name))!))!
  }, 0)
}

function flowsOf(
  flat: FlatGraph,
  { feeds }: GraphPlan,
  valuesAt: ReadonlyMap<string, number>,
): Flow[] {
  const flows = new Map<string, { writer: string | null; readers: string[]; crossing: number }>()
  for (const [to, from] of feeds) {
    const key = keyOf(flat, from)
    const writer = from.node in flat.sources ? null : from.node
    const flow = flows.get(key) ?? {
      writer,
      readers: [],
      crossing: (queueWork * valuesAt.get(key)!) / 1000,
    }
    flows.set(key, flow)
    flow.readers.push(to.slice(0, to.lastIndexOf('.')))
  }
  return [...flows.values()]
}

function keyOf({ sources }: FlatGraph, { node, port }: PortRef): string {
  return node in sources ? node : portKey(node, port)
}
