/**
 * A running graph: pushes every chunk depth-first through the nodes, in the caller's thread, with
 * no copy between nodes. No I/O, no clock, no thread. A changed spec is applied between two
 * chunks; nodes that it leaves alone keep their state. SPEC.md beside this file has the rules.
 */
import {
  type Chunk,
  type Gap,
  type GraphKeyed,
  type ModelCard,
  type ModuleFile,
  type NodeState,
  parseOptions,
  type RemoteCall,
  type StreamInfo,
  SynapseError,
} from '../signal/index.ts'
import {
  deliver,
  deliverGap,
  deliverWatermark,
  type EdgeCounts,
  type GraphOutputs,
  Wiring,
} from './delivery.ts'
import { expandGraph, type FlatGraph, type ParameterValues } from './expand.ts'
import { invalid } from './invalid.ts'
import type { GraphMemory } from './memory.ts'
import { type NodeIdentity, NodeRunner } from './node-runner.ts'
import type { NodeCounters, NodeStatus } from './node-status.ts'
import { type GraphPlan, type NodeCatalog, type PortRef, planGraph, portKey } from './plan.ts'
import type { GraphProbe } from './probe.ts'
import { SourceWatermarks } from './source-watermarks.ts'
import type { GraphSpec } from './spec.ts'
import { copyState, restoreState } from './state.ts'

export interface GraphContext {
  readonly catalog: NodeCatalog
  /** By the names under the spec's `sources`. */
  readonly sources: Readonly<Record<string, StreamInfo>>
  readonly memory: GraphMemory
  /** No chunk pushed is longer than this. */
  readonly maxFrames: number
  /** Values of the spec's parameters; those not named keep their defaults. */
  readonly parameters?: ParameterValues
  model(name: string): ModelCard
  /** Absent where no module can be had. */
  module?(name: string): ModuleFile
  /** Absent where nodes keep nothing by key. */
  readonly keyed?: GraphKeyed
  readonly probe?: GraphProbe
  /** Takes what leaves the graph; chunks are lent for the call. */
  readonly outputs: GraphOutputs
}

/** A snapshot: every node's state, by node id. */
export type GraphSnapshot = Readonly<Record<string, NodeState>>

/** Where a snapshot has what nodes keep by key; no node has this id. */
const keyedEntry = '#keyed'

export class Graph {
  readonly #context: GraphContext
  #nodes = new Map<string, NodeRunner>()
  readonly #sourceTargets = new Wiring()
  #outputs: Record<string, StreamInfo> = {}
  #edges = new Map<string, EdgeCounts>()
  #states: Record<string, NodeState> = {}
  #level = 0
  #isDegradable = false
  #watermarks = new SourceWatermarks({})

  /** @throws SynapseError graph-invalid, bad-option, model-missing */
  constructor(spec: GraphSpec, context: GraphContext) {
    this.#context = context
    this.apply(spec)
  }

  /** What leaves the graph, by output name. */
  get outputs(): Readonly<Record<string, StreamInfo>> {
    return this.#outputs
  }

  /** Nodes whose answers come from a service, by node id. */
  get remotes(): ReadonlyMap<string, RemoteCall> {
    const remotes = new Map<string, RemoteCall>()
    for (const node of this.#nodes.values()) {
      if (node.instance.remote) remotes.set(node.id, node.instance.remote)
    }
    return remotes
  }

