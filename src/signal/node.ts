/**
 * The node port: what a folder under `nodes/` provides. Nodes are pure: no clock, no I/O, no
 * randomness but a seeded one, and they allocate everything at `open`. The answer is the same
 * however the samples are chunked, and after snapshot and restore.
 */
import type { Chunk, Gap } from './chunk.ts'
import type { Consistency, KeyedContext } from './keyed.ts'
import type { ModelCard } from './model-card.ts'
import type { NodeState } from './node-state.ts'
import type { OptionsSchema } from './options.ts'
import type { StreamInfo } from './stream.ts'

export interface NodeDefinition<O = unknown> {
  /** The folder's name. */
  readonly id: string
  readonly title: string
  /** One sentence for the reference page. */
  readonly help: string
  readonly options: OptionsSchema<O>
  readonly inputs: readonly PortDefinition[]
  readonly outputs: readonly PortDefinition[]
  /** As measured with its defaults; where a graph is to be cut, more than a guess is not needed. */
  readonly cost?: NodeCost
  /** @throws SynapseError graph-invalid, naming what cannot work and what would */
  open(context: NodeContext<O>): NodeInstance
}

export interface NodeCost {
  /** Nanoseconds for every value taken in, of all ports. */
  readonly work: number
  /** Values given on the first output for every value taken in. */
  readonly given: number
}

export interface PortDefinition {
  readonly name: string
  readonly help: string
}

export interface NodeContext<O = unknown> {
  readonly id: string
  /** By port name. */
  readonly inputs: Readonly<Record<string, StreamInfo>>
  readonly options: O
  readonly memory: NodeMemory
  /** No chunk will be longer than this. */
  readonly maxFrames: number
  /** @throws SynapseError model-missing */
  model(name: string): ModelCard
  /** @throws SynapseError file-missing, graph-invalid */
  module(name: string): ModuleFile
  /**
   * Entries of this node by key, which outlive the graph where its host keeps them. A node whose
   * answer must not depend on when others look or write asks for `session` or `strong`.
   * @throws SynapseError graph-invalid where the host keeps nothing
   */
  keyed(consistency: Consistency): KeyedContext
}

/** A WebAssembly module as it was found for a sandboxed node. */
export interface ModuleFile {
  readonly path: string
  /** Of the whole file, in hexadecimal digits. */
  readonly sha256: string
}

/**
 * Memory that kernels work on in place. Arrays live as long as the node. Signal buffers take
 * `strideFor(channels)` values per frame so that SIMD kernels need no tail.
 */
export interface NodeMemory {
  readonly wasm: WebAssembly.Memory
  float32(length: number): Float32Array
  float64(length: number): Float64Array
  int32(length: number): Int32Array
}

/** Lanes are channels: 8 float32 or 2 × 4 float64 per step of a kernel. */
const laneChannels = 8

export function strideFor(channels: number): number {
  return Math.ceil(channels / laneChannels) * laneChannels
}

export interface NodeInstance {
  /** By port name. */
  readonly outputs: Readonly<Record<string, StreamInfo>>
  /** How far the output lags behind the input at the input's rate: group delay, half window. */
  readonly delaySamples: number
  readonly state: NodeState
  /** Present on a node whose answer comes from elsewhere, later: see `RemoteCall`. */
  readonly remote?: RemoteCall
  process(port: string, chunk: Chunk, emit: Emit): void
  gap(port: string, gap: Gap, emit: Emit): void
  /**
   * No frame at or before `time` will come on this port any more; one that does is late. Said again,
   * or of an earlier time, it says nothing. A node without this passes on what its first input says,
   * less its delay; one that waits for frames, or keeps windows open, has it and passes on its own.
   */
  watermark?(port: string, time: number, emit: Emit): void
}

export interface Emit {
  chunk(port: string, chunk: Chunk): void
  gap(port: string, gap: Gap): void
  /** No frame at or before `time` will leave this port any more. */
  watermark(port: string, time: number): void
}

/**
 * A node that asks a service and receives the answer later: a model, or a module in a sandbox. What
 * it emits on `request` goes to the service frame by frame; the host feeds the answers back as the
 * stream `reply`, in order. An answer of a model has its request's index; one of a sandbox that of
 * its block, which is the index divided by `blockFrames`.
 */
export interface RemoteCall {
  readonly service: 'inference' | 'sandbox'
  /** The model's name, or the module's path. */
  readonly target: string
  /** What a sandbox has to know beside the streams. */
  readonly sandbox?: SandboxSettings
  readonly request: StreamInfo
  readonly reply: StreamInfo
  /** `every`: nothing is skipped, for analysis; `latest`: the newest only, for feedback. */
  readonly whenLate: 'every' | 'latest'
}

export interface SandboxSettings {
  /** The file must be this one. */
  readonly sha256: string
  /** So many frames make one block, which may give one frame. */
  readonly blockFrames: number
  /** Numbers that the module is told before it opens. */
  readonly parameters: readonly number[]
}

/** The port on which a node with a `remote` emits its requests. */
export const requestPort = 'request'
