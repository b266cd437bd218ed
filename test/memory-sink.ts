/** A sink that keeps what it is handed, and fails when told to. */
import { SynapseError } from '../src/signal/index.ts'

export class MemorySink {
  /** Sizes of the writes, in order. */
  readonly writes: number[] = []
  full = false
  synced = 0
  closed = false
  readonly #parts: Uint8Array[] = []

  write(bytes: Uint8Array): void {
    if (this.full) throw new SynapseError('disk-full', 'writing memory: no space left')
    this.writes.push(bytes.length)
    this.#parts.push(bytes.slice())
  }

  sync(): void {
    this.synced += 1
  }

  async close(): Promise<void> {
    this.closed = true
  }

  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts))
  }
}
