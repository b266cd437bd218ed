/** One stream that a lane reads: from a device's ring, or from the queue behind another lane. */
import type { LentMemory } from '../graph/index.ts'
import { Bell, QueueCells, type ReadResult, RingReader, type SharedRing } from '../ring/index.ts'
import { type ChunkBuffer, type Gap, strideFor } from '../signal/index.ts'
import type { LaneSource, QueueEnd } from './messages.ts'

export class LaneInput {
  readonly name: string
  readonly chunk: ChunkBuffer
  /** The queue that it stands at the end of; null for a device's stream. */
  readonly cells: QueueCells | null
  /** It reads no sample from this one on. */
  until = Number.POSITIVE_INFINITY
  watermarkTime = Number.NEGATIVE_INFINITY
  /** Watermarks taken, or passed over for later ones. */
  #heard = 0
  /** Where the next one holds: it is not read beyond before. */
  #watermarkSample = Number.POSITIVE_INFINITY
  /** Frames read since the last snapshot. */
  framesRead = 0
  /** A ring could not give back many more than these. */
  readonly #mostFrames: number
  #overruns = 0
  readonly #reader: RingReader
  readonly #end: QueueEnd | null
  readonly #writerBell: Bell | null
  readonly #gap = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' as Gap['reason'] }

  private constructor(
    name: string,
    ring: SharedRing,
    from: number | 'first',
    end: QueueEnd | null,
    memory: LentMemory,
    maxFrames: number,
  ) {
    this.name = name
    this.#reader = new RingReader(ring, from)
    this.#end = end
    this.cells = end ? new QueueCells(end.queue.shared) : null
    this.#writerBell = end ? new Bell(end.writerBell) : null
    this.#mostFrames = end ? end.queue.shared.holdsFrames : ring.shape.capacityFrames >> 2
    this.chunk = chunkIn(memory, ring.shape, maxFrames)
    this.cells?.moveTo(end!.reader, this.#reader.position)
  }

  /** @param at where an earlier thread was; without one, where the order says */
  static ofSource(
    name: string,
    { ring, from }: LaneSource,
    at: number | undefined,
    memory: LentMemory,
    maxFrames: number,
  ): LaneInput {
    return new LaneInput(name, ring, at ?? from, null, memory, maxFrames)
  }

  static ofQueue(
    name: string,
    end: QueueEnd,
    at: number | undefined,
    memory: LentMemory,
    maxFrames: number,
  ): LaneInput {
    const isNew = at === undefined || Number.isNaN(at)
    return new LaneInput(name, end.queue.shared.ring, isNew ? 'first' : at, end, memory, maxFrames)
  }

  /** Index of the next sample; NaN at the end of a queue that nothing came out of yet. */
  get nextSample(): number {
    return this.#reader.nextSample
  }

  get waitingFrames(): number {
    return this.#reader.behind
  }

  get capacityFrames(): number {
    return this.#end?.queue.shared.holdsFrames ?? this.#reader.shared.shape.capacityFrames
  }

  get overrunFrames(): number {
    return this.#reader.overruns
  }

  /** So much was read since the last snapshot that another one is due. */
  get isFarAhead(): boolean {
    return this.framesRead > this.#mostFrames
  }

  /** It has read all that comes before `until`. */
  get isThere(): boolean {
    const { nextSample } = this
    return nextSample >= this.until || (this.until === 0 && Number.isNaN(nextSample))
  }

  /**
   * Goes on to the next watermark behind what it has read.
   * @returns false when there is none; else it is `watermarkTime`
   */
  takeWatermark(): boolean {
    const { cells } = this
    if (!cells || cells.watermarks === this.#heard) return false
    for (;;) {
      this.#heard = cells.heldWatermark(this.#heard)
      this.#watermarkSample = cells.watermarkSample(this.#heard)
      const time = cells.watermarkTime(this.#heard)
      // Overwritten meanwhile: a later one is there.
      if (cells.heldWatermark(this.#heard) !== this.#heard) continue
      if (!(Number.isNaN(this.#watermarkSample) || this.nextSample >= this.#watermarkSample)) {
        return false
      }
      this.watermarkTime = time
      this.#heard++
      this.#watermarkSample = Number.POSITIVE_INFINITY
      return true
    }
  }

  /** What the last `read` reported. */
  get gap(): Gap {
    return this.#gap
  }

  read(): ReadResult {
    if (Number.isNaN(this.#reader.nextSample)) {
      const first = this.cells?.firstSample ?? Number.NaN
      if (Number.isNaN(first)) return 'empty'
      this.#reader.expect(first)
    }
    const result = this.#reader.read(this.chunk, Math.min(this.until, this.#watermarkSample))
    if (result === 'empty') return result
    if (result === 'chunk') this.framesRead += this.chunk.frames
    else this.#take(this.#reader.gap)
    if (this.cells) this.#tellWriter(this.cells, this.#end!)
    return result
  }

  #take({ atSample, lostSamples, exact, reason }: Gap): void {
    this.#gap.atSample = atSample
    this.#gap.lostSamples = lostSamples
    this.#gap.exact = exact
    this.#gap.reason = reason
    const dropped = this.#reader.overruns - this.#overruns
    if (!this.cells || dropped === 0) return
    // The queue dropped its oldest, because that is its policy.
    this.#overruns = this.#reader.overruns
    this.#gap.reason = 'dropped'
    this.cells.addDropped(this.#end!.reader, dropped)
  }

  #tellWriter(cells: QueueCells, { reader, queue }: QueueEnd): void {
    cells.moveTo(reader, this.#reader.position)
    if (!cells.isAwaited || this.#reader.behind > queue.shared.holdsFrames >> 1) return
    if (cells.wake()) this.#writerBell!.ring()
  }
}

function chunkIn(
  memory: LentMemory,
  { format, channels }: SharedRing['shape'],
  maxFrames: number,
): ChunkBuffer {
  const stride = strideFor(channels)
  return {
    firstSample: 0,
    frames: 0,
    data: memory.samples(format, stride * maxFrames),
    stride,
    time: new Float64Array(maxFrames),
    hostTime: new Float64Array(maxFrames),
    deviceTime: null,
    sequence: null,
  }
}
