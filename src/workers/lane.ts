/**
 * A graph over one stream, between rings: raw frames come in by one, every output leaves by one of
 * its own, and so do the questions to a model and its answers.
 */
import {
  Graph,
  type GraphMemory,
  type GraphSpec,
  type LentMemory,
  type Refusal,
} from '../graph/index.ts'
import { type StoredModel, storedModel } from '../inference/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import {
  Bell,
  capacityAtLeast,
  type LatencyHistogram,
  newRing,
  RingReader,
  RingWriter,
} from '../ring/index.ts'
import { findModule } from '../sandbox/index.ts'
import {
  type Chunk,
  type ChunkBuffer,
  type ErrorNote,
  type NumericFormat,
  newChunkBuffer,
  type RemoteCall,
  type StreamInfo,
  SynapseError,
  strideFor,
} from '../signal/index.ts'
import { hostClock } from './clock.ts'
import { follow } from './follow.ts'
import type { CallLine, Lane, LaneOutput } from './messages.ts'

/** No chunk is longer; a thread that has fallen behind catches up in steps of this size. */
const maxFrames = 256
/** Derived streams wait this long for a reader. */
const outputSeconds = 4
const fewestOutputFrames = 64
const requestFrames = 64
/** A sandbox sees every sample, and may take as long as an output's reader. */
const fewestSandboxFrames = 1024
/** The output whose way is the latency from bytes to filtered values. */
const timedOutput = 'filtered'

export interface LaneContext {
  readonly memory: GraphMemory
  readonly models: ReadonlyMap<string, StoredModel>
  /** Folder of the modules for sandboxed nodes, if there is one. */
  readonly modules: string | null
  readonly inferBell: Bell
  readonly processBell: Bell
  readonly filteredLatency: LatencyHistogram
  /** Another one every time, for the rings' ids. */
  nextNumber(): number
  nodeFailed(lane: string, note: ErrorNote): void
}

interface OutputLine extends LaneOutput {
  readonly writer: RingWriter
}

interface RunningCall {
  readonly line: CallLine
  /** Same remote, same line: it lives on when the graph changes. */
  readonly remote: string
  readonly writer: RingWriter
  readonly reader: RingReader
  readonly reply: ChunkBuffer
}

export class RunningLane {
  readonly id: string
  readonly #source: string
  readonly #context: LaneContext
  readonly #memory: LentMemory
  readonly #reader: RingReader
  readonly #chunk: ChunkBuffer
  readonly #graph: Graph
  #outputs = new Map<string, OutputLine>()
  /** How often each node has failed. */
  readonly #failures = new Map<string, number>()
  #calls = new Map<string, RunningCall>()
  #callList: readonly RunningCall[] = []

  /** @throws SynapseError graph-invalid, bad-option, model-missing */
  constructor(lane: Lane, context: LaneContext) {
    this.id = lane.id
    this.#source = onlySource(lane.spec)
    this.#context = context
    this.#memory = context.memory.lend()
    this.#reader = new RingReader(lane.ring, 'now')
    const { format, channels } = lane.ring.shape
    this.#chunk = chunkIn(this.#memory, format, channels)
    try {
      this.#graph = new Graph(lane.spec, {
        catalog: nodeCatalog,
        sources: { [this.#source]: lane.source },
        memory: context.memory,
        maxFrames,
        model: (name) => storedModel(context.models, name).card,
        module: (name) => findModule(context.modules, name),
        outputs: {
          chunk: (name, chunk) => this.#out(name, chunk),
          gap: () => {}, // an output's next chunk tells of it by its index
          request: (node, chunk) => this.#request(node, chunk),
          refused: (refusal) => this.#refused(refusal),
        },
      })
    } catch (error) {
      this.#memory.release()
      throw error
    }
    this.#connect()
  }

