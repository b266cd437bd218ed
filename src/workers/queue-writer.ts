/**
 * The writing side of a queue between threads. It never waits itself: the lane that it belongs to
 * asks whether there is room before it takes more input, and what one step gives too much is kept
 * here until then.
 */
import { join } from 'node:path'
import type { QueueSettings } from '../graph/index.ts'
import {
  Bell,
  capacityAtLeast,
  newQueueCells,
  newRing,
  QueueCells,
  queueRoom,
  RingWriter,
  ringBytes,
  type SharedQueue,
} from '../ring/index.ts'
import {
  type Chunk,
  type Gap,
  type NumericFormat,
  newChunkBuffer,
  type StreamInfo,
  SynapseError,
} from '../signal/index.ts'
import { follow } from './follow.ts'
import type { OpenQueue, QueueOrder } from './messages.ts'
import { SpillFile, spillFrames } from './spill-file.ts'

/** A lane reads so many at a time, at most: a queue holds no fewer. */
const fewestFrames = 256
/** Of an irregular stream nobody knows how many come in a second. */
const irregularFrames = 1024
const mostRingBytes = 256 * 2 ** 20

type Waiting =
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  | { readonly kind: 'gap'; readonly gap: Gap }

/** @param number another one every time @throws SynapseError graph-invalid */
export function openQueue(
  { name, queue, readerBells }: QueueOrder,
  info: StreamInfo,
  spillFolder: string,
  number: number,
): OpenQueue {
  const byTime = info.nominalRateHz > 0 ? info.nominalRateHz * queue.seconds : irregularFrames
  const wanted = Math.ceil(queue.frames ?? byTime)
  const loses = queue.policy === 'drop-oldest'
  const holdsFrames = loses ? capacityAtLeast(wanted) : Math.max(fewestFrames, wanted)
  const shape = {
    format: info.sampleFormat as NumericFormat,
    channels: info.channels.length,
    capacityFrames: loses ? holdsFrames : capacityAtLeast(queueRoom * holdsFrames),
    deviceTime: false,
    sequence: false,
  }
  if (ringBytes(shape) > mostRingBytes) {
    throw new SynapseError(
      'graph-invalid',
      `opening the queue behind ${name}: ${holdsFrames} frames do not fit into memory`,
      { remedy: 'Give it fewer seconds or frames; with policy "spill" the rest goes to a file.' },
    )
  }
  const readers = readerBells.length
  const shared: SharedQueue = {
    ring: newRing(shape),
    cells: newQueueCells(readers),
    holdsFrames,
    readers,
  }
  const file = `synapse-${process.pid}-${Date.now()}-${number}.spill`
  return {
    name,
    info,
    shared,
    spillPath: queue.policy === 'spill' ? join(spillFolder, file) : null,
  }
}

export class QueueWriter {
  readonly open: OpenQueue
  readonly #settings: QueueSettings
  readonly #ring: RingWriter
  readonly #cells: QueueCells
  readonly #spill: SpillFile | null
  /** What one step gave beyond what ring and file took: no input is taken before it is gone. */
  readonly #backlog: Waiting[] = []
  readonly #jump = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' as Gap['reason'] }
  #tail: number
  #told = Number.NEGATIVE_INFINITY
  #isBegun: boolean

