/** A sink as the writer that hyparquet-writer appends to: it keeps a row group and no more. */
import { zstdCompressSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { SinkBuffer } from '../export/sink-buffer.ts'

export class SinkWriter extends ByteWriter {
  readonly #sink: SinkBuffer

  constructor(sink: SinkBuffer) {
    super(1 << 16)
    this.#sink = sink
  }

  /** After every row group. */
  flush(): void {
    this.#sink.bytes(this.getBytes())
    this.index = 0
  }

  /** What is packed already goes past the buffer. */
  page(bytes: Uint8Array): void {
    this.flush()
    this.#sink.bytes(bytes)
    this.offset += bytes.length
  }

  override finish(): void {
    this.flush()
  }
}

export function newParquetWriter(
  writer: SinkWriter,
  schema: SchemaElement[],
  metadata: readonly (readonly [key: string, value: string])[],
): ParquetWriter {
  return new ParquetWriter({
    writer,
    schema,
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    statistics: false,
    createdBy: 'synapsestream version 1.0.0',
    kvMetadata: metadata.map(([key, value]) => ({ key, value })),
  })
}
