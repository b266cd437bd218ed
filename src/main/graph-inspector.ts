/**
 * What a graph would be on given streams, node by node: it is opened where nothing flows, and closed
 * again. Two graphs looked at in this way tell which nodes are the same in both.
 */
import {
  expandGraph,
  Graph,
  GraphMemory,
  type GraphSpec,
  planGraph,
  type Segment,
  splitGraph,
} from '../graph/index.ts'
import { type StoredModel, storedModel } from '../inference/index.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import { findModule } from '../sandbox/index.ts'
import type { StreamInfo } from '../signal/index.ts'
import { MemoryTable, newGraphKeyed } from '../store/index.ts'

type SourceInfos = Readonly<Record<string, StreamInfo>>

/** What makes a node the same node: equal facts, equal instance and state. */
export interface NodeFacts {
  readonly kind: string
  /** With defaults. */
  readonly options: Readonly<Record<string, unknown>>
  readonly inputs: SourceInfos
  readonly resilience: Readonly<Record<string, unknown>>
}

export interface Inspected {
  readonly spec: GraphSpec
  readonly sources: SourceInfos
  readonly plan: ReturnType<typeof planGraph>
  readonly segments: readonly Segment[]
  /** By node id. */
  readonly nodes: ReadonlyMap<string, NodeFacts>
  readonly outputs: SourceInfos
}

/** Beyond this the memory of one look is not kept for the next. */
const mostKeptBytes = 1 << 28

const noOutputs = { chunk: () => {}, gap: () => {}, request: () => {} }

export class GraphInspector {
  readonly #models: ReadonlyMap<string, StoredModel>
  readonly #modules: string | null
  #memory: GraphMemory | null = null

  /** @param modules folder of the modules for sandboxed nodes, if there is one */
  constructor(models: ReadonlyMap<string, StoredModel>, modules: string | null) {
    this.#models = models
    this.#modules = modules
  }

  /** @throws SynapseError graph-invalid, bad-option, model-missing, file-missing */
  inspect(spec: GraphSpec, sources: SourceInfos): Inspected {
    const flat = expandGraph(spec)
    const plan = planGraph(flat, nodeCatalog)
    const segments = splitGraph(flat, nodeCatalog, sources)
    this.#memory ??= new GraphMemory(newKernelMemory())
    const graph = new Graph(spec, {
      catalog: nodeCatalog,
      sources,
      memory: this.#memory,
      maxFrames: 1,
      model: (name) => storedModel(this.#models, name).card,
      module: (name) => findModule(this.#modules, name),
      keyed: newGraphKeyed(new MemoryTable(), { name: spec.name, epochSeconds: 0 }),
      outputs: noOutputs,
    })
    const identities = Object.entries(graph.identities)
    const nodes = new Map(identities.map(([id, { signature }]) => [id, factsOf(signature)]))
    const { outputs } = graph
    graph.close()
    if (this.#memory.wasm.buffer.byteLength > mostKeptBytes) this.#memory = null
    return { spec, sources, plan, segments, nodes, outputs }
  }
}

/** A signature is the list of what makes a node the same, as JSON. */
function factsOf(signature: string): NodeFacts {
  const [kind, options, inputs, resilience] = JSON.parse(signature)
  return { kind, options, inputs, resilience }
}
