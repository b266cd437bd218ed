/**
 * How many whole rows a samples chunk really holds, without believing what it says: a flipped bit
 * in a length or a count costs the rows around it only.
 */
import { type ByteWindow, viewOf } from '../byte-window.ts'
import { maxChunkFrames } from '../recording.ts'
import { type ChunkHead, findBoundary, isPlausible, readLength } from './chunk-walk.ts'
import { type RowWalk, walkRows } from './decode-rows.ts'
import { stampBytes } from './encode-rows.ts'
import type { XdfStreamHeader } from './stream-header.ts'
import { type TextWalk, walkTextRows } from './text-rows.ts'
import { limits } from './xdf-format.ts'

/** Rows to take from a chunk, and where to go on; `fault` where it does not say so itself. */
export interface RowsFound {
  readonly rowsStart: number
  readonly rows: number
  /** Undefined where nothing tells. */
  readonly next: number | undefined
  readonly fault: 'truncated' | 'damaged-chunk' | null
}

const windowBytes = 1 << 20

export class RowMeasure {
  readonly #bytes: ByteWindow
  readonly #knows: (stream: number) => boolean
  readonly #walk: RowWalk
  readonly #textWalk: TextWalk = { rows: 0, end: 0, lastStamp: 0, badStamps: 0 }

  constructor(bytes: ByteWindow, knows: (stream: number) => boolean, walk: RowWalk) {
    this.#bytes = bytes
    this.#knows = knows
    this.#walk = walk
  }

  async find(head: ChunkHead, header: XdfStreamHeader): Promise<RowsFound> {
    const { size } = this.#bytes
    const count = readLength(await this.#bytes.view(head.contentStart, 9), 0)
    const rowsStart = head.contentStart + (count?.bytes ?? 0)
    if (!count) return this.#skip(head, rowsStart)
    if (head.end > size) return this.#cut(head, header, rowsStart, count.value)
    const declared = head.end - rowsStart
    // A count that lies must not have the rest of the file walked for it.
    const limit = Math.min(size, rowsStart + Math.max(1 << 24, 2 * declared))
    const counted = await this.#rows(header, rowsStart, count.value, limit)
    if (counted.rows === count.value) {
      if (counted.end === head.end) {
        return { rowsStart, rows: counted.rows, next: head.end, fault: null }
      }
      const trusted = await this.#plausible(head.end)
      if (!trusted && (await this.#plausible(counted.end))) {
        return { rowsStart, rows: counted.rows, next: counted.end, fault: 'damaged-chunk' }
      }
    }
    if (!(await this.#plausible(head.end))) return this.#skip(head, rowsStart)
    const inside = await this.#rows(header, rowsStart, Number.POSITIVE_INFINITY, head.end)
    const rows = inside.end === head.end ? inside.rows : 0
    return { rowsStart, rows, next: head.end, fault: 'damaged-chunk' }
  }

  /** The chunk claims to end behind the file: it was cut off, or its length lies. */
  async #cut(
    head: ChunkHead,
    header: XdfStreamHeader,
    rowsStart: number,
    count: number,
  ): Promise<RowsFound> {
    const boundary = await findBoundary(this.#bytes, head.contentStart)
    const found = await this.#rows(header, rowsStart, count, boundary ?? this.#bytes.size)
    if (found.rows === count && (await this.#plausible(found.end))) {
      return { rowsStart, rows: count, next: found.end, fault: 'damaged-chunk' }
    }
    if (boundary === undefined) {
      return { rowsStart, rows: found.rows, next: this.#bytes.size, fault: 'truncated' }
    }
    return { rowsStart, rows: 0, next: undefined, fault: 'damaged-chunk' }
  }

  async #skip(head: ChunkHead, rowsStart: number): Promise<RowsFound> {
    const next = (await this.#plausible(head.end)) ? head.end : undefined
    return { rowsStart, rows: 0, next, fault: 'damaged-chunk' }
  }

  #plausible(offset: number): Promise<boolean> {
    return isPlausible(this.#bytes, offset, this.#knows)
  }

  /** Whole rows from `from` on: at most `maxRows`, none reaching beyond `limit`. */
  async #rows(
    header: XdfStreamHeader,
    from: number,
    maxRows: number,
    limit: number,
  ): Promise<{ rows: number; end: number }> {
    let rows = 0
    let end = from
    let room = Math.max(windowBytes, header.rowBytes + stampBytes)
    while (rows < maxRows && end < limit) {
      const length = Math.min(room, limit - end)
      const bytes = await this.#bytes.view(end, length)
      const found = this.#walkWindow(header, bytes, maxRows - rows)
      if (found.rows === 0) {
        // Only a text can be longer than the window.
        if (length === limit - end || header.rowBytes > 0 || room > limits.markerBytes) break
        room *= 2
        continue
      }
      rows += found.rows
      end += found.end
    }
    return { rows, end }
  }

  #walkWindow(header: XdfStreamHeader, bytes: Uint8Array, maxRows: number) {
    const { channelCount, rowBytes } = header
    const view = viewOf(bytes)
    if (header.format === 'string') {
      walkTextRows(this.#textWalk, bytes, view, 0, maxRows, channelCount, 0, null)
      return this.#textWalk
    }
    const most = Math.min(maxRows, maxChunkFrames)
    walkRows(this.#walk, view, 0, bytes.length, most, rowBytes, 0)
    return this.#walk
  }
}