  /** @param isTakenOver an earlier writer died */
  constructor(open: OpenQueue, { queue, readerBells }: QueueOrder, isTakenOver: boolean) {
    this.open = open
    this.#settings = queue
    const { shared, spillPath } = open
    this.#ring = new RingWriter(shared.ring)
    this.#cells = new QueueCells(shared)
    for (const bell of readerBells) if (bell) this.#ring.attach(new Bell(bell))
    const { shape } = shared.ring
    this.#spill = spillPath
      ? new SpillFile(spillPath, queue.spillBytes, shape, this.#cells, isTakenOver)
      : null
    this.#tail = this.#spill && !this.#spill.isEmpty ? this.#cells.spillTail : this.#ring.expected
    this.#isBegun = !Number.isNaN(this.#cells.firstSample)
  }

  /** Index after all that it was given. */
  get tail(): number {
    return this.#tail
  }

  /** Nothing waits outside of ring and file, where it would be lost with this thread. */
  get isSafe(): boolean {
    return this.#backlog.length === 0
  }

  /** Moves on what waits; asks to be woken when some of it has to stay. @returns room for more */
  hasRoom(): boolean {
    this.#drain()
    if (this.#isOpen() && (this.#spill?.isEmpty ?? true)) return true
    this.#cells.await()
    // Readers may have gone on in between, and not have known that they are waited for.
    this.#drain()
    return this.#isOpen()
  }

  chunk(chunk: Chunk): void {
    if (!this.#isBegun) this.#begin(chunk.firstSample)
    const missing = chunk.firstSample - this.#tail
    if (missing > 0) this.#lost(this.#tail, missing)
    const skipped = Math.max(0, -missing)
    if (skipped >= chunk.frames) return
    this.#tail = chunk.firstSample + chunk.frames
    if (this.#goesToRing(chunk.frames - skipped)) this.#ring.write(chunk, skipped)
    else this.#keepFrames(chunk, skipped)
  }

  gap(gap: Gap): void {
    if (!this.#isBegun) this.#begin(gap.atSample)
    const end = gap.atSample + gap.lostSamples
    if (end <= this.#tail) return
    if (gap.atSample > this.#tail) this.#lost(this.#tail, gap.atSample - this.#tail)
    this.#putGap(this.#tail, end - this.#tail, gap.exact, gap.reason)
  }

  /** Behind all that it was given. */
  watermark(time: number): void {
    if (!(time > this.#told)) return
    this.#told = time
    this.#cells.addWatermark(this.#isBegun ? this.#tail : Number.NaN, time)
    this.#ring.wake()
  }

  /** The lane took its snapshot of this number. */
  barrier(number: number): void {
    this.#cells.setBarrier(number, this.#tail)
    this.#ring.wake()
  }

  close(): void {
    this.#ring.close()
    this.#spill?.close()
  }

  /** What came before the first index is not missing: there never was anything. */
  #begin(sample: number): void {
    this.#isBegun = true
    if (sample > 0) this.#ring.begin(sample)
    this.#cells.firstSample = sample
    this.#tail = sample
  }

  #lost(atSample: number, samples: number): void {
    this.#putGap(atSample, samples, true, 'lost')
  }

  #putGap(atSample: number, lostSamples: number, exact: boolean, reason: Gap['reason']): void {
    const gap = this.#jump
    gap.atSample = atSample
    gap.lostSamples = lostSamples
    gap.exact = exact
    gap.reason = reason
    this.#tail = atSample + lostSamples
    if (this.#isStraight()) this.#ring.gap(gap)
    else if (this.#backlog.length > 0 || !this.#spill?.putGap(gap)) {
      this.#backlog.push({ kind: 'gap', gap: { ...gap } })
    }
  }

  /** Nothing that came earlier still waits outside of the ring. */
  #isStraight(): boolean {
    return this.#backlog.length === 0 && (this.#spill?.isEmpty ?? true)
  }

  #goesToRing(frames: number): boolean {
    if (this.#settings.policy === 'drop-oldest') return true
    if (!this.#isStraight()) return false
    // Beyond what the queue holds: so much as one step may give, and never what could be lapped.
    return this.#waiting() + frames <= 2 * this.open.shared.holdsFrames
  }

  #waiting(): number {
    return this.#cells.waiting(this.#ring.position)
  }

  #isOpen(): boolean {
    if (this.#settings.policy === 'drop-oldest') return true
    if (this.#backlog.length > 0) return false
    if (this.#spill?.hasRoom) return true
    return this.#isStraight() && this.#waiting() < this.open.shared.holdsFrames
  }

  #keepFrames(chunk: Chunk, skipped: number): void {
    for (let from = skipped; from < chunk.frames; from += spillFrames) {
      const frames = Math.min(spillFrames, chunk.frames - from)
      if (this.#backlog.length === 0 && this.#spill?.putFrames(chunk, from, frames)) continue
      this.#backlog.push({ kind: 'chunk', chunk: this.#copy(chunk, from, frames) })
    }
  }

  #copy(chunk: Chunk, from: number, frames: number): Chunk {
    const { format, channels } = this.open.shared.ring.shape
    const copy = newChunkBuffer({ format, channels, maxFrames: frames })
    copy.firstSample = chunk.firstSample + from
    copy.frames = frames
    for (let f = 0; f < frames; f++) {
      copy.time[f] = chunk.time[from + f]!
      copy.hostTime[f] = chunk.hostTime[from + f]!
      for (let c = 0; c < channels; c++) {
        copy.data[f * channels + c] = chunk.data[(from + f) * chunk.stride + c]!
      }
    }
    return copy
  }

  #drain(): void {
    const spill = this.#spill
    const { holdsFrames } = this.open.shared
    while (spill && !spill.isEmpty && this.#waiting() < holdsFrames) {
      if (spill.next() === 'gap') this.#replayGap(spill.gap)
      else follow(this.#ring, spill.chunk)
      spill.taken()
    }
    while (this.#backlog.length > 0 && this.#takeBack(this.#backlog[0]!)) this.#backlog.shift()
  }

  /** A writer that died may have written it to the ring, and not have noted that it had. */
  #replayGap({ atSample, lostSamples, exact, reason }: Gap): void {
    const { expected } = this.#ring
    const lost = atSample + lostSamples - expected
    if (lost > 0) this.#ring.gap({ atSample: expected, lostSamples: lost, exact, reason })
  }

  #takeBack(waiting: Waiting): boolean {
    const isRing = (this.#spill?.isEmpty ?? true) && this.#waiting() < this.open.shared.holdsFrames
    if (waiting.kind === 'gap') {
      if (isRing) this.#ring.gap(waiting.gap)
      return isRing || (this.#spill?.putGap(waiting.gap) ?? false)
    }
    if (isRing) this.#ring.write(waiting.chunk)
    return isRing || (this.#spill?.putFrames(waiting.chunk, 0, waiting.chunk.frames) ?? false)
  }
}
