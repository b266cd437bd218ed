/**
 * Live graphs as a window looks at them: how one is made, told again only when that changes, and
 * what its nodes and edges have counted, read from shared memory when it is asked for.
 */
import {
  breakerPhases,
  type EdgeMeter,
  type GraphLook,
  type GraphMeters,
  type GraphShape,
  type GraphSummary,
  type NodeMeter,
  type SourceMeter,
} from '../contract/index.ts'
import type { GraphSpec, Segment } from '../graph/index.ts'
import { asSynapseError, type ErrorNote } from '../signal/index.ts'
import {
  edgeFields,
  inputFields,
  nodeFields,
  readValues,
  type SharedMeters,
  type SharedNodeMeter,
} from '../workers/index.ts'
import type { GraphEntry } from './graph-entry.ts'
import { bareShape, graphShape, type Told } from './graph-shape.ts'
import type { AcquisitionHost } from './host.ts'
import { NodeTimes } from './node-times.ts'

/** So long a trouble is told of when the graph runs again. */
const troubleSeconds = 15

type Running = Readonly<GraphEntry>

/** A shape, and what it was made of: while that is the same, so is the shape. */
interface Known extends Seen {
  readonly revision: number
  readonly graph: Running['graph']
  readonly spec: Running['wanted']
  readonly isOpen: boolean
  readonly text: string | undefined
}

interface Seen {
  readonly shape: GraphShape
  readonly segments: readonly Segment[]
  /** Why it cannot be. */
  readonly refusal: ErrorNote | null
}

export class GraphLooks {
  readonly #host: AcquisitionHost
  readonly #known = new Map<string, Known>()
  readonly #times: NodeTimes
  #revision = 0

  constructor(host: AcquisitionHost) {
    this.#host = host
    this.#times = new NodeTimes(host.clock)
  }

  /**
   * @param id null for the first graph
   * @param revision of the shape that the caller has, if any
   */
  look(id: string | null, revision: number | null): GraphLook {
    const running = this.#host.processing.graphs
    for (const each of [...this.#known.keys()]) if (!running.has(each)) this.#known.delete(each)
    const graphs = [...running.values()].map((entry) => this.#summary(entry))
    graphs.sort((a, b) => Number(a.isOwn) - Number(b.isOwn))
    const chosen = (id === null ? undefined : running.get(id)) ?? running.get(graphs[0]?.id ?? '')
    const { kept } = this.#host.graphOutputs
    if (!chosen) return { graphs, kept, id: null, revision: 0, shape: null, meters: null }
    const known = this.#knownOf(chosen)
    return {
      graphs,
      kept,
      id: chosen.id,
      revision: known.revision,
      shape: known.revision === revision ? null : known.shape,
      meters: this.#metersOf(chosen, known),
    }
  }

  #summary(entry: Running): GraphSummary {
    return {
      id: entry.id,
      name: entry.wanted.name,
      isOwn: this.#host.graphs.textOf(entry.id) !== undefined,
      streams: Object.values(entry.sources).map(({ info }) => info.name),
      state: stateOf(entry),
    }
  }

  #knownOf(entry: Running): Known {
    const { id, graph } = entry
    const known = this.#known.get(id)
    const spec = graph?.spec ?? entry.wanted
    const isOpen = graph?.isOpen ?? false
    const { graphs, processing } = this.#host
    const text = graphs.textOf(id)
    if (
      known?.graph === graph &&
      known?.spec === spec &&
      known.isOpen === isOpen &&
      known.text === text
    ) {
      return known
    }
    const seen = this.#seen(entry, spec, {
      id,
      isOwn: text !== undefined,
      text: text ?? JSON.stringify(spec, null, 2),
      canUndo: graphs.canUndo(id),
      queues: processing.queues(id),
    })
    const made = { revision: ++this.#revision, graph, spec, isOpen, text, ...seen }
    this.#known.set(id, made)
    return made
  }

