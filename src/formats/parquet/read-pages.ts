/** The pages of one column of one row group, every count checked before its use. */
import { unpackedZstd } from '../../kernels/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { viewOf } from '../byte-window.ts'
import { readPageHeader } from './page-header.ts'

export type PhysicalType = 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY'

export interface ColumnPart {
  readonly name: string
  readonly type: PhysicalType
  readonly isOptional: boolean
  readonly codec: string
  readonly values: number
}

export interface Page {
  /** Of its first row in the group. */
  readonly first: number
  readonly rows: number
  /** Which rows have a value; null where all have one. */
  readonly present: Uint8Array | null
  /** As many values as are there. */
  readonly values: number
  readonly encoding: number
  readonly isPacked: boolean
  readonly body: Uint8Array
  /** Bytes of the values, as many as these take where they are numbers. */
  readonly length: number
}

/** What a page of ours never reaches. */
const mostPageBytes = 1 << 26
export const plain = 0
export const byteStreamSplit = 9
const widths = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 } as const

/**
 * @param bytes the pages, one after the other
 * @param name of the file
 * @param take false where the values of the page are damaged
 * @throws SynapseError file-damaged
 */
export function takePages(
  bytes: Uint8Array,
  part: ColumnPart,
  name: string,
  take: (page: Page) => boolean,
): void {
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
    const values = present ? present.reduce((sum, each) => sum + each, 0) : header.values
    if (part.type !== 'BYTE_ARRAY' && length !== values * widths[part.type]) {
      throw damaged('its values are damaged')
    }
    const isPacked = header.isCompressed && part.codec !== 'UNCOMPRESSED'
    if (isPacked && part.codec !== 'ZSTD') throw damaged(`pages packed as ${part.codec}`)
    const { encoding } = header
    const page = { first: filled, rows: header.values, present, values, encoding, isPacked, body }
    if (!take({ ...page, length })) throw damaged('its values are damaged')
    filled += header.values
  }
}

/** Null where a value is missing. */
export type LooseValues = (string | number | null)[]

/** Values of any type one by one. @throws SynapseError file-damaged */
export function readValues(bytes: Uint8Array, part: ColumnPart, name: string): LooseValues {
  const all: LooseValues = []
  takePages(bytes, part, name, ({ present, values, encoding, isPacked, body, length }) => {
    const content = isPacked ? unpacked(body, length) : body
    if (encoding !== plain || content?.length !== length) return false
    const found = part.type === 'BYTE_ARRAY' ? texts(content, values) : numbers(content, part.type)
    if (found) spread(all, found, present)
    return found !== undefined
  })
  return all
}

/** A page of missing values only has nothing to be unpacked. */
function unpacked(body: Uint8Array, length: number): Uint8Array | undefined {
  return length === 0 ? new Uint8Array(0) : unpackedZstd(body, length)
}

/** Whole numbers of 64 bits as the float64 next to them. */
function numbers(content: Uint8Array, type: Exclude<PhysicalType, 'BYTE_ARRAY'>): number[] {
  const view = viewOf(content)
  return Array.from({ length: content.length / widths[type] }, (_, i) => {
    if (type === 'INT32') return view.getInt32(4 * i, true)
    if (type === 'INT64') return Number(view.getBigInt64(8 * i, true))
    return type === 'FLOAT' ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true)
  })
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
  to: LooseValues,
  values: readonly (string | number)[],
  present: Uint8Array | null,
): void {
  if (!present) {
    for (const value of values) to.push(value)
    return
  }
  let next = 0
  for (const isThere of present) to.push(isThere ? values[next++]! : null)
}
