/**
 * The bytes a writer has not handed over yet: whole XDF chunks in one reusable buffer. Grows only
 * when a single chunk needs more room than there is.
 */
import { boundaryUuid, tags } from './xdf-format.ts'

const encoder = new TextEncoder()

export class ChunkBytes {
  length = 0
  bytes: Uint8Array
  view: DataView

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** True when `more` bytes fit without growing. */
  hasRoom(more: number): boolean {
    return this.length + more <= this.bytes.length
  }

  grow(capacity: number): void {
    const bytes = new Uint8Array(capacity)
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }

  uint32(value: number): void {
    this.view.setUint32(this.length, value, true)
    this.length += 4
  }

  float64(value: number): void {
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  /** Length with a size of 4 bytes, tag, and stream id: the beginning of most chunks. */
  beginChunk(tag: number, stream: number, contentBytes: number): void {
    this.view.setUint8(this.length, 4)
    this.view.setUint32(this.length + 1, contentBytes + 6, true)
    this.view.setUint16(this.length + 5, tag, true)
    this.view.setUint32(this.length + 7, stream, true)
    this.length += 11
  }

  boundary(): void {
    this.view.setUint8(this.length, 1)
    this.view.setUint8(this.length + 1, boundaryUuid.length + 2)
    this.view.setUint16(this.length + 2, tags.boundary, true)
    this.bytes.set(boundaryUuid, this.length + 4)
    this.length += boundaryChunkBytes
  }

  clockOffset(stream: number, time: number, offset: number): void {
    this.beginChunk(tags.clockOffset, stream, 16)
    this.float64(time)
    this.float64(offset)
  }

  /** Room must have been made for `textChunkBytes(text)`. */
  textSample(stream: number, time: number, text: string): void {
    const room = this.bytes.subarray(this.length + textPrefixBytes)
    const { written } = encoder.encodeInto(text, room)
    this.beginChunk(tags.samples, stream, textPrefixBytes - 11 + written)
    this.view.setUint8(this.length, 1)
    this.view.setUint8(this.length + 1, 1)
    this.view.setUint8(this.length + 2, 8)
    this.view.setFloat64(this.length + 3, time, true)
    this.view.setUint8(this.length + 11, 4)
    this.view.setUint32(this.length + 12, written, true)
    this.length += 16 + written
  }

  /** As `textSample`, with a text for every channel; room for `rowChunkBytes(texts)`. */
  rowSample(stream: number, time: number, texts: readonly string[]): void {
    const from = this.length
    this.length += rowPrefixBytes
    for (const text of texts) {
      const { written } = encoder.encodeInto(text, this.bytes.subarray(this.length + 5))
      this.view.setUint8(this.length, 4)
      this.view.setUint32(this.length + 1, written, true)
      this.length += 5 + written
    }
    const end = this.length
    this.length = from
    this.beginChunk(tags.samples, stream, end - from - 11)
    this.view.setUint8(this.length, 1)
    this.view.setUint8(this.length + 1, 1)
    this.view.setUint8(this.length + 2, 8)
    this.view.setFloat64(this.length + 3, time, true)
    this.length = end
  }

  /** A chunk whose content is XML. `stream` is null for the file header. */
  xml(tag: number, stream: number | null, xml: Uint8Array): void {
    if (stream === null) {
      this.view.setUint8(this.length, 4)
      this.view.setUint32(this.length + 1, xml.length + 2, true)
      this.view.setUint16(this.length + 5, tag, true)
      this.length += 7
    } else this.beginChunk(tag, stream, xml.length)
    this.bytes.set(xml, this.length)
    this.length += xml.length
  }
}

export const boundaryChunkBytes = 4 + boundaryUuid.length
export const clockOffsetChunkBytes = 27
/** Chunk head, sample count, stamp and text length: all before the text itself. */
const textPrefixBytes = 11 + 2 + 9 + 5
/** Of a row of texts: what comes before the first of them. */
const rowPrefixBytes = 22

/** No UTF-16 unit takes more than three bytes in UTF-8. */
export function textChunkBytes(text: string): number {
  return textPrefixBytes + 3 * text.length
}

export function rowChunkBytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + 5 + 3 * text.length, rowPrefixBytes)
}

export function xmlChunkBytes(xml: Uint8Array): number {
  return 11 + xml.length
}
