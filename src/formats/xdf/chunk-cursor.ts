/** The samples chunks of one stream, from the first to the last, past those of all others. */
import type { ByteWindow } from '../byte-window.ts'
import { parseHead, readLength } from './chunk-walk.ts'
import type { XdfScan } from './scan.ts'
import type { ScannedStream } from './scanned-stream.ts'
import { tags } from './xdf-format.ts'

export interface SamplesChunk {
  readonly rowsStart: number
  readonly rows: number
  /** Where the chunk behind it begins. */
  readonly end: number
}

/** The longest head, and the longest row count behind it. */
const headAndCountBytes = 15 + 9
/** Longer chunks are read row by row: half a block, as no more of one is to be thrown away. */
const longestAtOnce = 1 << 19

/** At once where the bytes are at hand. */
export type Now<T> = T | Promise<T>

export class ChunkCursor {
  readonly #bytes: ByteWindow
  readonly #scan: XdfScan
  readonly #stream: ScannedStream
  #offset: number

  constructor(bytes: ByteWindow, scan: XdfScan, stream: ScannedStream) {
    this.#bytes = bytes
    this.#scan = scan
    this.#stream = stream
    this.#offset = stream.firstChunk < 0 ? scan.end : stream.firstChunk
  }

  /** A promise only where the bytes are not at hand: files have many small chunks. */
  next(): Now<SamplesChunk | null> {
    while (this.#offset < this.#stream.end) {
      const offset = this.#offset
      const bytes = this.#bytes.peek(offset, headAndCountBytes)
      if (!bytes) return this.#load(offset)
      const found = this.#look(offset, bytes)
      if (found !== undefined) return this.#whole(offset, found)
    }
    return null
  }

  async #load(offset: number): Promise<SamplesChunk | null> {
    const found = this.#look(offset, await this.#bytes.load(offset, headAndCountBytes))
    return found === undefined ? this.next() : this.#whole(offset, found)
  }

  /** Moves on. Undefined where a chunk of another stream stands, null where nothing follows. */
  #look(offset: number, bytes: Uint8Array): SamplesChunk | null | undefined {
    const head = parseHead(bytes, offset)
    const repair = this.#scan.repairs.get(offset)
    const end = repair?.next ?? head?.end
    if (end === undefined) return null
    if (head?.tag !== tags.samples || head.stream !== this.#stream.header.number) {
      this.#offset = end
      return undefined
    }
    this.#offset = this.#stream.jumps.get(end) ?? end
    if (repair) return { rowsStart: repair.rowsStart, rows: repair.rows, end }
    const count = readLength(bytes, head.contentStart - offset)
    if (!count) return null
    return { rowsStart: head.contentStart + count.bytes, rows: count.value, end }
  }

  /** With the head behind it, which is asked for before the rows: a block must not begin there. */
  #whole(offset: number, found: SamplesChunk | null): Now<SamplesChunk | null> {
    if (!found) return null
    const length = found.end - offset + headAndCountBytes
    if (length > longestAtOnce || this.#bytes.peek(offset, length)) return found
    return this.#bytes.load(offset, length).then(() => found)
  }
}

/** The companion's chunk that follows directly on `chunk`, if it has as many rows. */
export function companionOf(
  bytes: ByteWindow,
  scan: XdfScan,
  chunk: SamplesChunk,
  companion: ScannedStream,
): Now<SamplesChunk | null> {
  if (scan.repairs.has(chunk.end)) return null
  const look = (at: Uint8Array): SamplesChunk | null => {
    const head = parseHead(at, chunk.end)
    if (head?.tag !== tags.samples || head.stream !== companion.header.number) return null
    const count = readLength(at, head.contentStart - chunk.end)
    if (count?.value !== chunk.rows) return null
    return { rowsStart: head.contentStart + count.bytes, rows: count.value, end: head.end }
  }
  const at = bytes.peek(chunk.end, headAndCountBytes)
  return at ? look(at) : bytes.load(chunk.end, headAndCountBytes).then(look)
}
