/** Where in a sound file of each format the places are that mean something. */
import { parquetMetadata } from 'hyparquet'
import type { Anatomy, Field } from './mutations.ts'

/** Chunks of XDF: their lengths, tags, streams, counts, stamps, and the words of their XML. */
export function xdfAnatomy(bytes: Uint8Array): Anatomy {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const fields: Field[] = []
  const parts: [number, number][] = []
  for (let at = 4; at < bytes.length; ) {
    const size = bytes[at]!
    const length = size === 1 ? bytes[at + 1]! : view.getUint32(at + 1, true)
    const tag = at + 1 + size
    const end = tag + length
    const content = tag + 2
    fields.push(
      { at, length: 1, kind: 'integer' },
      { at: at + 1, length: size, kind: 'integer' },
      { at: tag, length: 2, kind: 'integer' },
      { at: content, length: 4, kind: 'integer' },
    )
    const kind = bytes[tag]!
    if (kind === 3) {
      fields.push({ at: content + 4, length: 1, kind: 'integer' })
      fields.push({ at: content + 5, length: 4, kind: 'integer' })
      fields.push({ at: content + 9, length: 1, kind: 'integer' })
      fields.push({ at: content + 10, length: 8, kind: 'float' })
    } else if (kind === 4) {
      fields.push({ at: content + 4, length: 8, kind: 'float' })
      fields.push({ at: content + 12, length: 8, kind: 'float' })
    } else if (kind !== 5) fields.push(...tokens(bytes, content, end, /[^<>"\s]+/g))
    parts.push([at, end])
    at = end
  }
  return { bytes, fields, parts }
}

/** Fields of the header by their widths, records, and the annotations in them. */
export function edfAnatomy(bytes: Uint8Array): Anatomy {
  const text = Buffer.from(bytes).toString('latin1')
  const signals = Number(text.slice(252, 256))
  const widths = [8, 80, 80, 8, 8, 8, 44, 8, 8, 4]
  for (const width of [16, 80, 8, 8, 8, 8, 8, 80, 8, 32]) {
    for (let signal = 0; signal < signals; signal++) widths.push(width)
  }
  const fields: Field[] = []
  let at = 0
  for (const length of widths) {
    fields.push({ at, length, kind: 'text' })
    at += length
  }
  // Numbers are worth more attempts than names.
  const numbers = fields.filter(({ length }) => length === 8)
  const records = Number(text.slice(236, 244))
  const recordBytes = (bytes.length - at) / records
  const parts = Array.from({ length: records }, (_, i): [number, number] => [
    at + i * recordBytes,
    at + (i + 1) * recordBytes,
  ])
  const onsets = tokens(bytes, at, bytes.length, /[+-]\d[\d.]*/g)
  return { bytes, fields: [...fields, ...numbers, ...numbers, ...onsets], parts }
}

/** Tags of FIF: kinds, types, sizes, where the next one is, and the first numbers in them. */
export function fifAnatomy(bytes: Uint8Array): Anatomy {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const fields: Field[] = []
  const parts: [number, number][] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 16 + view.getInt32(at + 8)
    const inner = Math.min(end, at + 16 + 96)
    for (let place = at; place + 4 <= inner; place += 4) {
      fields.push({ at: place, length: 4, kind: 'integer', bigEndian: true })
    }
    parts.push([at, end])
    at = end
  }
  return { bytes, fields, parts }
}

/** Elements of MATLAB 5, one in the other: their types, lengths and values. */
export function matAnatomy(bytes: Uint8Array): Anatomy {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const fields: Field[] = [{ at: 126, length: 2, kind: 'text' }]
  const parts: [number, number][] = []
  const walk = (from: number, to: number) => {
    for (let at = from; at + 8 <= to; ) {
      const type = view.getUint32(at, true)
      const length = view.getUint32(at + 4, true)
      const end = type === 15 ? at + 8 + length : at + 8 + Math.ceil(length / 8) * 8
      fields.push({ at, length: 4, kind: 'integer' }, { at: at + 4, length: 4, kind: 'integer' })
      parts.push([at, end])
      if (type === 14) walk(at + 8, end)
      else if (length > 0) fields.push({ at: at + 8, length: Math.min(8, length), kind: 'integer' })
      if (type === 9) fields.push({ at: at + 8, length: 8, kind: 'float' })
      at = end
    }
  }
  walk(128, bytes.length)
  return { bytes, fields, parts }
}

/** Pages of Parquet and their headers, the footer byte by byte, and the words of its texts. */
export function parquetAnatomy(bytes: Uint8Array): Anatomy {
  const end = bytes.length - 8
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(end, true)
  const begin = end - length
  const fields: Field[] = [{ at: end, length: 4, kind: 'integer' }]
  for (let at = begin; at < end; at++) {
    fields.push({ at, length: 1, kind: 'integer' }, { at, length: 5, kind: 'integer' })
  }
  fields.push(...tokens(bytes, begin, end, /[\w.]+/g).filter(({ kind }) => kind === 'text'))
  const { row_groups } = parquetMetadata(bytes.buffer.slice(begin) as ArrayBuffer)
  const parts = row_groups.flatMap(({ columns }) =>
    columns.map(({ meta_data }): [number, number] => {
      const from = Number(meta_data!.data_page_offset)
      for (let at = from; at < from + 24; at++) fields.push({ at, length: 1, kind: 'integer' })
      return [from, from + Number(meta_data!.total_compressed_size)]
    }),
  )
  return { bytes, fields, parts: [...parts, [begin, end]] }
}

/** Lines, and the words in them. */
export function textAnatomy(text: string): Anatomy {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'))
  const parts = [...text.matchAll(/[^\n]*\n/g)].map(({ index, 0: line }): [number, number] => [
    index,
    index + line.length,
  ])
  return { bytes, fields: tokens(bytes, 0, bytes.length, /[^,=;\t\r\n\s]+/g), parts }
}

function tokens(bytes: Uint8Array, from: number, to: number, pattern: RegExp): Field[] {
  const text = Buffer.from(bytes.subarray(from, to)).toString('latin1')
  return [...text.matchAll(pattern)].flatMap(({ index, 0: { length } }): Field[] => [
    { at: from + index, length, kind: 'text' },
    { at: from + index, length, kind: 'free' },
  ])
}
