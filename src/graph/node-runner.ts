/**
 * One node as it runs: its instance and memory, whom it feeds, and what becomes of it when it
 * fails. Waits are counted in stream time, the time of the chunks, so that a run over a recording
 * fails and recovers at the same samples as the live one did.
 */
import {
  type Chunk,
  type ChunkBuffer,
  type Emit,
  type Gap,
  type ModelCard,
  type ModuleFile,
  type NodeDefinition,
  type NodeInstance,
  reasonOf,
  requestPort,
  type StreamInfo,
  SynapseError,
  strideFor,
} from '../signal/index.ts'
import type { GraphMemory, LentMemory } from './memory.ts'
import type { Resilience } from './spec.ts'

/** Where a port leads: into a node, or out of the graph. */
export interface Target {
  readonly node: NodeRunner | null
  /** The node's input port, or the output's name. */
  readonly port: string
}

/** What leaves a graph, and what happens to its nodes. */
export interface GraphOutputs {
  chunk(output: string, chunk: Chunk): void
  gap(output: string, gap: Gap): void
  /** A node asks its service: one call per frame. */
  request(node: string, chunk: Chunk): void
  /** A node failed on this chunk, which is lent, and its policy lets the graph go on. */
  refused?(node: string, port: string, chunk: Chunk, error: SynapseError): void
}

/** Everything a node is opened with; the same again when it is opened anew. */
export interface NodeSetup {
  readonly id: string
  readonly definition: NodeDefinition
  readonly options: unknown
  readonly inputs: Readonly<Record<string, StreamInfo>>
  readonly resilience: Resilience
}

export interface RunnerContext {
  readonly memory: GraphMemory
  readonly maxFrames: number
  readonly outputs: GraphOutputs
  model(name: string): ModelCard
  module?(name: string): ModuleFile
}

/** Counted since the node was first opened. */
export interface NodeCounters {
  chunks: number
  framesIn: number
  framesOut: number
  gaps: number
  errors: number
  /** Frames that the node did not see because it was resting, or failed on them. */
  framesRefused: number
  restarts: number
}

export class NodeRunner {
  readonly id: string
  /** Same signature, same node: it keeps its state when the graph changes. */
  readonly signature: string
  readonly counters: NodeCounters = {
    chunks: 0,
    framesIn: 0,
    framesOut: 0,
    gaps: 0,
    errors: 0,
    framesRefused: 0,
    restarts: 0,
  }
  /** Rewired when the graph changes. */
  readonly targets = new Map<string, Target[]>()
  readonly #setup: NodeSetup
  readonly #context: RunnerContext
  readonly #emit: Emit
  readonly #substitute: ReadonlyMap<string, ChunkBuffer>
  readonly #dropped = { atSample: 0, lostSamples: 0, exact: true, reason: 'dropped' as const }
  #instance: NodeInstance
  #memory: LentMemory
  readonly #substituteMemory: LentMemory
  /** Failures in a row. */
  #failures = 0
  /** Stream time before which a failed node sees nothing. */
  #restUntil = Number.NEGATIVE_INFINITY
  #mustReopen = false

  /** @throws SynapseError graph-invalid, bad-option, model-missing */
  constructor(setup: NodeSetup, signature: string, context: RunnerContext) {
    this.id = setup.id
    this.signature = signature
    this.#setup = setup
    this.#context = context
    this.#emit = this.#emitter()
    this.#memory = context.memory.lend()
    this.#instance = this.#open()
    this.#substituteMemory = context.memory.lend()
    this.#substitute = this.#substitutes()
  }

  get definition(): NodeDefinition {
    return this.#setup.definition
  }

  get instance(): NodeInstance {
    return this.#instance
  }

  process(port: string, chunk: Chunk): void {
    const { counters } = this
    counters.chunks++
    counters.framesIn += chunk.frames
    if (this.#mustReopen && !this.#isBack(chunk.time[0]!)) {
      this.#refuse(port, chunk)
      return
    }
    try {
      this.#instance.process(port, chunk, this.#emit)
      this.#failures = 0
    } catch (error) {
      this.#failed(port, chunk, error)
    }
  }

