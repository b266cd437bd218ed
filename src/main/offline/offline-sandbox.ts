/**
 * A sandboxed node over a recording: the same thread with the same limits as live, waited for after
 * every chunk, so that nothing depends on time. One that fails ends the run.
 */
import { Bell, capacityAtLeast, newRing, RingReader, RingWriter } from '../../ring/index.ts'
import {
  type Chunk,
  errorFromNote,
  newChunkBuffer,
  type RemoteCall,
  type StreamInfo,
  type SynapseError,
} from '../../signal/index.ts'
import { follow, hostClock } from '../../workers/index.ts'
import { SandboxThread } from '../sandbox-thread.ts'

/** More than a source's chunk makes of frames for any node. */
const ringFrames = 8192
const replyFrames = 256

export class OfflineSandbox {
  readonly #node: string
  readonly #thread: SandboxThread
  readonly #requests: RingWriter
  readonly #replies: RingReader
  readonly #reply: ReturnType<typeof newChunkBuffer>
  /** Frames so far, modulo 2^32. */
  #asked = 0
  #answered = 0
  #failure: SynapseError | null = null

  constructor(node: string, { service, target, sandbox, request, reply }: RemoteCall) {
    this.#node = node
    this.#requests = new RingWriter(newRing(shapeOf(request)))
    const replies = newRing(shapeOf(reply))
    const call = {
      id: node,
      node,
      remote: '',
      service,
      target,
      ...(sandbox ? { sandbox } : {}),
      rateHz: request.nominalRateHz,
      whenLate: 'every' as const,
      requests: this.#requests.shared,
      replies,
      bell: new SharedArrayBuffer(4),
      answerBell: new SharedArrayBuffer(4),
    }
    this.#thread = new SandboxThread(call, 'oldest', hostClock, {
      failed: (note) => {
        this.#failure = errorFromNote(note)
      },
      late: () => {}, // everything is waited for
    })
    this.#requests.attach(new Bell(call.bell))
    this.#replies = new RingReader(replies, 'oldest')
    const channels = reply.channels.length
    this.#reply = newChunkBuffer({ format: 'float32', channels, maxFrames: replyFrames })
  }

  ask(chunk: Chunk): void {
    follow(this.#requests, chunk)
    this.#asked = (this.#asked + chunk.frames) | 0
  }

  /**
   * Waits until all that was asked is answered.
   * @param take gets the answers, which are lent
   * @returns whether there was anything to wait for
   * @throws SynapseError node-failed, graph-invalid
   */
  async answer(take: (node: string, reply: Chunk) => void): Promise<boolean> {
    if (this.#answered === this.#asked) return false
    for (let done = this.#thread.done; done !== this.#asked; done = this.#thread.done) {
      if (this.#failure) throw this.#failure
      await this.#thread.progress(done)
    }
    this.#answered = this.#asked
    for (;;) {
      const result = this.#replies.read(this.#reply)
      if (result === 'empty') return true
      if (result === 'chunk') take(this.#node, this.#reply)
    }
  }

  close(): Promise<void> {
    return this.#thread.end()
  }
}

function shapeOf({ channels }: StreamInfo) {
  return {
    format: 'float32' as const,
    channels: channels.length,
    capacityFrames: capacityAtLeast(ringFrames),
    deviceTime: false,
    sequence: false,
  }
}
