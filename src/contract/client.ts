/** The client's end: calls, events and frames over one channel. */
import { z } from 'zod'
import { asSynapseError, errorFromNote, reasonOf, SynapseError } from '../signal/index.ts'
import type { Channel } from './channel.ts'
import { decodeFrames, type ViewFrames } from './frames.ts'
import { type HostMessage, hostMessageSchema } from './messages.ts'
import {
  type EventData,
  type EventName,
  events,
  type Method,
  methods,
  type Params,
  type Result,
} from './methods.ts'

/** The client tells what it has taken in whenever this many bytes have come. */
const reportBytes = 64 * 1024

interface Waiting {
  readonly method: Method
  resolve(result: unknown): void
  reject(error: SynapseError): void
}

export interface ClientListener {
  event<E extends EventName>(name: E, data: EventData<E>): void
  frames(frames: ViewFrames): void
  /** A message that is not as agreed; the channel goes on. */
  problem(error: SynapseError): void
  closed(): void
}

export class ContractClient {
  readonly #channel: Channel
  readonly #listener: ClientListener
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 0
  #takenBytes = 0
  #reportedBytes = 0
  #isClosed = false

  constructor(channel: Channel, listener: ClientListener) {
    this.#channel = channel
    this.#listener = listener
    channel.onMessage((data) => {
      try {
        if (typeof data === 'string') this.#text(data)
        else this.#bytes(data)
      } catch (error) {
        listener.problem(asSynapseError(error, 'reading a message'))
      }
    })
    channel.onClose(() => this.#closed())
  }

  /** @throws SynapseError what the host answered, or link-lost */
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    if (this.#isClosed) return Promise.reject(linkLost(method))
    const id = this.#nextId++
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject })
      this.#channel.send(JSON.stringify({ call: method, id, params }))
    }) as Promise<Result<M>>
  }

  /** What has no answer yet is refused with link-lost. */
  close(): void {
    this.#channel.close()
    this.#closed()
  }

  #text(text: string): void {
    const message = readMessage(text)
    if ('event' in message) {
      if (Object.hasOwn(events, message.event)) {
        this.#event(message.event as EventName, message.data)
      }
      return
    }
    const waiting = this.#waiting.get(message.answer)
    this.#waiting.delete(message.answer)
    if (!waiting) return
    if ('error' in message) waiting.reject(errorFromNote(message.error))
    else {
      const result = methods[waiting.method].result.safeParse(message.result)
      if (result.success) waiting.resolve(result.data)
      else waiting.reject(badMessage(`the answer to ${waiting.method}`, result.error))
    }
  }

  #event<E extends EventName>(name: E, data: unknown): void {
    const parsed = events[name].safeParse(data)
    if (!parsed.success) throw badMessage(`the event ${name}`, parsed.error)
    this.#listener.event(name, parsed.data as EventData<E>)
  }

  #bytes(bytes: Uint8Array): void {
    this.#takenBytes += bytes.byteLength
    this.#listener.frames(decodeFrames(bytes))
    if (this.#takenBytes - this.#reportedBytes < reportBytes) return
    this.#reportedBytes = this.#takenBytes
    this.#channel.send(JSON.stringify({ takenBytes: this.#takenBytes }))
  }

  #closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const { reject, method } of this.#waiting.values()) reject(linkLost(method))
    this.#waiting.clear()
    this.#listener.closed()
  }
}

/** @throws SynapseError bad-message */
function readMessage(text: string): HostMessage {
  try {
    return hostMessageSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw badMessage('a message', cause)
  }
}

/** Names the place in what was sent, where it is known. */
function badMessage(what: string, cause: unknown): SynapseError {
  const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined
  const where = issue?.path.join('.')
  const why = issue ? `${where ? `${where}: ` : ''}${issue.message}` : reasonOf(cause)
  return new SynapseError('bad-message', `reading ${what}: ${why}`, { cause })
}

function linkLost(method: Method): SynapseError {
  return new SynapseError('link-lost', `calling ${method}: the host went away`, {
    remedy: 'Start SynapseStream again; what was recorded is safe.',
  })
}
