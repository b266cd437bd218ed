/**
 * A running graph: pushes every chunk depth-first through the nodes, in the caller's thread, with
 * no copy between nodes. No I/O, no clock, no thread. A changed spec is applied between two
 * chunks; nodes that it leaves alone keep their state.
 */
import {
  asSynapseError,
  type Chunk,
  type Emit,
  type Gap,
  type ModelCard,
  type NodeDefinition,
  type NodeInstance,
  type NodeState,
  parseOptions,
  type RemoteCall,
  reasonOf,
  requestPort,
  type StreamInfo,
  SynapseError,
} from '../signal/index.ts'
import type { GraphMemory, LentMemory } from './memory.ts'
import { type GraphPlan, invalid, type NodeCatalog, planGraph, portKey } from './plan.ts'
import type { GraphSpec } from './spec.ts'
import { copyState, restoreState } from './state.ts'

export interface GraphContext {
  readonly catalog: NodeCatalog
  /** By the names under the spec's `sources`. */
  readonly sources: Readonly<Record<string, StreamInfo>>
  readonly memory: GraphMemory
  /** No chunk pushed is longer than this. */
  readonly maxFrames: number
  model(name: string): ModelCard
  /** Takes what leaves the graph; chunks are lent for the call. */
  readonly outputs: GraphOutputs
}

export interface GraphOutputs {
  chunk(output: string, chunk: Chunk): void
  gap(output: string, gap: Gap): void
  /** A node asks its service: one call per frame. */
  request(node: string, chunk: Chunk): void
}

/** A snapshot: every node's state, by node id. */
export type GraphSnapshot = Readonly<Record<string, NodeState>>

/** Where a port leads: into a node, or out of the graph. */
interface Target {
  readonly node: RunningNode | null
  /** The node's input port, or the output's name. */
  readonly port: string
}

interface RunningNode {
  readonly id: string
  readonly definition: NodeDefinition
  /** Same signature, same node: it keeps its state when the graph changes. */
  readonly signature: string
  readonly instance: NodeInstance
  readonly memory: LentMemory
  /** Rewired when the graph changes. */
  readonly targets: Map<string, Target[]>
  readonly emit: Emit
}

export class Graph {
  readonly #context: GraphContext
  #nodes = new Map<string, RunningNode>()
  #sourceTargets = new Map<string, Target[]>()
  #outputs: Record<string, StreamInfo> = {}

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

