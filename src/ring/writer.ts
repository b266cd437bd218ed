/**
 * The one writer of a ring. It never waits: a reader that is too slow loses the oldest frames and
 * is told so. Called from a single thread.
 */
import { assert, type Chunk, type Gap } from '../signal/index.ts'
import type { Bell } from './bell.ts'
import {
  account,
  logGap,
  nextIndexOf,
  type RingViews,
  type SharedRing,
  slot,
  viewsOf,
} from './layout.ts'

export class RingWriter {
  readonly shared: SharedRing
  readonly #views: RingViews
  readonly #mask: number
  readonly #bells: Bell[] = []
  #position: number
  #gaps: number
  #nextSample: number

  /** Takes over a ring: one that `newRing` made, or one whose writer died. */
  constructor(shared: SharedRing) {
    this.shared = shared
    this.#views = viewsOf(shared)
    this.#mask = shared.shape.capacityFrames - 1
    const { header } = this.#views
    this.#position = header[slot.head]!
    this.#gaps = header[slot.gaps]!
    this.#nextSample = nextIndexOf(shared)
  }

  /** Index that the next frame will have; equals the samples expected so far. */
  get expected(): number {
    return this.#nextSample
  }

  /** Frames written so far, modulo 2^32. */
  get position(): number {
    return this.#position
  }

  get lost(): number {
    return this.#views.account[account.lost]!
  }

  /** Before anything is written: the first index, where it is not 0. */
  begin(sample: number): void {
    assert(this.#position === 0 && this.#gaps === 0, 'a ring begins once')
    this.#views.index[this.#mask] = sample - 1
    this.#views.account[account.begin] = sample
    this.#nextSample = sample
  }

  attach(bell: Bell): void {
    this.#bells.push(bell)
  }

  detach(bell: Bell): void {
    const at = this.#bells.indexOf(bell)
    if (at >= 0) this.#bells.splice(at, 1)
  }

  /**
   * Copies the chunk in; its first sample must follow the last one, or the gap announced.
   * @param skipped frames at its beginning that are left out, because the ring has them
   */
  write(chunk: Chunk, skipped = 0): void {
    const first = chunk.firstSample + skipped
    assert(first === this.#nextSample, 'a jump in the index is announced as a gap')
    const step = (this.#mask + 1) >> 1
    for (let at = skipped; at < chunk.frames; at += step) {
      this.#writePart(chunk, at, Math.min(step, chunk.frames - at))
    }
    this.wake()
  }

  /** Rings the bells of those that wait. */
  wake(): void {
    for (let b = 0; b < this.#bells.length; b++) this.#bells[b]!.ring()
  }

  #writePart(chunk: Chunk, from: number, frames: number): void {
    const { header } = this.#views
    // A read-modify-write, because a plain atomic store would let the data overtake the claim on
    // processors that reorder stores.
    Atomics.exchange(header, slot.claimed, (this.#position + frames) | 0)
    for (let f = 0; f < frames; f++) {
      this.#writeFrame(chunk, from + f, (this.#position + f) & this.#mask)
    }
    this.#position = (this.#position + frames) | 0
    this.#nextSample += frames
    if (this.#position > this.#mask) header[slot.full] = 1
    Atomics.store(header, slot.head, this.#position)
  }

  #writeFrame(chunk: Chunk, f: number, at: number): void {
    const views = this.#views
    views.index[at] = chunk.firstSample + f
    views.time[at] = chunk.time[f]!
    views.hostTime[at] = chunk.hostTime[f]!
    if (views.deviceTime)
      views.deviceTime[at] = chunk.deviceTime ? chunk.deviceTime[f]! : Number.NaN
    if (views.sequence) views.sequence[at] = chunk.sequence ? chunk.sequence[f]! : Number.NaN
    const { channels } = this.shared.shape
    const { data } = views
    const source = chunk.data
    let from = f * chunk.stride
    let to = at * channels
    for (let c = 0; c < channels; c++) data[to++] = source[from++]!
  }

  /** The samples from the next index on are missing: they consume their indices. */
  gap(gap: Gap): void {
    assert(gap.atSample === this.#nextSample, 'a gap begins at the next index')
    if (gap.lostSamples === 0) return
    logGap(this.#views, this.#gaps, gap)
    this.#nextSample += gap.lostSamples
    this.#views.account[account.lost]! += gap.lostSamples
    this.#gaps = (this.#gaps + 1) | 0
    Atomics.store(this.#views.header, slot.gaps, this.#gaps)
    this.wake()
  }

  /** No more will come; readers see it once they have read everything. */
  close(): void {
    Atomics.store(this.#views.header, slot.closed, 1)
    this.wake()
  }
}
