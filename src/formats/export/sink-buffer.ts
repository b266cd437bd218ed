/** Gathers what a writer says into writes of a megabyte: a sink costs a system call per write. */
import type { ByteSink } from '../io.ts'

const bufferBytes = 1 << 20

export class SinkBuffer {
  readonly #sink: ByteSink
  readonly #bytes = new Uint8Array(bufferBytes)
  readonly #encoder = new TextEncoder()
  #length = 0

  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  /** @throws SynapseError disk-full, io-failed */
  bytes(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.#length === bufferBytes) this.flush()
      const count = Math.min(bytes.length - from, bufferBytes - this.#length)
      this.#bytes.set(bytes.subarray(from, from + count), this.#length)
      this.#length += count
      from += count
    }
  }

  /** As UTF-8. @throws SynapseError disk-full, io-failed */
  text(text: string): void {
    this.bytes(this.#encoder.encode(text))
  }

  flush(): void {
    if (this.#length === 0) return
    this.#sink.write(this.#bytes.subarray(0, this.#length))
    this.#length = 0
  }
}
