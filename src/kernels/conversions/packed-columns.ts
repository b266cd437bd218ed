/**
 * Columns of a row group: pages are put into `packed` as they come from the file, and become arrays
 * or frames, which are lent. Nothing is copied in between but what is unpacked.
 */
import { OwnMemory } from './own-memory.ts'

/** Literals of a block of zstd and its tables. */
const zstdWorkBytes = 160 << 10

export type Column = Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

const arrays = { int32: Int32Array, float32: Float32Array, float64: Float64Array } as const
export type ColumnType = keyof typeof arrays

export interface ColumnsShape {
  readonly columns: readonly ColumnType[]
  /** That a group has at most. */
  readonly rows: number
  /** Length of `packed`. */
  readonly packedBytes: number
  /** That frames may take which are lent at a time. */
  readonly frameBytes: number
}

/** How the values of a page stand in the file. */
export interface PageForm {
  readonly isPacked: boolean
  /** All first bytes of the values, then all second ones, and so on. */
  readonly isSplit: boolean
}

export class PackedColumns {
  /** For the caller to fill. */
  readonly packed: Uint8Array<ArrayBuffer>
  readonly columns: readonly Column[]
  readonly #memory: OwnMemory
  readonly #work: number
  readonly #planes: number
  readonly #frames: number
  readonly #frameBytes: number

  constructor({ columns, rows, packedBytes, frameBytes }: ColumnsShape) {
    const planeBytes = 8 * rows
    const columnBytes = columns.map((type) => rows * arrays[type].BYTES_PER_ELEMENT)
    const sizes = [zstdWorkBytes, packedBytes, planeBytes, ...columnBytes, frameBytes]
    this.#memory = OwnMemory.of(sizes)
    const { buffer } = this.#memory.bytes
    this.#work = this.#memory.take(zstdWorkBytes)
    this.packed = new Uint8Array(buffer, this.#memory.take(packedBytes), packedBytes)
    this.#planes = this.#memory.take(planeBytes)
    this.columns = columns.map((type, i) => {
      return new arrays[type](buffer, this.#memory.take(columnBytes[i]!), rows)
    })
    this.#frames = this.#memory.take(frameBytes)
    this.#frameBytes = frameBytes
  }

  /**
   * Puts the values of a page into a column.
   * @param page in `packed`
   * @param into a part of one of `columns`
   * @returns false where it is damaged, or has not just as many values
   */
  unpack(page: Uint8Array, { isPacked, isSplit }: PageForm, into: Column): boolean {
    const { raw, bytes } = this.#memory
    const { byteOffset: to, byteLength: length } = into
    let from = page.byteOffset
    if (isPacked) {
      from = isSplit ? this.#planes : to
      if (raw.unpackZstd(page.byteOffset, page.length, from, length, this.#work) !== 1) return false
    } else if (page.length !== length) return false
    if (!isSplit) bytes.copyWithin(to, from, from + length)
    else if (into.BYTES_PER_ELEMENT === 8) raw.joinBytes8(from, to, into.length)
    else raw.joinBytes4(from, to, into.length)
    return true
  }

  /**
   * Rows of columns that stand one after the other and are of one type, as dense frames.
   * @param columns number of the first one, and how many they are
   * @param rows number of the first one, and how many; all within `frameBytes`
   */
  frames(
    columns: { readonly first: number; readonly count: number },
    rows: { readonly first: number; readonly count: number },
  ): Column {
    const { raw, bytes } = this.#memory
    const column = this.columns[columns.first]!
    const width = column.BYTES_PER_ELEMENT
    const values = columns.count * rows.count
    if (values * width > this.#frameBytes) throw new RangeError(`${values} values at a time`)
    const next = columns.count > 1 ? this.columns[columns.first + 1]! : column
    const stride = (next.byteOffset - column.byteOffset) / width
    const from = column.byteOffset + rows.first * width
    const transpose = width === 8 ? raw.transpose64 : raw.transpose32
    transpose(from, this.#frames, columns.count, rows.count, stride)
    const type = column.constructor as typeof Float32Array
    return new type(bytes.buffer, this.#frames, values)
  }

  /** Nothing that was lent may be looked at from then on. */
  release(): void {
    this.#memory.release()
  }
}

/** What 4 bytes may become at most: a block of one byte again and again. */
const mostBlockBytes = 1 << 17

/** @returns what was packed; undefined where it is damaged, or not just so long */
export function unpackedZstd(packed: Uint8Array, length: number): Uint8Array | undefined {
  if (length > (packed.length / 4) * mostBlockBytes) return undefined
  const sizes = [zstdWorkBytes, packed.length, length]
  const memory = OwnMemory.of(sizes)
  const [work, from, to] = sizes.map((size) => memory.take(size))
  memory.bytes.set(packed, from)
  const isSound = memory.raw.unpackZstd(from!, packed.length, to!, length, work!) === 1
  const content = isSound ? memory.bytes.slice(to!, to! + length) : undefined
  memory.release()
  return content
}
