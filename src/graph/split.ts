/**
 * A graph cut into segments, each of which runs in one thread as a graph of its own. An edge
 * between two segments is a cut: the one writes it into a ring, the others read it from there.
 */
import { balancedThreads } from './balance.ts'
import type { FlatGraph } from './expand.ts'
import { invalid } from './invalid.ts'
import type { SourceInfos } from './node-loads.ts'
import { type GraphPlan, type NodeCatalog, type PortRef, planGraph, portKey } from './plan.ts'
import { type GraphSpec, type QueueSettings, queueSettings } from './spec.ts'

/** Where everything runs that nothing else is said of. */
export const mainThread = 'main'

/** An output of one segment that feeds others through one ring. */
export interface Cut {
  /** An output of the segment that writes it, and a source of those that read it. */
  readonly name: string
  /** The node's port, as in a graph. */
  readonly from: string
  readonly queue: QueueSettings
  readonly writer: string
  /** Segments; one only where the queue spills. */
  readonly readers: readonly string[]
}

export interface Segment {
  /** The thread's name; a second segment of the same thread is `name.2`. */
  readonly key: string
  readonly thread: string
  readonly spec: GraphSpec
  /** Sources of the whole graph that it reads itself. */
  readonly sources: readonly string[]
  readonly reads: readonly Cut[]
  readonly writes: readonly Cut[]
}

interface Building extends Place {
  readonly key: string
  readonly nodes: Set<string>
  readonly sources: Set<string>
  readonly edges: { from: string; to: string }[]
  readonly outputs: Record<string, string>
}

/**
 * @param infos what is known of the sources' streams: a rule weighs edges by their rates
 * @returns the segments; one comes after all that it reads from
 * @throws SynapseError graph-invalid, naming an edge whose queue cannot be
 */
export function splitGraph(
  flat: FlatGraph,
  catalog: NodeCatalog,
  infos: SourceInfos = {},
): readonly Segment[] {
  const plan = planGraph(flat, catalog)
  const ruled = balancedThreads(flat, plan, catalog, infos, mainThread)
  const at = placeNodes(flat, plan, catalog, ruled)
  const building = new Map<string, Building>()
  const keyOf = keysOf([...at.values()])
  const segmentOf = (node: string) => {
    const place = at.get(node) ?? mainPlace
    return segmentAt(building, keyOf(place), place)
  }
  for (const id of plan.order) segmentOf(id).nodes.add(id)
  const cuts = cutEdges(flat, plan, (node) => (at.has(node) ? segmentOf(node).key : null))
  for (const [key, from] of plan.feeds) {
    const to = segmentOf(key.slice(0, key.lastIndexOf('.')))
    const cut = cuts.find((each) => isCut(each, from, to.key))
    if (from.node in flat.sources) to.sources.add(from.node)
    to.edges.push({ from: cut ? cut.name : reference(flat, from), to: key })
  }
  for (const [name, from] of plan.outputs) {
    const isSource = from.node in flat.sources
    const segment = isSource ? firstOf(building) : segmentOf(from.node)
    if (isSource) segment.sources.add(from.node)
    segment.outputs[name] = reference(flat, from)
  }
  return [...building.values()]
    .sort((a, b) => a.level - b.level)
    .map((each) => finished(flat, each, cuts))
}

interface Place {
  readonly thread: string
  /** How many changes of thread lie before it, at most: keeps segments from feeding each other. */
  readonly level: number
}

const mainPlace: Place = { thread: mainThread, level: 0 }

/** A thread's first segment has its name; the others are numbered. */
function keysOf(places: readonly Place[]): (place: Place) => string {
  const levels = new Map<string, number[]>()
  for (const { thread, level } of places) {
    const known = levels.get(thread) ?? []
    if (!known.includes(level))
      levels.set(
        thread,
        [...known, level].sort((a, b) => a - b),
      )
  }
  return ({ thread, level }) => {
    const at = levels.get(thread)?.indexOf(level) ?? 0
    return at <= 0 ? thread : `${thread}.${at + 1}`
  }
}

/** @param ruled threads of nodes that name none, where a rule places them */
function placeNodes(
  flat: FlatGraph,
  plan: GraphPlan,
  catalog: NodeCatalog,
  ruled: ReadonlyMap<string, string>,
) {
  const places = new Map<string, Place>()
  for (const id of plan.order) {
    const { node, thread } = flat.nodes[id]!
    const feeds = catalog.get(node)!.inputs.map(({ name }) => plan.feeds.get(portKey(id, name))!)
    const before = feeds.map((feed) => places.get(feed.node) ?? null)
    const mine = thread ?? ruled.get(id) ?? before[0]?.thread ?? mainThread
    const level = before.reduce(
      (most, place) => Math.max(most, place ? place.level + Number(place.thread !== mine) : 0),
      0,
    )
    places.set(id, { thread: mine, level })
  }
  return places
}