  /** A graph that cannot be is looked at all the same: to see why. */
  #seen({ id, sources }: Running, spec: GraphSpec, told: Told): Seen {
    try {
      const inspected = this.#host.graphs.inspect(spec, sources)
      return { shape: graphShape(inspected, told), segments: inspected.segments, refusal: null }
    } catch (error) {
      const infos = Object.entries(sources).map(([name, { info }]) => [name, info] as const)
      const shape = bareShape(spec, Object.fromEntries(infos), told)
      const { note } = asSynapseError(error, `looking at the graph of ${id}`)
      return { shape, segments: [], refusal: note }
    }
  }

  #metersOf({ id, graph }: Running, { shape, segments, refusal }: Known): GraphMeters {
    const { clock, graphs } = this.#host
    const time = clock.now()
    const lanes = graph?.meters ?? []
    const trouble = graphs.troubleOf(id)
    const isTold = trouble !== undefined && (!graph || time - trouble.time < troubleSeconds)
    const nodes = new Map(lanes.flatMap((lane) => lane.nodes.map((each) => [each.node, each])))
    const edges = new Map(lanes.flatMap((lane) => lane.edges.map((each) => [each.to, each])))
    return {
      time,
      trouble: isTold ? trouble.note : refusal,
      sources: shape.sources.map(({ name }) => sourceMeter(name, lanes, time)),
      nodes: shape.nodes.flatMap(({ id: node }) => {
        const meter = nodes.get(node)
        return meter ? [this.#nodeMeter(id, meter, time)] : []
      }),
      edges: shape.edges.flatMap(({ from, to, queue }) => {
        const meter = edges.get(to)
        if (!meter) return []
        const counts = readValues(edgeFields, meter.values)
        return [{ to, ...counts, queue: queue && this.#queueMeter(id, from, to, lanes, segments) }]
      }),
    }
  }

  #nodeMeter(graph: string, meter: SharedNodeMeter, time: number): NodeMeter {
    const { timedChunks, timedSeconds, newestTime, breaker, degraded, ...counts } = readValues(
      nodeFields,
      meter.values,
    )
    const account = this.#host.graphTrouble.recent.account(graph, meter.node)
    return {
      id: meter.node,
      ...counts,
      breaker: breakerPhases[breaker] ?? 'closed',
      isDegraded: degraded > 0,
      taken: this.#times.of(meter.latency),
      behindSeconds: newestTime > 0 ? Math.max(0, time - newestTime) : null,
      letters: account?.written ?? 0,
      failure: account?.newest ?? null,
    }
  }

  /** What waits stands with the lane that reads; what was dropped, with the queue. */
  #queueMeter(
    graph: string,
    from: string,
    to: string,
    lanes: readonly SharedMeters[],
    segments: readonly Segment[],
  ): EdgeMeter['queue'] {
    const node = to.slice(0, to.lastIndexOf('.'))
    const reader = segments.find(({ spec }) => node in spec.nodes)
    const cut = reader?.reads.find((each) => each.from === from)
    const lane = lanes.find(({ nodes }) => nodes.some((each) => each.node === node))
    const input = lane?.inputs.find(({ source }) => source === cut?.name)
    const queues = this.#host.processing.queues(graph)
    const queue = queues.find((each) => each.from === from && each.readers.includes(reader!.key))
    return {
      waitingFrames: input ? readValues(inputFields, input.values).waitingFrames : 0,
      droppedFrames: queue?.dropped ?? 0,
      spilledFrames: queue?.spilledFrames ?? 0,
      spilledBytes: queue?.spilledBytes ?? 0,
    }
  }
}

function stateOf({ graph, change }: Running): GraphSummary['state'] {
  if (!graph) return 'failed'
  if (change || graph.wanted !== graph.spec) return 'changing'
  return graph.isOpen ? 'running' : 'opening'
}

/** A source that several segments read: the one that is furthest behind. */
function sourceMeter(name: string, lanes: readonly SharedMeters[], time: number): SourceMeter {
  const inputs = lanes
    .flatMap((lane) => lane.inputs.filter(({ source }) => source === name))
    .map(({ values }) => readValues(inputFields, values))
  const most = (field: (typeof inputFields)[number]) =>
    inputs.reduce((highest, each) => Math.max(highest, each[field]), 0)
  const oldest = (field: 'newestTime' | 'newestArrival') => {
    const times = inputs.map((each) => each[field]).filter((each) => each > 0)
    return times.length > 0 ? Math.max(0, time - Math.min(...times)) : null
  }
  return {
    name,
    waitingFrames: most('waitingFrames'),
    capacityFrames: most('capacityFrames'),
    overrunFrames: most('overrunFrames'),
    lagSeconds: oldest('newestArrival'),
    behindSeconds: oldest('newestTime'),
  }
}
