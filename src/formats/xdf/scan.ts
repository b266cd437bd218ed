/**
 * The first pass over an XDF file: its structure from head to head, every stream's description,
 * clock offsets and time stamps, and a list of the places where a second pass must not believe
 * what stands there. Values of samples are not looked at.
 */
import { SynapseError } from '../../signal/index.ts'
import { type ByteWindow, viewOf } from '../byte-window.ts'
import type { ProblemLog } from '../problems.ts'
import { maxChunkFrames } from '../recording.ts'
import {
  type ChunkHead,
  findBoundary,
  findChunk,
  isPlausible,
  peekHead,
  readHead,
  readLength,
} from './chunk-walk.ts'
import { RowWalk, walkRows } from './decode-rows.ts'
import { stampBytes } from './encode-rows.ts'
import { endOfHeader, readHeaderXml } from './header-chunk.ts'
import { readGapNote } from './own-texts.ts'
import { RowMeasure, type RowsFound } from './row-measure.ts'
import { type ChunkRows, ScannedStream, type TextRoom } from './scanned-stream.ts'
import { readStartedAt, readStreamHeader } from './stream-header.ts'
import { type TextWalk, walkTextRows } from './text-rows.ts'
import { boundaryUuid, limits, magic, tags } from './xdf-format.ts'
import { numberAt } from './xml-tree.ts'

/** At a damaged chunk: the rows that it holds all the same, and where the next chunk is. */
export interface Repair {
  readonly rowsStart: number
  readonly rows: number
  readonly next: number
}

export interface XdfScan {
  readonly startedAt: Date | null
  readonly streams: readonly ScannedStream[]
  readonly repairs: ReadonlyMap<number, Repair>
  /** Behind the last chunk that makes sense. */
  readonly end: number
}

/** @throws SynapseError file-damaged when nothing at all can be read */
export async function scanXdf(
  bytes: ByteWindow,
  name: string,
  problems: ProblemLog,
): Promise<XdfScan> {
  const scanner = new Scanner(bytes, name, problems)
  return scanner.scan()
}

const rowWindowBytes = 1 << 20

class Scanner {
  readonly #bytes: ByteWindow
  readonly #name: string
  readonly #problems: ProblemLog
  readonly #streams = new Map<number, ScannedStream>()
  readonly #byId = new Map<string, ScannedStream>()
  /** Streams that have chunks, but no description that makes sense. */
  readonly #undescribed = new Set<number>()
  readonly #repairs = new Map<number, Repair>()
  readonly #walk: RowWalk
  readonly #measure: RowMeasure
  readonly #textRoom: TextRoom = { rows: limits.markers, bytes: limits.markerBytes }
  #startedAt: Date | null = null
  #hasFileHeader = false
  /** A chunk of ours whose companion, directly behind it, will say its indices. */
  #pending: { readonly stream: ScannedStream; readonly rows: ChunkRows } | null = null

  constructor(bytes: ByteWindow, name: string, problems: ProblemLog) {
    this.#bytes = bytes
    this.#name = name
    this.#problems = problems
    // A row takes a byte at least.
    const rows = Math.min(maxChunkFrames, bytes.size)
    this.#walk = new RowWalk(rows)
    this.#measure = new RowMeasure(bytes, this.#knows, new RowWalk(rows))
  }

  readonly #knows = (stream: number) => this.#streams.has(stream) || this.#undescribed.has(stream)

