/** The values of one column of one row group, page by page, every count checked before its use. */
import { zstdDecompressSync } from 'node:zlib'
import { joinBytes } from '../../kernels/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { bytesOf, viewOf } from '../byte-window.ts'
import { readPageHeader } from './page-header.ts'

export type PhysicalType = 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY'

export interface ColumnPart {
  readonly name: string
  readonly type: PhysicalType
  readonly isOptional: boolean
  readonly codec: string
  readonly values: number
}

/** What a page of ours never reaches. */
const mostPageBytes = 1 << 26
const plain = 0
const byteStreamSplit = 9
type NumberType = Exclude<PhysicalType, 'BYTE_ARRAY'>
const widths = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 } as const

/** Of a column that has one in every row; whole numbers of 64 bits come as float64. */
export type NumberValues = Int32Array | Float32Array | Float64Array
/** Null where a value is missing. */
export type ColumnValues = NumberValues | (string | number | null)[]

const arrays = {
  INT32: Int32Array,
  INT64: Float64Array,
  FLOAT: Float32Array,
  DOUBLE: Float64Array,
} as const

/** What a pass through a file reads into again and again, and lends until the next group. */
export class ColumnMemory {
  #packed: Uint8Array = new Uint8Array(0)
  readonly #values = new Map<string, NumberValues>()

  /** For the pages of a column as they stand in the file. */
  packed(length: number): Uint8Array {
    if (this.#packed.length < length) this.#packed = new Uint8Array(length)
    return this.#packed
  }

  values({ name, type, values }: ColumnPart): NumberValues {
    const known = this.#values.get(name)
    if (known && known.length >= values) return known.subarray(0, values)
    const made = new arrays[type as NumberType](values)
    this.#values.set(name, made)
    return made
  }
}

/**
 * @param bytes the pages, one after the other
 * @throws SynapseError file-damaged
 */
export function readColumn(
  bytes: Uint8Array,
  part: ColumnPart,
  name: string,
  memory: ColumnMemory,
): ColumnValues {
  const isPlainNumbers = part.type !== 'BYTE_ARRAY' && !part.isOptional
  const all: ColumnValues = isPlainNumbers ? memory.values(part) : []
  let filled = 0
  for (let at = 0; filled < part.values; ) {
    const header = readPageHeader(bytes, at)
    const damaged = (what: string) =>
      new SynapseError('file-damaged', `reading ${name}, column ${part.name}: ${what}`)
    if (!header) throw damaged('a page is damaged, or not written by this program')
    const from = at + header.length
    at = from + header.compressedBytes
    if (at > bytes.length) throw damaged('a page reaches beyond its column')
    if (filled + header.values > part.values) throw damaged('more values than there are rows')
    if (header.values === 0) throw damaged('a page without values')
    if (header.uncompressedBytes > mostPageBytes) throw damaged('a page is too long')
    const levels = bytes.subarray(from, from + header.levelBytes)
    const body = bytes.subarray(from + header.levelBytes, at)
    const length = header.uncompressedBytes - header.levelBytes
    if (length < 0 || header.levelBytes > header.compressedBytes) throw damaged('a page is damaged')
    const present = part.isOptional ? presence(levels, header.values) : null
    if (present === undefined) throw damaged('its missing values are damaged')
    const count = present ? present.reduce((sum, each) => sum + each, 0) : header.values
    if (part.type !== 'BYTE_ARRAY' && length !== count * widths[part.type]) {
      throw damaged('its values are damaged')
    }
    const content = unpacked(body, header.isCompressed ? part.codec : 'UNCOMPRESSED', length)
    if (!content) throw damaged('a page cannot be unpacked')
    if (!Array.isArray(all)) {
      const into = all.subarray(filled, filled + count)
      if (!takeNumbers(content, part.type as NumberType, header.encoding, into)) {
        throw damaged('its values are damaged')
      }
    } else {
      const values =
        part.type === 'BYTE_ARRAY'
          ? texts(content, count)
          : numbers(content, part.type, header.encoding, count)
      if (!values) throw damaged('its values are damaged')
      spread(all, values, present)
    }
    filled += header.values
  }
  return all
}

/** Bytes that are unpacked at a time: all of a page, where it has no more than a column should. */
const smallestPiece = 1 << 10
const largestPiece = 1 << 20

function unpacked(bytes: Uint8Array, codec: string, length: number): Uint8Array | undefined {
  if (codec === 'UNCOMPRESSED') return bytes.length === length ? bytes : undefined
  if (codec !== 'ZSTD') return undefined
  // A page of missing values only has nothing to be unpacked.
  if (length === 0) return new Uint8Array(0)
  try {
    const chunkSize = Math.max(smallestPiece, Math.min(length, largestPiece))
    const content = zstdDecompressSync(bytes, { maxOutputLength: length, chunkSize })
    return content.length === length ? content : undefined
  } catch {
    return undefined
  }
}

function numbers(
  content: Uint8Array,
  type: NumberType,
  encoding: number,
  count: number,
): NumberValues | undefined {
  const values = new arrays[type](count)
  return takeNumbers(content, type, encoding, values) ? values : undefined
}

/**
 * Typed arrays are little-endian on every machine that runs us, as the file is.
 * @param content as many bytes as the values take
 */
function takeNumbers(
  content: Uint8Array,
  type: NumberType,
  encoding: number,
  into: NumberValues,
): boolean {
  if (encoding === byteStreamSplit) joinBytes(content, into)
  else if (encoding === plain) bytesOf(into).set(content)
  else return false
  if (type === 'INT64') asFloat64(into)
  return true
}

/** In place: a float64 takes as many bytes as the whole number that it becomes. */
function asFloat64(values: NumberValues): void {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  for (let i = 0; i < values.length; i++) {
    values[i] = halves[2 * i + 1]! * 2 ** 32 + (halves[2 * i]! >>> 0)
  }
}

/** Each with its length before it. */
function texts(content: Uint8Array, count: number): string[] | undefined {
  const view = viewOf(content)
  const decoder = new TextDecoder()
  const found: string[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 4 > content.length) return undefined
    const length = view.getUint32(at, true)
    at += 4 + length
    if (at > content.length) return undefined
    found.push(decoder.decode(content.subarray(at - length, at)))
  }
  return found
}

/** 1 where there is a value: runs of bits, or of one bit again and again. */
function presence(levels: Uint8Array, count: number): Uint8Array | undefined {
  const present = new Uint8Array(count)
  let filled = 0
  let at = 0
  while (filled < count) {
    let head = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = levels[at++]
      if (byte === undefined || factor > 2 ** 35) return undefined
      head += (byte & 127) * factor
      if (byte < 128) break
    }
    if (head % 2 === 1) {
      const bits = Math.min(((head - 1) / 2) * 8, count - filled)
      if (bits === 0) return undefined
      for (let i = 0; i < bits; i++) present[filled + i] = (levels[at + (i >> 3)]! >> (i & 7)) & 1
      at += (head - 1) / 2
      filled += bits
    } else {
      const run = Math.min(head / 2, count - filled)
      const bit = levels[at++]
      if (run === 0 || bit === undefined || bit > 1) return undefined
      present.fill(bit, filled, filled + run)
      filled += run
    }
    if (at > levels.length) return undefined
  }
  return present
}

function spread(
  to: (string | number | null)[],
  values: NumberValues | string[],
  present: Uint8Array | null,
): void {
  if (!present) {
    for (const value of values) to.push(value)
    return
  }
  let next = 0
  for (const isThere of present) to.push(isThere ? values[next++]! : null)
}