  get outputs(): LaneOutput[] {
    return [...this.#outputs.values()].map(({ id, name, info, ring }) => ({ id, name, info, ring }))
  }

  get calls(): CallLine[] {
    return [...this.#calls.values()].map(({ line }) => line)
  }

  /** Between two chunks. @throws as the constructor; the old graph then runs on */
  apply(spec: GraphSpec): void {
    this.#graph.apply(spec)
    this.#connect()
  }

  /** Takes what has come; returns false when there was nothing. */
  step(): boolean {
    let busy = false
    for (let i = 0; i < this.#callList.length; i++) {
      if (this.#takeReplies(this.#callList[i]!)) busy = true
    }
    const result = this.#reader.read(this.#chunk)
    if (result === 'chunk') this.#graph.chunk(this.#source, this.#chunk)
    else if (result === 'gap') this.#graph.gap(this.#source, this.#reader.gap)
    return busy || result !== 'empty'
  }

  /** A gap among the answers is told by the index of the next. */
  #takeReplies({ line, reader, reply }: RunningCall): boolean {
    let busy = false
    for (let result = reader.read(reply); result !== 'empty'; result = reader.read(reply)) {
      if (result === 'chunk') this.#graph.reply(line.node, reply)
      busy = true
    }
    return busy
  }

  close(): void {
    this.#graph.close()
    this.#memory.release()
    for (const { writer } of this.#outputs.values()) writer.close()
    for (const { writer } of this.#calls.values()) writer.close()
  }

  #out(name: string, chunk: Chunk): void {
    if (name === timedOutput) {
      this.#context.filteredLatency.record(hostClock.now() - chunk.hostTime[0]!)
    }
    const line = this.#outputs.get(name)
    if (line) follow(line.writer, chunk)
  }

  /** Told less and less often, so that a node that always fails floods nobody. */
  #refused({ node, reason, error }: Refusal): void {
    if (reason === 'resting') return
    const times = (this.#failures.get(node) ?? 0) + 1
    this.#failures.set(node, times)
    if (Number.isInteger(Math.log2(times))) this.#context.nodeFailed(this.id, error.note)
  }

  #request(node: string, chunk: Chunk): void {
    const call = this.#calls.get(node)
    if (call) follow(call.writer, chunk)
  }

  /** Rings for what is new; what is the same as before keeps its own. */
  #connect(): void {
    const outputs = new Map<string, OutputLine>()
    for (const [name, info] of Object.entries(this.#graph.outputs)) {
      if (name === timedOutput) continue
      const old = this.#outputs.get(name)
      const same = old && sameStream(old.info, info)
      outputs.set(name, same ? old : this.#newOutput(name, info))
      if (old && !same) old.writer.close()
    }
    this.#outputs = outputs
    const calls = new Map<string, RunningCall>()
    for (const [node, remote] of this.#graph.remotes) {
      const old = this.#calls.get(node)
      const same = old?.remote === JSON.stringify(remote)
      calls.set(node, same ? old : this.#newCall(node, remote))
      if (old && !same) old.writer.close()
    }
    this.#calls = calls
    this.#callList = [...calls.values()]
  }

  #newOutput(name: string, info: StreamInfo): OutputLine {
    const frames = Math.max(fewestOutputFrames, info.nominalRateHz * outputSeconds)
    const writer = new RingWriter(newRing(shapeOf(info, frames)))
    const id = `${this.id} ${name} ${this.#context.nextNumber()}`
    return { id, name, info, writer, ring: writer.shared }
  }

  #newCall(node: string, remote: RemoteCall): RunningCall {
    const { service, target, sandbox, whenLate, request, reply } = remote
    const isSandbox = service === 'sandbox'
    const frames = isSandbox ? sandboxFrames(request) : requestFrames
    const writer = new RingWriter(newRing(shapeOf(request, frames)))
    const bell = isSandbox ? new Bell() : this.#context.inferBell
    writer.attach(bell)
    // Made here, written by the thread that answers.
    const replies = newRing(shapeOf(reply, isSandbox ? sandboxFrames(reply) : requestFrames))
    const line: CallLine = {
      id: `${this.id} ${node} ${this.#context.nextNumber()}`,
      node,
      service,
      target,
      ...(sandbox ? { sandbox } : {}),
      rateHz: request.nominalRateHz,
      whenLate,
      requests: writer.shared,
      replies,
      bell: bell.shared,
    }
    return {
      line,
      remote: JSON.stringify(remote),
      writer,
      reader: new RingReader(replies, 'oldest'),
      reply: newChunkBuffer({ format: 'float32', channels: reply.channels.length, maxFrames }),
    }
  }
}

function sandboxFrames({ nominalRateHz }: StreamInfo): number {
  return Math.max(fewestSandboxFrames, nominalRateHz * outputSeconds)
}

function onlySource(spec: GraphSpec): string {
  const names = Object.keys(spec.sources)
  if (names.length === 1) return names[0]!
  throw new SynapseError(
    'graph-invalid',
    `opening graph "${spec.name}": it has ${names.length} sources, a live stream feeds one`,
  )
}

function chunkIn(memory: LentMemory, format: NumericFormat, channels: number): ChunkBuffer {
  const stride = strideFor(channels)
  return {
    firstSample: 0,
    frames: 0,
    data: memory.samples(format, stride * maxFrames),
    stride,
    time: new Float64Array(maxFrames),
    hostTime: new Float64Array(maxFrames),
    deviceTime: null,
    sequence: null,
  }
}

function shapeOf(info: StreamInfo, frames: number) {
  return {
    format: 'float32' as const,
    channels: info.channels.length,
    capacityFrames: capacityAtLeast(frames),
    deviceTime: false,
    sequence: false,
  }
}

/** The same to a reader: what only the filter's settings changed is still the same stream. */
function sameStream(a: StreamInfo, b: StreamInfo): boolean {
  return (
    a.nominalRateHz === b.nominalRateHz && JSON.stringify(a.channels) === JSON.stringify(b.channels)
  )
}