function segmentAt(building: Map<string, Building>, key: string, place: Place): Building {
  const known = building.get(key)
  if (known) return known
  const segment: Building = {
    key,
    ...place,
    nodes: new Set(),
    sources: new Set(),
    edges: [],
    outputs: {},
  }
  building.set(key, segment)
  return segment
}

function firstOf(building: Map<string, Building>): Building {
  const [first] = building.values()
  return first ?? segmentAt(building, mainThread, mainPlace)
}

function cutEdges(
  flat: FlatGraph,
  plan: GraphPlan,
  segmentOf: (node: string) => string | null,
): Cut[] {
  const wanted = new Map<string, { from: PortRef; readers: Map<string, QueueSettings | null> }>()
  for (const [key, from] of plan.feeds) {
    const node = key.slice(0, key.lastIndexOf('.'))
    const [writer, reader] = [segmentOf(from.node), segmentOf(node)!]
    const queue = plan.queues.get(key)
    if (writer === null || writer === reader) {
      if (queue && !mayCut(flat, from, node)) throw needlessQueue(flat, from, key, writer)
      continue
    }
    const port = portKey(from.node, from.port)
    const entry = wanted.get(port) ?? { from, readers: new Map() }
    wanted.set(port, entry)
    const other = entry.readers.get(reader)
    if (queue && other && JSON.stringify(queue) !== JSON.stringify(other)) {
      throw invalid(
        flat,
        `two edges from ${port} into the same thread want different queues`,
        'They share one queue: say it on one of them.',
      )
    }
    entry.readers.set(reader, queue ?? other ?? null)
  }
  return [...wanted.values()].flatMap(({ from, readers }) =>
    cutsOf(from, segmentOf(from.node)!, readers),
  )
}

/** Readers with the same policy share a ring; one that spills has its own. */
function cutsOf(
  from: PortRef,
  writer: string,
  readers: ReadonlyMap<string, QueueSettings | null>,
): Cut[] {
  const groups = new Map<string, { queue: QueueSettings; readers: string[] }>()
  for (const [reader, given] of readers) {
    const queue = given ?? queueSettings()
    const own = queue.policy === 'spill' ? `>${reader}` : ''
    const name = `${from.node}:${from.port}:${JSON.stringify(queue)}${own}`
    const group = groups.get(name) ?? { queue, readers: [] }
    group.readers.push(reader)
    groups.set(name, group)
  }
  return [...groups.values()].map((group, i) => ({
    ...group,
    name: `${from.node}:${from.port}${i === 0 ? '' : `:${i + 1}`}`,
    from: portKey(from.node, from.port),
    writer,
  }))
}

/** A rule decides whether this edge is cut: what is said of its queue holds if it is. */
function mayCut({ threads, nodes }: FlatGraph, from: PortRef, reader: string): boolean {
  const isFree = (id: string) => nodes[id]?.thread === undefined
  return threads !== null && from.node in nodes && (isFree(from.node) || isFree(reader))
}

function needlessQueue(flat: FlatGraph, from: PortRef, to: string, writer: string | null) {
  const edge = `the edge ${reference(flat, from)} → ${to}`
  return writer === null
    ? invalid(flat, `${edge} has a queue`, 'What comes from a source waits in the stream’s ring.')
    : invalid(flat, `${edge} has a queue, but stays in one thread`, 'Name another thread, or none.')
}

function isCut(cut: Cut, from: PortRef, reader: string): boolean {
  return cut.from === portKey(from.node, from.port) && cut.readers.includes(reader)
}

function reference({ sources }: FlatGraph, { node, port }: PortRef): string {
  return node in sources ? node : portKey(node, port)
}

function finished(flat: FlatGraph, segment: Building, cuts: readonly Cut[]): Segment {
  const { key, thread, edges } = segment
  const reads = cuts.filter(({ readers }) => readers.includes(key))
  const writes = cuts.filter(({ writer }) => writer === key)
  const sources = [...segment.sources]
  const nodes = [...segment.nodes].map((id) => {
    const { node, options, resilience } = flat.nodes[id]!
    return [id, { node, options, resilience }]
  })
  const spec: GraphSpec = {
    version: 1,
    name: flat.name,
    sources: {
      ...Object.fromEntries(sources.map((name) => [name, flat.sources[name]!])),
      ...Object.fromEntries(reads.map(({ name }) => [name, {}])),
    },
    nodes: Object.fromEntries(nodes),
    edges,
    outputs: {
      ...segment.outputs,
      ...Object.fromEntries(writes.map(({ name, from }) => [name, from])),
    },
  }
  return { key, thread, spec, sources, reads, writes }
}
