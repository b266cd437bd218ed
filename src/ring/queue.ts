/**
 * A queue between threads: a ring, and cells in shared memory by which its two sides tell each
 * other how far they are. Nobody waits in here: the writer looks whether there is room.
 */
import type { SharedRing } from './layout.ts'

export interface SharedQueue {
  readonly ring: SharedRing
  readonly cells: SharedArrayBuffer
  /** When its slowest reader is so far behind, the queue is full. */
  readonly holdsFrames: number
  readonly readers: number
}

/** The ring of a queue that loses nothing is so many times what the queue holds. */
export const queueRoom = 4

/** A reader that is further behind hears the newest of the others: each holds more than the one before. */
const mostWatermarks = 64

const int32 = { isAwaited: 0, barrier: 1, watermarks: 2, cursors: 3 } as const
const float64 = {
  barrierSample: 0,
  spillWritten: 1,
  spillRead: 2,
  spillTail: 3,
  spilledFrames: 4,
  firstSample: 5,
  /** Sample and time of each. */
  watermarks: 6,
  dropped: 6 + 2 * mostWatermarks,
} as const

/** One side's view of the cells; every cell has one side that writes it. */
export class QueueCells {
  readonly #int32: Int32Array
  readonly #float64: Float64Array
  readonly #readers: number

  constructor({ cells, readers }: Pick<SharedQueue, 'cells' | 'readers'>) {
    this.#readers = readers
    const ints = intsFor(readers)
    this.#int32 = new Int32Array(cells, 0, ints)
    this.#float64 = new Float64Array(cells, ints * 4)
  }

  /** A reader's: so far it has read, as a position of the ring. */
  moveTo(reader: number, position: number): void {
    Atomics.store(this.#int32, int32.cursors + reader, position)
  }

  /** Frames that the slowest reader has not read. @param head the writer's position */
  waiting(head: number): number {
    let most = 0
    for (let r = 0; r < this.#readers; r++) {
      const behind = (head - Atomics.load(this.#int32, int32.cursors + r)) | 0
      if (behind > most) most = behind
    }
    return most
  }

  /** The first index that the writer was given; NaN before. */
  get firstSample(): number {
    return this.#float64[float64.firstSample]!
  }

  set firstSample(sample: number) {
    this.#float64[float64.firstSample] = sample
  }

  /** The writer's: it wants to be woken when there is room. */
  await(): void {
    Atomics.store(this.#int32, int32.isAwaited, 1)
  }

  get isAwaited(): boolean {
    return Atomics.load(this.#int32, int32.isAwaited) === 1
  }

  /** @returns whether the writer waited to be woken */
  wake(): boolean {
    return this.isAwaited && Atomics.exchange(this.#int32, int32.isAwaited, 0) === 1
  }

  /** The writer's: it took its snapshot of this number before this sample. */
  setBarrier(number: number, beforeSample: number): void {
    this.#float64[float64.barrierSample] = beforeSample
    Atomics.store(this.#int32, int32.barrier, number)
  }

  get barrier(): number {
    return Atomics.load(this.#int32, int32.barrier)
  }

  get barrierSample(): number {
    return this.#float64[float64.barrierSample]!
  }

  /** The writer's: no frame at or before `time` comes from this sample on; NaN before the first. */
  addWatermark(sample: number, time: number): void {
    const count = this.watermarks
    const at = float64.watermarks + 2 * (count & (mostWatermarks - 1))
    this.#float64[at] = sample
    this.#float64[at + 1] = time
    Atomics.store(this.#int32, int32.watermarks, (count + 1) | 0)
  }

  /** How many were ever added. */
  get watermarks(): number {
    return Atomics.load(this.#int32, int32.watermarks)
  }

  /** A reader's: the first one from this on that is still held, for one that has heard so many. */
  heldWatermark(heard: number): number {
    const count = this.watermarks
    // The one before may be overwritten at this moment.
    const oldest = Math.max(0, count - mostWatermarks + 1)
    return Math.max(heard, oldest)
  }

  watermarkSample(number: number): number {
    return this.#float64[float64.watermarks + 2 * (number & (mostWatermarks - 1))]!
  }

  watermarkTime(number: number): number {
    return this.#float64[float64.watermarks + 2 * (number & (mostWatermarks - 1)) + 1]!
  }

  /** A reader's: samples that were overwritten before it had read them. */
  addDropped(reader: number, samples: number): void {
    const at = float64.dropped + reader
    this.#float64[at] = this.#float64[at]! + samples
  }

  get dropped(): number {
    let sum = 0
    for (let r = 0; r < this.#readers; r++) sum += this.#float64[float64.dropped + r]!
    return sum
  }

  /** Bytes that ever went into the file, and that came back from it: the writer's. */
  get spillWritten(): number {
    return this.#float64[float64.spillWritten]!
  }

  set spillWritten(bytes: number) {
    this.#float64[float64.spillWritten] = bytes
  }

  get spillRead(): number {
    return this.#float64[float64.spillRead]!
  }

  set spillRead(bytes: number) {
    this.#float64[float64.spillRead] = bytes
  }

  /** Index after the last sample in the file. */
  get spillTail(): number {
    return this.#float64[float64.spillTail]!
  }

  set spillTail(sample: number) {
    this.#float64[float64.spillTail] = sample
  }

  get spilledFrames(): number {
    return this.#float64[float64.spilledFrames]!
  }

  addSpilled(frames: number): void {
    this.#float64[float64.spilledFrames] = this.spilledFrames + frames
  }
}

export function newQueueCells(readers: number): SharedArrayBuffer {
  const cells = new SharedArrayBuffer(intsFor(readers) * 4 + (float64.dropped + readers) * 8)
  new QueueCells({ cells, readers }).firstSample = Number.NaN
  return cells
}

function intsFor(readers: number): number {
  return 2 * Math.ceil((int32.cursors + readers) / 2)
}
