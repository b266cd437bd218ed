/** The values of one column of one row group, page by page, every count checked before its use. */
import { zstdDecompressSync } from 'node:zlib'
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

/** What a page of ours never reaches. */
const mostPageBytes = 1 << 26
const plain = 0
const byteStreamSplit = 9
const widths = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 } as const

/** Null where a value is missing; whole numbers of 64 bits come as float64. */
export type ColumnValues = Float64Array | (string | number | null)[]

/**
 * @param bytes the pages, one after the other
 * @throws SynapseError file-damaged
 */
export function readColumn(bytes: Uint8Array, part: ColumnPart, name: string): ColumnValues {
  const isPlainNumbers = part.type !== 'BYTE_ARRAY' && !part.isOptional
  const all: ColumnValues = isPlainNumbers ? new Float64Array(part.values) : []
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
    const content = unpacked(body, header.isCompressed ? part.codec : 'UNCOMPRESSED', length)
    if (!content) throw damaged('a page cannot be unpacked')
    const count = present ? present.reduce((sum, each) => sum + each, 0) : header.values
    const values =
      part.type === 'BYTE_ARRAY'
        ? texts(content, count)
        : numbers(content, part.type, header.encoding, count)
    if (!values) throw damaged('its values are damaged')
    if (all instanceof Float64Array) all.set(values as Float64Array, filled)
    else spread(all, values, present)
    filled += header.values
  }
  return all
}

function unpacked(bytes: Uint8Array, codec: string, length: number): Uint8Array | undefined {
  if (codec === 'UNCOMPRESSED') return bytes.length === length ? bytes : undefined
  if (codec !== 'ZSTD') return undefined
  // A page of missing values only has nothing to be unpacked.
  if (length === 0) return new Uint8Array(0)
  try {
    const content = zstdDecompressSync(bytes, { maxOutputLength: length })
    return content.length === length ? content : undefined
  } catch {
    return undefined
  }
}

function numbers(
  content: Uint8Array,
  type: keyof typeof widths,
  encoding: number,
  count: number,
): Float64Array | undefined {
  const width = widths[type]
  if (content.length !== count * width) return undefined
  let bytes = content
  if (encoding === byteStreamSplit) {
    bytes = new Uint8Array(content.length)
    for (let k = 0; k < width; k++) {
      for (let i = 0, to = k; i < count; i++, to += width) bytes[to] = content[k * count + i]!
    }
  } else if (encoding !== plain) return undefined
  const view = viewOf(bytes)
  const values = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    if (type === 'INT32') values[i] = view.getInt32(4 * i, true)
    else if (type === 'FLOAT') values[i] = view.getFloat32(4 * i, true)
    else if (type === 'DOUBLE') values[i] = view.getFloat64(8 * i, true)
    else values[i] = view.getInt32(8 * i + 4, true) * 2 ** 32 + view.getUint32(8 * i, true)
  }
  return values
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
  values: Float64Array | string[],
  present: Uint8Array | null,
): void {
  if (!present) {
    for (const value of values) to.push(value)
    return
  }
  let next = 0
  for (const isThere of present) to.push(isThere ? values[next++]! : null)
}
