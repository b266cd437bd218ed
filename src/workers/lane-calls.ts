/** The services that a lane's nodes ask: a ring to each for the questions, one back for the answers. */
import {
  Bell,
  capacityAtLeast,
  newRing,
  RingReader,
  type RingShape,
  RingWriter,
} from '../ring/index.ts'
import {
  type Chunk,
  type ChunkBuffer,
  newChunkBuffer,
  type RemoteCall,
  type StreamInfo,
} from '../signal/index.ts'
import { follow } from './follow.ts'
import type { CallLine } from './messages.ts'

const requestFrames = 64
/** A sandbox sees every sample, and may take as long as an output's reader. */
const fewestSandboxFrames = 1024
const sandboxSeconds = 4

export interface CallsContext {
  readonly inferBell: Bell
  readonly processBell: Bell
  /** Another one every time, for the rings' ids. */
  nextNumber(): number
}

interface RunningCall {
  readonly line: CallLine
  readonly writer: RingWriter
  readonly reader: RingReader
  readonly reply: ChunkBuffer
  /** Frames taken since the last snapshot. */
  taken: number
}

export class LaneCalls {
  readonly #lane: string
  readonly #maxFrames: number
  readonly #context: CallsContext
  #calls = new Map<string, RunningCall>()
  #list: readonly RunningCall[] = []

  constructor(lane: string, maxFrames: number, context: CallsContext) {
    this.#lane = lane
    this.#maxFrames = maxFrames
    this.#context = context
  }

  get lines(): CallLine[] {
    return this.#list.map(({ line }) => line)
  }

  /** For a snapshot: index of the next answer of every call, in the order of `lines`. */
  positions(into: Float64Array, at: number): void {
    for (let i = 0; i < this.#list.length; i++) {
      into[at + i] = this.#list[i]!.reader.nextSample
      this.#list[i]!.taken = 0
    }
  }

  /** So many answers were taken since the last snapshot that another one is due. */
  get isFarAhead(): boolean {
    for (let i = 0; i < this.#list.length; i++) {
      const { taken, line } = this.#list[i]!
      if (taken > line.replies.shape.capacityFrames >> 2) return true
    }
    return false
  }

  /**
   * Rings for what is new; what asks for the same as before keeps its own.
   * @param old lines of a thread that died, with the index of the next answer that it would take
   */
  connect(
    remotes: ReadonlyMap<string, RemoteCall>,
    old: ReadonlyMap<string, { line: CallLine; next: number }> = new Map(),
  ): void {
    const calls = new Map<string, RunningCall>()
    for (const [node, remote] of remotes) {
      const key = JSON.stringify(remote)
      const running = this.#calls.get(node)
      const left = old.get(node)
      if (running?.line.remote === key) calls.set(node, running)
      else if (left?.line.remote === key) calls.set(node, this.#open(left.line, left.next))
      else calls.set(node, this.#open(this.#newLine(node, remote, key), 'oldest'))
      if (running && calls.get(node) !== running) running.writer.close()
    }
    this.#calls = calls
    this.#list = [...calls.values()]
  }

  request(node: string, chunk: Chunk): void {
    const call = this.#calls.get(node)
    if (call) follow(call.writer, chunk)
  }

  /** Hands over what was answered. A gap among the answers is told by the index of the next. */
  takeReplies(take: (node: string, reply: Chunk) => void): boolean {
    let busy = false
    for (let i = 0; i < this.#list.length; i++) {
      const call = this.#list[i]!
      const { line, reader, reply } = call
      for (let result = reader.read(reply); result !== 'empty'; result = reader.read(reply)) {
        if (result === 'chunk') take(line.node, reply)
        call.taken += reply.frames
        busy = true
      }
    }
    return busy
  }

  /** @param leaves ids of lines that another lane has */
  close(leaves: readonly string[]): void {
    for (const { line, writer } of this.#list) if (!leaves.includes(line.id)) writer.close()
  }

  #open(line: CallLine, from: number | 'oldest'): RunningCall {
    const writer = new RingWriter(line.requests)
    writer.attach(new Bell(line.bell))
    const { format, channels } = line.replies.shape
    const reply = newChunkBuffer({ format, channels, maxFrames: this.#maxFrames })
    return { line, writer, reader: new RingReader(line.replies, from), reply, taken: 0 }
  }

  #newLine(node: string, remote: RemoteCall, key: string): CallLine {
    const { service, target, sandbox, whenLate, request, reply } = remote
    const isSandbox = service === 'sandbox'
    const ring = (info: StreamInfo) =>
      newRing(shapeOf(info, isSandbox ? sandboxFrames(info) : requestFrames))
    const bell = isSandbox ? new Bell() : this.#context.inferBell
    return {
      id: `${this.#lane} ${node} ${this.#context.nextNumber()}`,
      node,
      remote: key,
      service,
      target,
      ...(sandbox ? { sandbox } : {}),
      rateHz: request.nominalRateHz,
      whenLate,
      requests: ring(request),
      // Made here, written by the thread that answers.
      replies: ring(reply),
      bell: bell.shared,
      answerBell: this.#context.processBell.shared,
    }
  }
}

function sandboxFrames({ nominalRateHz }: StreamInfo): number {
  return Math.max(fewestSandboxFrames, nominalRateHz * sandboxSeconds)
}

export function shapeOf(info: StreamInfo, frames: number): RingShape {
  return {
    format: 'float32',
    channels: info.channels.length,
    capacityFrames: capacityAtLeast(frames),
    deviceTime: false,
    sequence: false,
  }
}
