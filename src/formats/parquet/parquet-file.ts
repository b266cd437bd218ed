/** One Parquet file: its footer, and where the columns of its row groups stand. */
import { parquetMetadata } from 'hyparquet'
import { reasonOf, SynapseError } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'
import { checkFooter } from './check-footer.ts'
import { mostGroupRows } from './parquet-writer.ts'
import { type LooseValues, type PhysicalType, readValues } from './read-pages.ts'

export function looksLikeParquet(start: string): boolean {
  return start.startsWith('PAR1')
}

/** What a footer of ours never reaches. */
const mostFooterBytes = 1 << 28
const mostPartBytes = 1 << 26
/** What the values of a group take in memory; ours take a quarter of it. */
export const mostGroupBytes = 1 << 26
const physicalTypes = ['INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY']

interface StoredColumn {
  readonly type: PhysicalType
  readonly isOptional: boolean
}

export interface StoredPart {
  readonly offset: number
  readonly bytes: number
  readonly codec: string
}

export interface StoredGroup {
  readonly rows: number
  readonly parts: ReadonlyMap<string, StoredPart>
}

export class ParquetFile {
  readonly name: string
  readonly source: ByteSource
  readonly columns: ReadonlyMap<string, StoredColumn>
  readonly groups: readonly StoredGroup[]
  /** That a group has. */
  readonly mostRows: number
  /** The text of the key-value metadata of this key. */
  readonly metadata: ReadonlyMap<string, string>

  private constructor(source: ByteSource, name: string, footer: ReturnType<typeof readFooter>) {
    this.source = source
    this.name = name
    this.columns = footer.columns
    this.groups = footer.groups
    this.mostRows = footer.groups.reduce((most, { rows }) => Math.max(most, rows), 0)
    this.metadata = footer.metadata
  }

  /** @throws SynapseError file-damaged, io-failed */
  static async open(source: ByteSource, name: string): Promise<ParquetFile> {
    const damaged = (what: string) => new SynapseError('file-damaged', `reading ${name}: ${what}`)
    const end = await source.read(Math.max(0, source.size - 8), 8)
    if (source.size < 12 || Buffer.from(end).toString('latin1', 4) !== 'PAR1') {
      throw damaged('it was never finished: its footer is missing')
    }
    const length = Buffer.from(end).readUInt32LE(0)
    if (length > Math.min(mostFooterBytes, source.size - 12)) {
      throw damaged(`a footer of ${length} bytes`)
    }
    const footer = await source.read(source.size - 8 - length, length + 8)
    try {
      return new ParquetFile(source, name, readFooter(footer, source.size))
    } catch (cause) {
      throw new SynapseError('file-damaged', `reading ${name}: its footer: ${reasonOf(cause)}`, {
        cause,
      })
    }
  }

  /** @throws SynapseError file-damaged */
  part(group: StoredGroup, column: string): StoredPart {
    const part = group.parts.get(column)
    if (part) return part
    throw new SynapseError('file-damaged', `reading ${this.name}: there is no column ${column}`)
  }

  /** One by one: for what is not many. @throws SynapseError file-damaged, io-failed */
  async values(group: StoredGroup, column: string): Promise<LooseValues> {
    const { offset, bytes: length, codec } = this.part(group, column)
    const stored = this.columns.get(column)
    if (!stored) {
      throw new SynapseError('file-damaged', `reading ${this.name}: there is no column ${column}`)
    }
    const bytes = await this.source.read(offset, length)
    return readValues(bytes, { name: column, ...stored, codec, values: group.rows }, this.name)
  }
}

/** @throws Error of any kind where the bytes make no sense */
function readFooter(bytes: Uint8Array, size: number) {
  checkFooter(bytes.subarray(0, -8))
  const { schema, row_groups, key_value_metadata } = parquetMetadata(bytes, { geoparquet: false })
  const columns = new Map<string, StoredColumn>()
  for (const { name, type, repetition_type } of schema.slice(1)) {
    if (!physicalTypes.includes(type ?? '')) throw new Error(`a column of type ${type}`)
    columns.set(name, { type: type as PhysicalType, isOptional: repetition_type === 'OPTIONAL' })
  }
  const groups = row_groups.map(({ columns: parts, num_rows }): StoredGroup => {
    const rows = Number(num_rows)
    const isTooLarge = rows > 1 && rows * columns.size * 8 > mostGroupBytes
    if (!(rows >= 0 && rows <= mostGroupRows) || isTooLarge) {
      throw new Error(`a group of ${num_rows} rows of ${columns.size} columns`)
    }
    return {
      rows,
      parts: new Map(
        parts.map(({ meta_data }) => {
          const offset = Number(meta_data!.data_page_offset)
          const length = Number(meta_data!.total_compressed_size)
          const isInside = offset >= 4 && length >= 0 && offset + length <= size
          if (!isInside || length > mostPartBytes) throw new Error('a column outside of the file')
          const name = meta_data!.path_in_schema.join('.')
          return [name, { offset, bytes: length, codec: meta_data!.codec }] as const
        }),
      ),
    }
  })
  const metadata = (key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''] as const)
  return { columns, groups, metadata: new Map(metadata) }
}
