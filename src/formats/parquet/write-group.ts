/**
 * Row groups of columns that have a number in every row. hyparquet-writer takes values one by one,
 * ten times as long as they need; here a column is a typed array, split into the planes of its
 * bytes and packed as a whole, in one page. The footer is the library's.
 */
import { constants, zstdCompressSync } from 'node:zlib'
import type { ColumnChunk, Encoding, ParquetType } from 'hyparquet'
import type { ParquetWriter } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { splitBytes } from '../../kernels/index.ts'
import { bytesOf } from '../byte-window.ts'
import type { SinkWriter } from './sink-writer.ts'

/** Rows of one type; INT64 as pairs of 32 bits, the lower first. */
export interface NumberColumn {
  readonly name: string
  readonly type: Exclude<ParquetType, 'BOOLEAN' | 'INT96' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY'>
  readonly data: Int32Array | Float32Array | Float64Array
}

/** As pyarrow's: higher ones take three times as long for a few percent. */
const zstdLevel = 1

/** @throws SynapseError disk-full, io-failed */
export function writeNumberGroup(
  file: ParquetWriter,
  sink: SinkWriter,
  columns: readonly NumberColumn[],
  rows: number,
): void {
  const start = sink.offset
  const planes = new Uint8Array(8 * rows)
  const chunks = columns.map((column) => writeColumn(sink, column, rows, planes))
  const sizes = chunks.map(({ meta_data }) => meta_data!.total_uncompressed_size)
  file.row_groups.push({
    columns: chunks,
    total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
    num_rows: BigInt(rows),
    total_compressed_size: BigInt(sink.offset - start),
  })
  file.num_rows += BigInt(rows)
}

function writeColumn(
  sink: SinkWriter,
  { name, type, data }: NumberColumn,
  rows: number,
  planes: Uint8Array,
): ColumnChunk {
  const start = sink.offset
  const isSplit = type === 'FLOAT' || type === 'DOUBLE'
  const encoding: Encoding = isSplit ? 'BYTE_STREAM_SPLIT' : 'PLAIN'
  let bytes = bytesOf(data)
  if (isSplit) {
    bytes = planes.subarray(0, data.byteLength)
    splitBytes(data, bytes)
  }
  const packed = zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: zstdLevel },
    pledgedSrcSize: bytes.length,
    chunkSize: bytes.length + (bytes.length >> 7) + 1024,
  })
  writePageHeader(sink, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: bytes.length,
    compressed_page_size: packed.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: 0,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: 0,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  })
  const headerBytes = sink.offset - start
  sink.page(packed)
  return {
    file_offset: BigInt(start),
    meta_data: {
      type,
      encodings: [encoding],
      path_in_schema: [name],
      codec: 'ZSTD',
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(headerBytes + bytes.length),
      total_compressed_size: BigInt(headerBytes + packed.length),
      data_page_offset: BigInt(start),
    },
  }
}
