/**
 * The host's end of one channel. Frames are sent only while the client keeps up: a window that is
 * frozen or far away loses frames, is told how many, and costs the host nothing.
 */
import { asSynapseError, SynapseError } from '../signal/index.ts'
import type { Channel } from './channel.ts'
import { clientMessageSchema, type HostMessage } from './messages.ts'
import {
  type EventData,
  type EventName,
  type Method,
  methods,
  type Params,
  type Result,
} from './methods.ts'

/** So many bytes may be under way to a client. */
const windowBytes = 2 * 1024 * 1024

export type Handlers = {
  readonly [M in Method]: (params: Params<M>) => Result<M> | Promise<Result<M>>
}

export class ContractServer {
  readonly #channel: Channel
  readonly #handlers: Handlers
  #sentBytes = 0
  #takenBytes = 0
  #droppedFrames = 0

  constructor(channel: Channel, handlers: Handlers, closed: () => void) {
    this.#channel = channel
    this.#handlers = handlers
    channel.onMessage((data) => {
      if (typeof data === 'string') void this.#message(data)
    })
    channel.onClose(closed)
  }

  get droppedFrames(): number {
    return this.#droppedFrames
  }

  event<E extends EventName>(name: E, data: EventData<E>): void {
    this.#send({ event: name, data })
  }

  /** @returns false when they were withheld because the client is too slow */
  frames(bytes: Uint8Array<ArrayBuffer>, frames: number): boolean {
    if (this.#sentBytes + bytes.byteLength - this.#takenBytes > windowBytes) {
      this.#droppedFrames += frames
      return false
    }
    this.#sentBytes += bytes.byteLength
    this.#channel.send(bytes)
    return true
  }

  close(): void {
    this.#channel.close()
  }

  async #message(text: string): Promise<void> {
    const message = readMessage(text)
    if (!message) {
      this.#channel.close()
      return
    }
    if ('takenBytes' in message) {
      this.#takenBytes = Math.min(message.takenBytes, this.#sentBytes)
      return
    }
    try {
      const result = await this.#answer(message.call, message.params)
      this.#send({ answer: message.id, result })
    } catch (error) {
      const { note } = asSynapseError(error, `answering ${message.call}`)
      this.#send({ answer: message.id, error: note })
    }
  }

  #answer(call: string, params: unknown): Promise<unknown> | unknown {
    if (!Object.hasOwn(methods, call)) {
      throw new SynapseError('bad-message', `answering "${call}": there is no such call`)
    }
    const method = call as Method
    const parsed = methods[method].params.safeParse(params)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      const where = issue?.path.join('.') || 'params'
      throw new SynapseError('bad-option', `answering ${call}: ${where}: ${issue?.message}`)
    }
    return (this.#handlers[method] as (params: unknown) => unknown)(parsed.data)
  }

  #send(message: HostMessage): void {
    this.#channel.send(JSON.stringify(message))
  }
}

/** Undefined for what no client of ours sends: then the channel is closed. */
function readMessage(text: string) {
  try {
    const parsed = clientMessageSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