  /**
   * Changes the graph between two chunks. When the new spec fails its check, the old one runs on.
   * @throws SynapseError graph-invalid, bad-option, model-missing
   */
  apply(spec: GraphSpec): void {
    const plan = planGraph(spec, this.#context.catalog)
    const nodes = this.#openAll(spec, plan)
    const old = this.#nodes
    this.#nodes = nodes
    this.#wire(plan)
    for (const node of old.values()) {
      if (nodes.get(node.id) !== node) node.memory.release()
    }
  }

  chunk(source: string, chunk: Chunk): void {
    deliver(this.#sourceTargets.get(source), chunk, this.#context.outputs)
  }

  gap(source: string, gap: Gap): void {
    deliverGap(this.#sourceTargets.get(source), gap, this.#context.outputs)
  }

  /** An answer of the service that `node` asked. */
  reply(node: string, chunk: Chunk): void {
    this.#nodes.get(node)?.instance.process('reply', chunk, this.#nodes.get(node)!.emit)
  }

  snapshot(): GraphSnapshot {
    const states: Record<string, NodeState> = {}
    for (const node of this.#nodes.values()) states[node.id] = copyState(node.instance.state)
    return states
  }

  /** @throws SynapseError graph-invalid when the snapshot is of another graph */
  restore(snapshot: GraphSnapshot): void {
    for (const node of this.#nodes.values()) {
      const saved = snapshot[node.id]
      if (!saved) {
        throw new SynapseError('graph-invalid', `restoring node "${node.id}": not in the snapshot`)
      }
      restoreState(node.instance.state, saved, node.id)
    }
  }

  close(): void {
    for (const node of this.#nodes.values()) node.memory.release()
    this.#nodes.clear()
    this.#sourceTargets.clear()
  }

  #openAll(spec: GraphSpec, plan: GraphPlan): Map<string, RunningNode> {
    const opened = new Map<string, RunningNode>()
    try {
      for (const id of plan.order) opened.set(id, this.#openOrKeep(spec, plan, id, opened))
      return opened
    } catch (error) {
      for (const node of opened.values()) {
        if (this.#nodes.get(node.id) !== node) node.memory.release()
      }
      throw error
    }
  }

  #openOrKeep(
    spec: GraphSpec,
    plan: GraphPlan,
    id: string,
    opened: ReadonlyMap<string, RunningNode>,
  ): RunningNode {
    const entry = spec.nodes[id]!
    const definition = this.#context.catalog.get(entry.node)!
    const options = parseOptions(
      `node "${id}" (${definition.id})`,
      definition.options,
      entry.options,
    )
    const inputs: Record<string, StreamInfo> = {}
    for (const { name } of definition.inputs) {
      const feed = plan.feeds.get(portKey(id, name))!
      inputs[name] = this.#infoAt(spec, feed.node, feed.port, opened)
    }
    const signature = JSON.stringify([definition.id, options, inputs])
    const running = this.#nodes.get(id)
    if (running?.signature === signature) return running
    return this.#open(id, definition, options, inputs, signature)
  }

  #open(
    id: string,
    definition: NodeDefinition,
    options: unknown,
    inputs: Record<string, StreamInfo>,
    signature: string,
  ): RunningNode {
    const { memory, maxFrames, model } = this.#context
    const lent = memory.lend()
    try {
      const instance = definition.open({ id, inputs, options, memory: lent, maxFrames, model })
      const targets = new Map<string, Target[]>()
      const emit = emitter(id, targets, this.#context.outputs)
      return { id, definition, signature, instance, memory: lent, targets, emit }
    } catch (error) {
      lent.release()
      if (error instanceof SynapseError) throw error
      throw new SynapseError(
        'graph-invalid',
        `opening node "${id}" (${definition.id}): ${reasonOf(error)}`,
        { cause: error },
      )
    }
  }

  #infoAt(
    spec: GraphSpec,
    node: string,
    port: string,
    nodes: ReadonlyMap<string, RunningNode>,
  ): StreamInfo {
    if (node in spec.sources) {
      const info = this.#context.sources[node]
      if (!info) throw invalid(spec, `source "${node}" is bound to no stream`)
      return info
    }
    return nodes.get(node)!.instance.outputs[port]!
  }

  #wire(plan: GraphPlan): void {
    this.#sourceTargets.clear()
    for (const node of this.#nodes.values()) node.targets.clear()
    for (const id of plan.order) {
      const node = this.#nodes.get(id)!
      for (const { name } of node.definition.inputs) {
        const feed = plan.feeds.get(portKey(id, name))!
        this.#targetsOf(feed.node, feed.port).push({ node, port: name })
      }
    }
    this.#outputs = {}
    for (const [name, from] of plan.outputs) {
      this.#targetsOf(from.node, from.port).push({ node: null, port: name })
      const node = this.#nodes.get(from.node)
      const info = node ? node.instance.outputs[from.port] : this.#context.sources[from.node]
      this.#outputs[name] = info!
    }
  }

  #targetsOf(node: string, port: string): Target[] {
    const running = this.#nodes.get(node)
    const map = running ? running.targets : this.#sourceTargets
    const key = running ? port : node
    const targets = map.get(key) ?? []
    map.set(key, targets)
    return targets
  }
}

function emitter(node: string, targets: Map<string, Target[]>, outputs: GraphOutputs): Emit {
  return {
    chunk(port, chunk) {
      if (port === requestPort) outputs.request(node, chunk)
      else deliver(targets.get(port), chunk, outputs)
    },
    gap(port, gap) {
      if (port !== requestPort) deliverGap(targets.get(port), gap, outputs)
    },
  }
}

function deliver(targets: Target[] | undefined, chunk: Chunk, outputs: GraphOutputs): void {
  if (!targets) return
  for (let t = 0; t < targets.length; t++) {
    const { node, port } = targets[t]!
    if (!node) {
      outputs.chunk(port, chunk)
      continue
    }
    try {
      node.instance.process(port, chunk, node.emit)
    } catch (error) {
      throw failure(node, error)
    }
  }
}

function deliverGap(targets: Target[] | undefined, gap: Gap, outputs: GraphOutputs): void {
  if (!targets) return
  for (const { node, port } of targets) {
    if (!node) {
      outputs.gap(port, gap)
      continue
    }
    try {
      node.instance.gap(port, gap, node.emit)
    } catch (error) {
      throw failure(node, error)
    }
  }
}

/** Names the node that failed; a failure that already names one passes through. */
function failure(node: RunningNode, error: unknown): SynapseError {
  if (error instanceof SynapseError && error.code === 'node-failed') return error
  const { message } = asSynapseError(error, 'processing')
  return new SynapseError(
    'node-failed',
    `running node "${node.id}" (${node.definition.id}): ${message}`,
    {
      cause: error,
    },
  )
}
