/** A channel of the contract between two ends in memory. */
import type { Channel } from '../src/contract/index.ts'

type Data = string | Uint8Array<ArrayBuffer>

/** One end of a channel in memory: keeps the order, delivers in the next turn. */
export class MemoryChannel implements Channel {
  readonly sent: Data[] = []
  isClosed = false
  /** As a frozen window: what is sent to it is taken in by nobody. */
  isFrozen = false
  other!: MemoryChannel
  #message: (data: Data) => void = () => {}
  #close: () => void = () => {}

  send(data: Data): void {
    if (this.isClosed) return
    this.sent.push(data)
    queueMicrotask(() => this.other.deliver(data))
  }

  deliver(data: Data): void {
    if (!this.isClosed && !this.isFrozen) this.#message(data)
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#message = listener
  }

  onClose(listener: () => void): void {
    this.#close = listener
  }

  close(): void {
    if (this.isClosed) return
    for (const end of [this, this.other]) {
      end.isClosed = true
      end.#close()
    }
  }
}
