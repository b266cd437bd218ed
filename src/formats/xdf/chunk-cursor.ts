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

  async next(): Promise<SamplesChunk | null> {
    const { number } = this.#stream.header
    while (this.#offset < this.#stream.end) {
      const offset = this.#offset
      const bytes =
        this.#bytes.peek(offset, headAndCountBytes) ??
        (await this.#bytes.load(offset, headAndCountBytes))
      const head = parseHead(bytes, offset)
      const repair = this.#scan.repairs.get(offset)
      const end = repair?.next ?? head?.end
      if (end === undefined) return null
      if (head?.tag !== tags.samples || head.stream !== number) {
        this.#offset = end
        continue
      }
      this.#offset = this.#stream.jumps.get(end) ?? end
      if (repair) return { rowsStart: repair.rowsStart, rows: repair.rows, end }
      const count = readLength(bytes, head.contentStart - offset)
      if (!count) return null
      return { rowsStart: head.contentStart + count.bytes, rows: count.value, end }
    }
    return null
  }
}

/** The companion's chunk that follows directly on `chunk`, if it has as many rows. */
export async function companionOf(
  bytes: ByteWindow,
  scan: XdfScan,
  chunk: SamplesChunk,
  companion: ScannedStream,
): Promise<SamplesChunk | null> {
  if (scan.repairs.has(chunk.end)) return null
  const at =
    bytes.peek(chunk.end, headAndCountBytes) ?? (await bytes.load(chunk.end, headAndCountBytes))
  const head = parseHead(at, chunk.end)
  if (head?.tag !== tags.samples || head.stream !== companion.header.number) return null
  const count = readLength(at, head.contentStart - chunk.end)
  if (count?.value !== chunk.rows) return null
  return { rowsStart: head.contentStart + count.bytes, rows: count.value, end: head.end }
}
