/**
 * From chunk to chunk through an XDF file: heads, what could be a head, and where to go on after
 * damage. No length is believed before it was held against the size of the file.
 */
import type { ByteWindow } from '../byte-window.ts'
import { boundaryUuid, tags } from './xdf-format.ts'

export interface ChunkHead {
  readonly tag: number
  /** 0 for the tags that have none. */
  readonly stream: number
  /** Behind tag and stream id. */
  readonly contentStart: number
  /** As declared: it may lie behind the end of the file, or before the content. */
  readonly end: number
}

/** Room for the longest head: 1 + 8 + 2 + 4 bytes. */
const headBytes = 15

/** Undefined where no chunk head can stand: damage, or fewer bytes left than a head takes. */
export async function readHead(bytes: ByteWindow, offset: number): Promise<ChunkHead | undefined> {
  return parseHead(bytes.peek(offset, headBytes) ?? (await bytes.load(offset, headBytes)), offset)
}

/** As `readHead`; undefined also where the bytes are not at hand. */
export function peekHead(bytes: ByteWindow, offset: number): ChunkHead | undefined {
  const head = bytes.peek(offset, headBytes)
  return head && parseHead(head, offset)
}

export function parseHead(head: Uint8Array, offset: number): ChunkHead | undefined {
  const length = readLength(head, 0)
  if (!length || head.length < length.bytes + 2) return undefined
  const at = length.bytes
  const tag = head[at]! | (head[at + 1]! << 8)
  const end = offset + at + length.value
  if (tag === tags.fileHeader || tag === tags.boundary || tag > tags.streamFooter || tag === 0) {
    return { tag, stream: 0, contentStart: offset + at + 2, end }
  }
  if (head.length < at + 6) return undefined
  const stream = uint32(head, at + 2)
  return { tag, stream, contentStart: offset + at + 6, end }
}

export interface VariableLength {
  readonly value: number
  /** Bytes that it takes in the file, its own size byte included. */
  readonly bytes: number
}

export function readLength(bytes: Uint8Array, at: number): VariableLength | undefined {
  const size = bytes[at]
  if (size === 1) return at + 2 > bytes.length ? undefined : { value: bytes[at + 1]!, bytes: 2 }
  if (size === 4)
    return at + 5 > bytes.length ? undefined : { value: uint32(bytes, at + 1), bytes: 5 }
  if (size !== 8 || at + 9 > bytes.length) return undefined
  // Beyond 2^53 the sum is inexact, but then it is beyond any file, too.
  return { value: uint32(bytes, at + 1) + uint32(bytes, at + 5) * 2 ** 32, bytes: 9 }
}

function uint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  )
}

/**
 * Whether a chunk can begin here: the end of the file, or a head that lies within it.
 * @param knows whether there is such a stream; chance makes up heads, but hardly known streams
 */
export async function isPlausible(
  bytes: ByteWindow,
  offset: number,
  knows: (stream: number) => boolean = () => true,
): Promise<boolean> {
  if (offset === bytes.size) return true
  if (offset > bytes.size) return false
  const head = await readHead(bytes, offset)
  if (!head || head.tag < 1 || head.tag > 6) return false
  if (head.end > bytes.size || head.end < head.contentStart) return false
  return head.stream === 0 || head.tag === tags.streamHeader || knows(head.stream)
}

/** Where the next boundary's UUID ends; undefined where there is none up to the end of the file. */
export async function findBoundary(bytes: ByteWindow, from: number): Promise<number | undefined> {
  return findBytes(bytes, from, bytes.size, boundaryUuid)
}

/**
 * The first place from `from` on where a chunk of a known stream stands, with another one behind
 * it: damage then costs one chunk, and not all up to the next boundary.
 */
export async function findChunk(
  bytes: ByteWindow,
  from: number,
  to: number,
  knows: (stream: number) => boolean,
): Promise<number | undefined> {
  for (let start = from; start < to; start += scanBytes) {
    const block = await bytes.view(start, Math.min(scanBytes + headBytes, bytes.size - start))
    const end = Math.min(scanBytes, to - start)
    // What is found in the block is checked elsewhere in the file, and the block is gone then.
    const candidates: number[] = []
    for (let i = 0; i < end; i++) {
      const size = block[i]!
      if (size !== 1 && size !== 4 && size !== 8) continue
      const tag = block[i + size + 1]
      if (tag === undefined || tag < 2 || tag > 6 || block[i + size + 2] !== 0) continue
      const head = parseHead(block.subarray(i, i + headBytes), start + i)
      if (head && head.end <= bytes.size && isKnown(head, knows)) candidates.push(start + i)
    }
    for (const candidate of candidates) {
      const head = await readHead(bytes, candidate)
      if (head && (await isPlausible(bytes, head.end, knows))) return candidate
    }
  }
  return undefined
}

function isKnown(head: ChunkHead, knows: (stream: number) => boolean): boolean {
  if (head.end < head.contentStart) return false
  return head.tag === tags.boundary || head.tag === tags.streamHeader || knows(head.stream)
}

const scanBytes = 1 << 20

/** Where the first occurrence of `pattern` in the range ends. */
export async function findBytes(
  bytes: ByteWindow,
  from: number,
  to: number,
  pattern: Uint8Array,
): Promise<number | undefined> {
  const needle = Buffer.from(pattern.buffer, pattern.byteOffset, pattern.length)
  for (let offset = from; offset < to; offset += scanBytes) {
    const length = Math.min(scanBytes + pattern.length - 1, to - offset)
    const block = await bytes.view(offset, length)
    const found = Buffer.from(block.buffer, block.byteOffset, block.length).indexOf(needle)
    if (found >= 0) return offset + found + pattern.length
  }
  return undefined
}
