/** Files that an export writes, in memory; every operation can be made to fail. */
import type { OutputFolder } from '../src/formats/index.ts'
import { SynapseError } from '../src/signal/index.ts'
import { MemorySink } from './memory-sink.ts'

type Operation = 'create' | 'write' | 'sync' | 'close' | 'remove'

export class MemoryFolder implements OutputFolder {
  readonly files = new Map<string, MemorySink>()
  /** Operations so far. */
  count = 0
  /** The operation of this number fails, and all after it of the same kind. */
  failAt = Number.POSITIVE_INFINITY
  failed: Operation | undefined
  /** Files cannot be removed, either. */
  isStuck = false

  #step(operation: Operation): void {
    this.count += 1
    if (this.count < this.failAt || (this.failed && this.failed !== operation)) return
    this.failed = operation
    throw new SynapseError('disk-full', `${operation}: no space left`)
  }

  create(path: string): MemorySink {
    this.#step('create')
    if (this.files.has(path)) throw new SynapseError('file-exists', `creating ${path}: it exists`)
    const sink = new MemorySink()
    this.files.set(path, sink)
    const { write, sync, close } = sink
    sink.write = (bytes) => {
      this.#step('write')
      write.call(sink, bytes)
    }
    sink.sync = () => {
      this.#step('sync')
      sync.call(sink)
    }
    sink.close = async () => {
      this.#step('close')
      await close.call(sink)
    }
    return sink
  }

  remove(path: string): void {
    if (this.isStuck) throw new SynapseError('file-denied', `removing ${path}: not allowed`)
    this.files.delete(path)
  }

  bytes(path: string): Uint8Array {
    const sink = this.files.get(path)
    if (!sink) throw new Error(`${path} was not written; there is ${[...this.files.keys()]}`)
    return sink.bytes
  }

  text(path: string): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.bytes(path))
  }
}
