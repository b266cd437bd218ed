/**
 * The header of a data page: a struct of Thrift's compact protocol. hyparquet has a reader of
 * pages, which believes the counts in them; here every count is checked before it costs memory.
 */

export interface PageHeader {
  readonly uncompressedBytes: number
  readonly compressedBytes: number
  readonly values: number
  readonly encoding: number
  readonly levelBytes: number
  readonly isCompressed: boolean
  /** Bytes of the header itself. */
  readonly length: number
}

const dataPageV2 = 3
const mostDepth = 8

/** @returns undefined where there is no page of version 2 */
export function readPageHeader(bytes: Uint8Array, at: number): PageHeader | undefined {
  const reader = new CompactReader(bytes, at)
  const fields = reader.struct(0)
  const page = fields?.get(8)
  if (!fields || !(page instanceof Map) || fields.get(1) !== dataPageV2) return undefined
  const number = (of: Fields, id: number, usual?: number) => {
    const value = of.get(id) ?? usual
    return typeof value === 'number' && value >= 0 ? value : Number.NaN
  }
  const header = {
    uncompressedBytes: number(fields, 2),
    compressedBytes: number(fields, 3),
    values: number(page, 1),
    encoding: number(page, 4),
    levelBytes: number(page, 5) + number(page, 6),
    isCompressed: page.get(7) !== false,
    length: reader.at - at,
  }
  return Object.values(header).some(Number.isNaN) ? undefined : header
}

type Field = number | boolean | Fields | null
type Fields = Map<number, Field>

class CompactReader {
  at: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** Undefined where the bytes are no struct. */
  struct(depth: number): Fields | undefined {
    const fields: Fields = new Map()
    let id = 0
    while (depth < mostDepth) {
      const head = this.#bytes[this.at++]
      if (head === undefined) return undefined
      if (head === 0) return fields
      const delta = head >> 4
      id = delta === 0 ? this.#zigzag() : id + delta
      const value = this.#value(head & 15, depth)
      if (value === undefined) return undefined
      fields.set(id, value)
    }
    return undefined
  }

  /** Null for what a page header needs not. */
  #value(type: number, depth: number): Field | undefined {
    switch (type) {
      case 1:
        return true
      case 2:
        return false
      case 3:
        return this.#bytes[this.at++]
      case 4:
      case 5:
      case 6:
        return this.#zigzag()
      case 7:
        this.at += 8
        return null
      case 8:
        this.at += this.#varint()
        return this.at <= this.#bytes.length ? null : undefined
      case 12:
        return this.struct(depth + 1)
      default:
        return undefined
    }
  }

  #zigzag(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #varint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.#bytes[this.at++] ?? 0
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    return Number.POSITIVE_INFINITY
  }
}