  async scan(): Promise<XdfScan> {
    const { size } = this.#bytes
    let offset = magic.length
    while (offset < size && this.#repairs.size < limits.repairs) {
      offset = this.#takeAtHand(offset)
      if (offset === size) break
      const head = await readHead(this.#bytes, offset)
      const next = head ? await this.#chunk(offset, head) : undefined
      if (head && next !== undefined && next !== head.end) this.#noteLie(offset, next)
      offset = next ?? (await this.#recover(offset, head))
    }
    if (offset < size) this.#problems.note('too-many', `byte ${offset}: too much damage to go on`)
    this.#settlePending(undefined)
    if (this.#streams.size === 0 && (this.#problems.any || !this.#hasFileHeader)) {
      const reason = this.#problems.list()[0]?.message ?? 'nothing in it'
      throw new SynapseError('file-damaged', `reading ${this.#name}: no stream found (${reason})`, {
        remedy: 'Recover the file from a copy; nothing can be read from this one.',
      })
    }
    const streams = [...this.#streams.values()]
    return { startedAt: this.#startedAt, streams, repairs: this.#repairs, end: offset }
  }

  /** Where the next chunk is; undefined where this one makes no sense. */
  async #chunk(offset: number, head: ChunkHead): Promise<number | undefined> {
    if (head.tag === tags.samples) return this.#samples(offset, head)
    this.#settlePending(undefined)
    switch (head.tag) {
      case tags.fileHeader:
        return this.#fileHeader(head)
      case tags.streamHeader:
        return this.#streamHeader(head)
      case tags.clockOffset:
        return this.#clockOffset(head)
      case tags.boundary: {
        const end = head.contentStart + boundaryUuid.length
        return end === head.end || (await this.#plausible(end)) ? end : undefined
      }
      case tags.streamFooter:
        return this.#footer(head)
      default:
        if (!(await isPlausible(this.#bytes, head.end))) return undefined
        this.#problems.note('unknown-chunk', `tag ${head.tag} at ${offset}`)
        return head.end
    }
  }

  /** What a footer says, the samples say better; of ours it says whether they are all there. */
  async #footer(head: ChunkHead): Promise<number | undefined> {
    const stream = this.#streams.get(head.stream)
    if (!stream?.header.role) return endOfHeader(this.#bytes, head)
    const xml = await readHeaderXml(this.#bytes, head)
    if (!xml) return undefined
    const written = numberAt(xml.parsed.root, 'sample_count')
    if (written === stream.samples) return xml.end
    const where = `stream ${head.stream}`
    const detail = `${where} has ${stream.samples} rows, and had ${written} when it was closed`
    this.#problems.note('account-mismatch', detail, where)
    return xml.end
  }

  /** A second pass would believe the length. Samples have been repaired already. */
  #noteLie(offset: number, next: number): void {
    if (this.#repairs.has(offset)) return
    this.#problems.note('damaged-chunk', `the chunk at byte ${offset} lies about its length`)
    this.#repairs.set(offset, { rowsStart: offset, rows: 0, next })
  }

  /** Goes on where the next chunk can be found; ends the pass where there is none. */
  async #recover(offset: number, head: ChunkHead | undefined): Promise<number> {
    const { size } = this.#bytes
    this.#settlePending(undefined)
    const boundary = await findBoundary(this.#bytes, offset)
    const next =
      (await findChunk(this.#bytes, offset + 1, boundary ?? size, this.#knows)) ?? boundary
    const cut = next === undefined && (head ? head.end > size : size - offset < 15)
    this.#problems.note(
      cut ? 'truncated' : 'damaged-chunk',
      cut
        ? `the file ends within a chunk at byte ${offset}`
        : `bytes ${offset} to ${next ?? size} make no sense`,
    )
    this.#repairs.set(offset, { rowsStart: offset, rows: 0, next: next ?? size })
    return next ?? size
  }

  async #fileHeader(head: ChunkHead): Promise<number | undefined> {
    const xml = await readHeaderXml(this.#bytes, head)
    if (!xml) return undefined
    this.#hasFileHeader = true
    this.#startedAt ??= readStartedAt(xml.parsed.root)
    if (xml.parsed.fault) this.#badHeader('the file header', xml.parsed.fault)
    return xml.end
  }

  async #streamHeader(head: ChunkHead): Promise<number | undefined> {
    const xml = await readHeaderXml(this.#bytes, head)
    if (!xml) return undefined
    const where = `the header of stream ${head.stream}`
    const header = readStreamHeader(head.stream, xml.parsed.root)
    if ('fault' in header) {
      this.#badHeader(where, xml.parsed.fault ?? header.fault)
      this.#undescribed.add(head.stream)
      return xml.end
    }
    if (xml.parsed.fault) this.#badHeader(where, xml.parsed.fault)
    if (this.#streams.has(head.stream)) {
      this.#problems.note('duplicate-stream', `${where} comes twice`, where)
    } else if (this.#streams.size >= limits.streams) {
      this.#problems.note('too-many', `more than ${limits.streams} streams`)
    } else {
      const stream = new ScannedStream(header, this.#problems, this.#textRoom)
      this.#streams.set(head.stream, stream)
      this.#byId.set(header.info.id, stream)
    }
    return xml.end
  }

  #badHeader(where: string, fault: string): void {
    this.#problems.note('bad-header', `${where}: ${fault}`, where)
  }

  async #clockOffset(head: ChunkHead): Promise<number | undefined> {
    const end = head.contentStart + 16
    const stream = this.#streams.get(head.stream)
    if (!stream || (end !== head.end && !(await this.#plausible(end)))) {
      return (await this.#plausible(head.end)) ? head.end : undefined
    }
    const content = await this.#bytes.view(head.contentStart, 16)
    if (content.length < 16) return undefined
    const view = viewOf(content)
    stream.tookOffset(view.getFloat64(0, true), view.getFloat64(8, true))
    return end
  }

  async #samples(offset: number, head: ChunkHead): Promise<number | undefined> {
    const stream = this.#streams.get(head.stream)
    if (!stream) {
      if (!(await isPlausible(this.#bytes, head.end))) return undefined
      this.#undescribed.add(head.stream)
      const where = `stream ${head.stream}`
      this.#problems.note('orphan-samples', `${where} has no header`, where)
      return head.end
    }
    const taken = newChunkRows()
    if (!(await this.#loadWhole(stream, head)) || !this.#takeAtOnce(stream, head, taken)) {
      const found = await this.#measure.find(head, stream.header)
      if (found.fault) this.#noteFault(offset, found)
      if (found.next === undefined) return undefined
      await this.#take(stream, found, taken)
      if (found.fault) {
        const { rowsStart, rows, next } = found
        this.#repairs.set(offset, { rowsStart, rows, next })
      }
      stream.tookChunk(offset, found.next)
      this.#settle(stream, taken)
      return found.next
    }
    stream.tookChunk(offset, head.end)
    this.#settle(stream, taken)
    return head.end
  }

  #noteFault(offset: number, found: RowsFound): void {
    this.#problems.note(
      found.fault!,
      found.fault === 'truncated'
        ? `the file ends within a chunk at byte ${offset}`
        : `samples at byte ${offset} are damaged`,
    )
  }

  /** The usual case, without a promise: sound samples, chunk by chunk. @returns where they end */
  #takeAtHand(from: number): number {
    for (let offset = from; ; ) {
      const head = peekHead(this.#bytes, offset)
      const stream = head?.tag === tags.samples ? this.#streams.get(head.stream) : undefined
      if (!head || !stream) return offset
      const taken = newChunkRows()
      if (!this.#takeAtOnce(stream, head, taken)) return offset
      stream.tookChunk(offset, head.end)
      this.#settle(stream, taken)
      offset = head.end
    }
  }

  /** A chunk of a usual size; one with a length that lies reads no more than that. */
  async #loadWhole(stream: ScannedStream, head: ChunkHead): Promise<boolean> {
    const length = head.end - head.contentStart
    if (stream.isText || !this.#isInside(head) || length > rowWindowBytes) return false
    return (await this.#bytes.load(head.contentStart, length)).length === length
  }

  #takeAtOnce(stream: ScannedStream, head: ChunkHead, taken: ChunkRows): boolean {
    if (stream.isText || !this.#isInside(head)) return false
    const bytes = this.#bytes.peek(head.contentStart, head.end - head.contentStart)
    const count = bytes && readLength(bytes, 0)
    if (!count || count.value > maxChunkFrames) return false
    const { rowBytes, periodSeconds } = stream.header
    const walk = this.#walk
    const view = viewOf(bytes)
    walk.lastStamp = stream.lastStamp
    walk.badStamps = 0
    walkRows(walk, view, count.bytes, bytes.length, count.value, rowBytes, periodSeconds)
    if (walk.rows !== count.value || walk.end !== bytes.length) return false
    this.#tookWalk(stream, view, taken)
    return true
  }

  async #take(stream: ScannedStream, found: RowsFound, taken: ChunkRows): Promise<void> {
    if (stream.isText) return this.#takeTexts(stream, found)
    const { rowBytes, periodSeconds } = stream.header
    const walk = this.#walk
    let offset = found.rowsStart
    while (taken.rows < found.rows) {
      const room = Math.max(rowWindowBytes, rowBytes + stampBytes)
      const bytes = await this.#bytes.view(offset, room)
      const view = viewOf(bytes)
      const most = Math.min(found.rows - taken.rows, maxChunkFrames)
      walk.lastStamp = stream.lastStamp
      walk.badStamps = 0
      walkRows(walk, view, 0, bytes.length, most, rowBytes, periodSeconds)
      if (walk.rows === 0) return
      this.#tookWalk(stream, view, taken)
      offset += walk.end
    }
  }

  #tookWalk(stream: ScannedStream, view: DataView, taken: ChunkRows): void {
    stream.lastStamp = this.#walk.lastStamp
    if (this.#walk.badStamps > 0) this.#badStamp(stream)
    stream.tookRows(this.#walk, view, taken)
  }

  #badStamp(stream: ScannedStream): void {
    const where = `stream ${stream.header.number}`
    this.#problems.note('bad-time', `a stamp of ${where} is NaN`, where)
  }

  async #takeTexts(stream: ScannedStream, found: RowsFound): Promise<void> {
    const walk: TextWalk = { rows: 0, end: 0, lastStamp: stream.lastStamp, badStamps: 0 }
    const { channelCount, periodSeconds } = stream.header
    let offset = found.rowsStart
    let room = rowWindowBytes
    for (let rows = 0; rows < found.rows; rows += walk.rows) {
      const bytes = await this.#bytes.view(offset, room)
      const visit = (time: number, text: string) => this.#text(stream, time, text)
      const most = found.rows - rows
      walkTextRows(walk, bytes, viewOf(bytes), 0, most, channelCount, periodSeconds, visit)
      if (walk.rows === 0 && offset + room >= this.#bytes.size) break
      if (walk.rows === 0) room *= 2
      offset += walk.end
    }
    stream.lastStamp = walk.lastStamp
    if (walk.badStamps > 0) this.#badStamp(stream)
  }

  #text(stream: ScannedStream, time: number, text: string): void {
    if (stream.header.role !== 'gaps') {
      stream.tookText(time, text)
      return
    }
    stream.samples += 1
    const noted = readGapNote(time, text)
    const concerned = noted && this.#byId.get(noted.stream)?.numbered
    if (concerned) concerned.note(noted.note)
    else this.#problems.note('gap-mismatch', `a gap of an unknown stream`)
  }

  /** Rows of ours wait for their companion; a companion settles what waits. */
  #settle(stream: ScannedStream, rows: ChunkRows): void {
    const { role, clockOf } = stream.header
    const pending = this.#pending
    const matches =
      role === 'clock' &&
      pending?.stream.header.info.id === clockOf &&
      pending?.rows.rows === rows.rows
    this.#settlePending(matches ? rows : undefined)
    if (role === 'signal' && rows.rows > 0) this.#pending = { stream, rows }
  }

  #settlePending(companion: ChunkRows | undefined): void {
    const pending = this.#pending
    if (!pending) return
    this.#pending = null
    const { rows, firstStamp, lastStamp } = pending.rows
    const sound =
      companion !== undefined &&
      Number.isSafeInteger(companion.firstIndex) &&
      companion.firstIndex >= 0 &&
      companion.lastIndex === companion.firstIndex + companion.rows - 1
    if (!sound) pending.stream.unpaired += rows
    const index = sound ? companion.firstIndex : undefined
    pending.stream.numbered!.add(rows, firstStamp, lastStamp, index)
  }

  #isInside(head: ChunkHead): boolean {
    return head.end >= head.contentStart && head.end <= this.#bytes.size
  }

  #plausible(offset: number): Promise<boolean> {
    return isPlausible(this.#bytes, offset, this.#knows)
  }
}

function newChunkRows(): ChunkRows {
  return { rows: 0, firstStamp: 0, lastStamp: 0, firstIndex: Number.NaN, lastIndex: Number.NaN }
}