  gap(port: string, gap: Gap): void {
    this.counters.gaps++
    if (this.#mustReopen) return
    try {
      this.#instance.gap(port, gap, this.#emit)
    } catch (error) {
      const failure = this.#failure(error)
      if (this.#setup.resilience.onError === 'propagate') throw failure
      this.counters.errors++
      this.#mustReopen = true
    }
  }

  close(): void {
    this.#memory.release()
    this.#substituteMemory.release()
  }

  #open(): NodeInstance {
    const { id, definition, inputs, options } = this.#setup
    const { maxFrames, model, module = noModule } = this.#context
    try {
      const memory = this.#memory
      return definition.open({ id, inputs, options, memory, maxFrames, model, module })
    } catch (error) {
      this.#memory.release()
      if (error instanceof SynapseError) throw error
      const what = `opening node "${id}" (${definition.id}): ${reasonOf(error)}`
      throw new SynapseError('graph-invalid', what, { cause: error })
    }
  }

  /** Opens a failed node anew once its time has come; false while it still rests. */
  #isBack(time: number): boolean {
    const { restart } = this.#setup.resilience
    if (!restart || restart.policy === 'never') {
      this.#mustReopen = false
      return true
    }
    if (this.#failures > restart.attempts || time < this.#restUntil) return false
    this.#memory.release()
    this.#memory = this.#context.memory.lend()
    this.#instance = this.#open()
    this.counters.restarts++
    this.#mustReopen = false
    return true
  }

  #failed(port: string, chunk: Chunk, error: unknown): void {
    const failure = this.#failure(error)
    // A node further down has failed: that is its own affair.
    if (failure === error) throw failure
    const { resilience } = this.#setup
    if (resilience.onError === 'propagate') throw failure
    this.counters.errors++
    this.#failures++
    this.#mustReopen = true
    const { restart } = resilience
    if (restart?.policy === 'exponential') {
      const wait = restart.baseSeconds * 2 ** Math.min(30, this.#failures - 1)
      this.#restUntil = chunk.time[0]! + Math.min(wait, restart.maxSeconds)
    }
    this.#context.outputs.refused?.(this.id, port, chunk, failure)
    this.#refuse(port, chunk)
  }

  /** What the node does not see is a gap to those after it, or stands in for with defaults. */
  #refuse(port: string, chunk: Chunk): void {
    this.counters.framesRefused += chunk.frames
    const [first] = this.#setup.definition.inputs
    if (port !== first?.name) return
    for (const [output, substitute] of this.#substitute) {
      if (this.#setup.resilience.onError === 'use-default') {
        substitute.firstSample = chunk.firstSample
        substitute.frames = chunk.frames
        for (let f = 0; f < chunk.frames; f++) {
          substitute.time[f] = chunk.time[f]!
          substitute.hostTime[f] = chunk.hostTime[f]!
        }
        this.#emit.chunk(output, substitute)
      } else {
        this.#dropped.atSample = chunk.firstSample
        this.#dropped.lostSamples = chunk.frames
        this.#emit.gap(output, this.#dropped)
      }
    }
  }

  /** Names the node that failed; a failure that already names one passes through. */
  #failure(error: unknown): SynapseError {
    if (error instanceof SynapseError && error.code === 'node-failed') return error
    const what = `running node "${this.id}" (${this.definition.id}): ${reasonOf(error)}`
    return new SynapseError('node-failed', what, { cause: error })
  }

  /** For outputs of the first input's rate: what can take the place of a chunk. */
  #substitutes(): ReadonlyMap<string, ChunkBuffer> {
    const { definition, inputs, resilience } = this.#setup
    const rate = inputs[definition.inputs[0]?.name ?? '']?.nominalRateHz
    const substitutes = new Map<string, ChunkBuffer>()
    if (resilience.onError === 'propagate') return substitutes
    for (const [port, info] of Object.entries(this.#instance.outputs)) {
      if (info.nominalRateHz !== rate || info.sampleFormat !== 'float32') continue
      substitutes.set(port, this.#substituteFor(info, resilience.defaultValue))
    }
    return substitutes
  }

  #substituteFor(info: StreamInfo, value: number): ChunkBuffer {
    const { maxFrames } = this.#context
    const stride = strideFor(info.channels.length)
    return {
      firstSample: 0,
      frames: 0,
      data: this.#substituteMemory.float32(stride * maxFrames).fill(value),
      stride,
      time: new Float64Array(maxFrames),
      hostTime: new Float64Array(maxFrames),
      deviceTime: null,
      sequence: null,
    }
  }

  #emitter(): Emit {
    const { targets, counters } = this
    const { outputs } = this.#context
    return {
      chunk: (port, chunk) => {
        counters.framesOut += chunk.frames
        if (port === requestPort) outputs.request(this.id, chunk)
        else deliver(targets.get(port), chunk, outputs)
      },
      gap: (port, gap) => {
        if (port !== requestPort) deliverGap(targets.get(port), gap, outputs)
      },
    }
  }
}

function noModule(name: string): never {
  throw new SynapseError('file-missing', `looking for the module "${name}": this host has none`)
}

export function deliver(
  targets: readonly Target[] | undefined,
  chunk: Chunk,
  outputs: GraphOutputs,
): void {
  if (!targets) return
  for (let t = 0; t < targets.length; t++) {
    const { node, port } = targets[t]!
    if (node) node.process(port, chunk)
    else outputs.chunk(port, chunk)
  }
}

export function deliverGap(
  targets: readonly Target[] | undefined,
  gap: Gap,
  outputs: GraphOutputs,
): void {
  if (!targets) return
  for (let t = 0; t < targets.length; t++) {
    const { node, port } = targets[t]!
    if (node) node.gap(port, gap)
    else outputs.gap(port, gap)
  }
}
