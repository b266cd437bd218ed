/**
 * One pass through columns of numbers, row group by row group: bytes are read from the file into
 * the memory in which they are unpacked, and values are lent out of it until the next group.
 */
import { type Column, type ColumnType, PackedColumns } from '../../kernels/index.ts'
import { SynapseError } from '../../signal/index.ts'
import {
  mostGroupBytes,
  type ParquetFile,
  type StoredGroup,
  type StoredPart,
} from './parquet-file.ts'
import { byteStreamSplit, type ColumnPart, plain, takePages } from './read-pages.ts'

/** Columns that stand one after the other are read together up to so many bytes. */
const bytesAtOnce = 1 << 20

/** Whole numbers of 64 bits become float64, which take as many bytes. */
const types = { INT32: 'int32', INT64: 'float64', FLOAT: 'float32', DOUBLE: 'float64' } as const

export class ColumnPass {
  readonly #file: ParquetFile
  readonly #names: readonly string[]
  readonly #memory: PackedColumns

  /**
   * @param names of the columns, in the order of the file where they shall be read together
   * @param frameBytes that frames may take which are lent at a time
   * @throws SynapseError file-damaged
   */
  constructor(file: ParquetFile, names: readonly string[], frameBytes = 0) {
    const rows = file.mostRows
    if (rows > 1 && rows * names.length * 8 > mostGroupBytes) {
      throw new SynapseError('file-damaged', `reading ${file.name}: it names a column many times`)
    }
    this.#file = file
    this.#names = names
    this.#memory = new PackedColumns({
      columns: names.map((name) => typeOf(file, name)),
      rows,
      packedBytes: file.groups.reduce((most, group) => Math.max(most, roomFor(group, names)), 0),
      frameBytes,
    })
  }

  /**
   * Each with its columns at hand until the next one is asked for; once.
   * @throws SynapseError file-damaged, io-failed
   */
  async *groups(): AsyncGenerator<StoredGroup, void, void> {
    try {
      for (const group of this.#file.groups) {
        await this.#load(group)
        yield group
      }
    } finally {
      this.#memory.release()
    }
  }

  async #load(group: StoredGroup): Promise<void> {
    const parts = this.#names.map((name) => this.#file.part(group, name))
    for (let first = 0; first < parts.length; ) {
      const end = endOfRun(parts, first, this.#memory.packed.length)
      const { offset } = parts[first]!
      const last = parts[end - 1]!
      const bytes = await this.#read(offset, last.offset + last.bytes - offset)
      for (; first < end; first++) {
        const at = parts[first]!.offset - offset
        this.#unpack(bytes.subarray(at, at + parts[first]!.bytes), first, group.rows, parts[first]!)
      }
    }
  }

  async #read(offset: number, length: number): Promise<Uint8Array> {
    const { source } = this.#file
    const into = this.#memory.packed.subarray(0, length)
    const bytes =
      source.readNow?.(offset, length, into) ?? (await source.read(offset, length, into))
    // A source may give what it has instead of filling what it was lent.
    if (bytes.buffer !== into.buffer) into.set(bytes)
    return into.subarray(0, bytes.length)
  }

  #unpack(bytes: Uint8Array, column: number, rows: number, { codec }: StoredPart): void {
    const name = this.#names[column]!
    const { type } = this.#file.columns.get(name)!
    const part: ColumnPart = { name, type, isOptional: false, codec, values: rows }
    takePages(bytes, part, this.#file.name, ({ first, values, encoding, isPacked, body }) => {
      if (encoding !== plain && encoding !== byteStreamSplit) return false
      const into = this.#memory.columns[column]!.subarray(first, first + values)
      const form = { isPacked, isSplit: encoding === byteStreamSplit }
      if (!this.#memory.unpack(body, form, into)) return false
      if (type === 'INT64') asFloat64(into)
      return true
    })
  }

  /** Of the column of that number; as many as a group has at most. */
  values(column: number): Column {
    return this.#memory.columns[column]!
  }

  /** Rows of so many last columns, which are of one type, as dense frames. */
  frames(columns: number, first: number, count: number): Column {
    const firstColumn = this.#names.length - columns
    return this.#memory.frames({ first: firstColumn, count: columns }, { first, count })
  }
}

/** All of them, where that is not too much; the longest otherwise. */
function roomFor({ parts }: StoredGroup, names: readonly string[]): number {
  const lengths = names.map((name) => parts.get(name)?.bytes ?? 0)
  const all = lengths.reduce((sum, length) => sum + length, 0)
  return lengths.reduce((most, length) => Math.max(most, length), Math.min(all, bytesAtOnce))
}

/** Columns that lie close together, and in `room`. @returns the number behind the last of them */
function endOfRun(parts: readonly StoredPart[], first: number, room: number): number {
  const { offset } = parts[first]!
  let end = first + 1
  while (end < parts.length) {
    const before = parts[end - 1]!
    const next = parts[end]!
    if (next.offset !== before.offset + before.bytes) break
    if (next.offset + next.bytes - offset > room) break
    end += 1
  }
  return end
}

function typeOf({ columns, name: file }: ParquetFile, name: string): ColumnType {
  const column = columns.get(name)
  if (column && !column.isOptional && column.type !== 'BYTE_ARRAY') return types[column.type]
  const what = column ? `${name} is no column of numbers` : `there is no column ${name}`
  throw new SynapseError('file-damaged', `reading ${file}: ${what}`)
}

/** In place. */
function asFloat64(values: Column): void {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  for (let i = 0; i < values.length; i++) {
    values[i] = halves[2 * i + 1]! * 2 ** 32 + (halves[2 * i]! >>> 0)
  }
}
