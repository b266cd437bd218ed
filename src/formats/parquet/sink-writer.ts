/** A sink as the writer that hyparquet-writer appends to: it keeps a row group and no more. */
import { zstdCompressSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { SinkBuffer } from '../export/sink-buffer.ts'

class SinkWriter extends ByteWriter {
  readonly #sink: SinkBuffer

  constructor(sink: SinkBuffer) {
    super(1 << 20)
    this.#sink = sink
  }

  /** After every row group. */
  flush(): void {
    this.#sink.bytes(this.getBytes())
    this.index = 0
  }

  override finish(): void {
    this.flush()
  }
}

export function newParquetWriter(
  sink: SinkBuffer,
  schema: SchemaElement[],
  metadata: readonly (readonly [key: string, value: string])[],
): ParquetWriter {
  return new ParquetWriter({
    writer: new SinkWriter(sink),
    schema,
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    statistics: false,
    createdBy: 'synapsestream version 1.0.0',
    kvMetadata: metadata.map(([key, value]) => ({ key, value })),
  })
}
