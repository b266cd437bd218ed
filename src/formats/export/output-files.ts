/**
 * The files that an export makes. They stay only when all of them are whole and on the disk; after
 * a failure none is left behind, or the error names those that could not be removed.
 */
import { asSynapseError, SynapseError } from '../../signal/index.ts'
import type { ByteSink } from '../io.ts'
import { SinkBuffer } from './sink-buffer.ts'

/** Where an export writes. */
export interface OutputFolder {
  /** @throws SynapseError file-exists, file-missing, file-denied, disk-full, io-failed */
  create(path: string): ByteSink
  /** Of a file that `create` made and that is closed. @throws SynapseError */
  remove(path: string): void
}

export interface WrittenFile {
  readonly path: string
  readonly bytes: number
}

/** Counts what passes, and closes once. */
class OpenFile implements ByteSink {
  readonly path: string
  readonly buffer: SinkBuffer
  bytes = 0
  readonly #sink: ByteSink
  #closed = false

  constructor(path: string, sink: ByteSink) {
    this.path = path
    this.#sink = sink
    this.buffer = new SinkBuffer(this)
  }

  write(bytes: Uint8Array): void {
    this.#sink.write(bytes)
    this.bytes += bytes.length
  }

  /** A writer that closes by itself has synced before. */
  sync(): void {
    if (!this.#closed) this.#sink.sync()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#sink.close()
  }
}

export class OutputFiles {
  readonly #folder: OutputFolder
  readonly #files: OpenFile[] = []

  constructor(folder: OutputFolder) {
    this.#folder = folder
  }

  /** @throws SynapseError as `OutputFolder.create` */
  create(path: string): SinkBuffer {
    return this.#open(path).buffer
  }

  /** For a writer that gathers by itself. @throws SynapseError as `OutputFolder.create` */
  createSink(path: string): ByteSink {
    return this.#open(path)
  }

  #open(path: string): OpenFile {
    const file = new OpenFile(path, this.#folder.create(path))
    this.#files.push(file)
    return file
  }

  /** @throws SynapseError disk-full, io-failed */
  async finish(): Promise<WrittenFile[]> {
    for (const file of this.#files) {
      file.buffer.flush()
      file.sync()
    }
    for (const file of this.#files) await file.close()
    return this.#files.map(({ path, bytes }) => ({ path, bytes }))
  }

  /** @returns the error to throw: the cause, and the names of what could not be removed */
  async abandon(cause: unknown): Promise<SynapseError> {
    const left: string[] = []
    for (const file of this.#files) {
      await file.close().catch(() => {})
      try {
        this.#folder.remove(file.path)
      } catch {
        left.push(file.path)
      }
    }
    const error = asSynapseError(cause, 'exporting')
    if (left.length === 0) return error
    const message = `${error.message}; not whole, and not removed: ${left.join(', ')}`
    return new SynapseError(error.code, message, { cause, remedy: error.remedy })
  }
}