  /** What every node has seen, given and refused, by node id. */
  get counters(): ReadonlyMap<string, Readonly<NodeCounters>> {
    return new Map([...this.#nodes].map(([id, { counters }]) => [id, counters]))
  }

  /** Whether any node can be degraded: whether to watch the time at all. */
  get isDegradable(): boolean {
    return this.#isDegradable
  }

  /** How every node is, by node id. */
  get statuses(): ReadonlyMap<string, NodeStatus> {
    return new Map([...this.#nodes].map(([id, { status }]) => [id, status]))
  }

  /**
   * Between two chunks: nodes that declare it for this level or a lower one give up something.
   * @param level 0 is whole; whoever watches the time decides
   */
  degrade(level: number): void {
    this.#level = level
    for (const node of this.#nodes.values()) node.degrade(level)
  }

  /**
   * Changes the graph between two chunks. When the new spec fails its check, the old one runs on.
   * @throws SynapseError graph-invalid, bad-option, model-missing
   */
  apply(spec: GraphSpec): void {
    const flat = expandGraph(spec, this.#context.parameters)
    const plan = planGraph(flat, this.#context.catalog)
    const nodes = this.#openAll(flat, plan)
    const old = this.#nodes
    this.#nodes = nodes
    this.#states = {}
    this.#isDegradable = [...nodes.values()].some((node) => node.isDegradable)
    this.degrade(this.#level)
    this.#wire(plan)
    this.#watermarks = new SourceWatermarks(flat.sources)
    for (const node of old.values()) {
      if (nodes.get(node.id) !== node) node.close()
    }
    this.#context.probe?.wired([...nodes.values()], [...this.#edges.values()])
  }

  chunk(source: string, chunk: Chunk): void {
    deliver(this.#sourceTargets.get(source), chunk, this.#context.outputs)
    this.#watermarks.saw(source, chunk)
  }

  gap(source: string, gap: Gap): void {
    deliverGap(this.#sourceTargets.get(source), gap, this.#context.outputs)
  }

  /** No frame of this source at or before `time` will come any more. */
  watermark(source: string, time: number): void {
    deliverWatermark(this.#sourceTargets.get(source), time, this.#context.outputs)
  }

  /**
   * It is `time`: sources that may be silent go on to what they allow. An input as a chunk is.
   * @returns whether any has
   */
  tick(time: number): boolean {
    return this.#watermarks.tick(time, this)
  }

  /** How often it wants to be told the time; Infinity: never. */
  get tickSeconds(): number {
    return this.#watermarks.everySeconds
  }

  /** The states in use, by node id: the same object until the graph changes or a node opens anew. */
  get states(): GraphSnapshot {
    for (const node of this.#nodes.values()) {
      if (this.#states[node.id] === node.state) continue
      this.#states = Object.fromEntries([...this.#nodes].map(([id, { state }]) => [id, state]))
      break
    }
    return this.#states
  }

  /** An answer of the service that `node` asked. */
  reply(node: string, chunk: Chunk): void {
    this.#nodes.get(node)?.process('reply', chunk)
  }

  /**
   * @param keyedSince what nodes keep by key: only what changed since the snapshot whose
   * `#keyed.upTo` this is; 0 for everything, which alone can be restored
   */
  snapshot(keyedSince = 0): GraphSnapshot {
    const states: Record<string, NodeState> = {}
    for (const node of this.#nodes.values()) states[node.id] = copyState(node.state)
    const { keyed } = this.#context
    if (keyed) states[keyedEntry] = keyed.snapshot(keyedSince)
    return states
  }

  /** @throws SynapseError graph-invalid when the snapshot is of another graph */
  restore(snapshot: GraphSnapshot): void {
    for (const node of this.#nodes.values()) {
      const saved = snapshot[node.id]
      if (!saved) {
        throw new SynapseError('graph-invalid', `restoring node "${node.id}": not in the snapshot`)
      }
      restoreState(node.state, saved, node.id)
    }
    const keyed = snapshot[keyedEntry]
    if (keyed) this.#context.keyed?.restore(keyed)
  }

  /** What every node is, by node id: for a graph in another thread that takes the place of this one. */
  get identities(): Readonly<Record<string, NodeIdentity>> {
    return Object.fromEntries([...this.#nodes].map(([id, { identity }]) => [id, identity]))
  }

  /**
   * Before the first chunk: goes on where another graph has stopped, as `apply` does with its own
   * nodes. Nodes that the other did not have begin.
   */
  adopt(identities: Readonly<Record<string, NodeIdentity>>, states: GraphSnapshot): void {
    for (const node of this.#nodes.values()) {
      const [identity, state] = [identities[node.id], states[node.id]]
      if (identity && state) node.adopt(identity, state)
    }
  }

  close(): void {
    for (const node of this.#nodes.values()) node.close()
    this.#nodes.clear()
    this.#sourceTargets.clear()
  }

  #openAll(flat: FlatGraph, plan: GraphPlan): Map<string, NodeRunner> {
    const opened = new Map<string, NodeRunner>()
    try {
      for (const id of plan.order) opened.set(id, this.#openOrKeep(flat, plan, id, opened))
      return opened
    } catch (error) {
      for (const node of opened.values()) {
        if (this.#nodes.get(node.id) !== node) node.close()
      }
      throw error
    }
  }

  #openOrKeep(
    flat: FlatGraph,
    plan: GraphPlan,
    id: string,
    opened: ReadonlyMap<string, NodeRunner>,
  ): NodeRunner {
    const { node, options: raw, resilience } = flat.nodes[id]!
    const definition = this.#context.catalog.get(node)!
    const options = parseOptions(`node "${id}" (${definition.id})`, definition.options, raw)
    const inputs: Record<string, StreamInfo> = {}
    for (const { name } of definition.inputs) {
      const feed = plan.feeds.get(portKey(id, name))!
      inputs[name] = this.#infoAt(flat, feed.node, feed.port, opened)
    }
    const signature = JSON.stringify([definition.id, options, inputs, resilience])
    const running = this.#nodes.get(id)
    if (running?.signature === signature) return running
    const setup = { id, definition, options, inputs, resilience }
    return new NodeRunner(setup, signature, this.#context, running)
  }

  #infoAt(
    flat: FlatGraph,
    node: string,
    port: string,
    nodes: ReadonlyMap<string, NodeRunner>,
  ): StreamInfo {
    if (node in flat.sources) {
      const info = this.#context.sources[node]
      if (!info) throw invalid(flat, `source "${node}" is bound to no stream`)
      return info
    }
    return nodes.get(node)!.instance.outputs[port]!
  }

  #wire(plan: GraphPlan): void {
    const edges = this.#edges
    this.#edges = new Map()
    this.#sourceTargets.clear()
    for (const node of this.#nodes.values()) node.targets.clear()
    for (const id of plan.order) {
      const node = this.#nodes.get(id)!
      for (const { name } of node.definition.inputs) {
        const feed = plan.feeds.get(portKey(id, name))!
        this.#feed(feed, node, name, edges)
      }
    }
    this.#outputs = {}
    for (const [name, from] of plan.outputs) {
      this.#feed(from, null, name, edges)
      const node = this.#nodes.get(from.node)
      const info = node ? node.instance.outputs[from.port] : this.#context.sources[from.node]
      this.#outputs[name] = info!
    }
  }

  /** @param edges of the graph as it was until now: what they have counted goes on */
  #feed(
    feed: PortRef,
    node: NodeRunner | null,
    port: string,
    edges: ReadonlyMap<string, EdgeCounts>,
  ): void {
    const from = this.#nodes.has(feed.node) ? portKey(feed.node, feed.port) : feed.node
    const to = node ? portKey(node.id, port) : port
    const key = `${from} ${to}`
    const counts = edges.get(key) ?? { from, to, chunks: 0, frames: 0, gaps: 0 }
    this.#edges.set(key, counts)
    const target = { node, port, counts }
    const running = this.#nodes.get(feed.node)
    if (running) running.targets.add(feed.port, target)
    else this.#sourceTargets.add(feed.node, target)
  }
}
