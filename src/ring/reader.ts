/**
 * One reader of a ring, with a cursor of its own. What it hands out is a copy that was verified
 * after copying, so a writer that laps it can tear nothing: the frames lost that way become a gap
 * for this reader alone.
 */
import type { ChunkBuffer, Gap } from '../signal/index.ts'
import {
  account,
  gapLogLength,
  type LoggedGap,
  loggedGap,
  type RingViews,
  type SharedRing,
  slot,
  viewsOf,
} from './layout.ts'

/** `empty`: nothing new; `chunk`: the buffer was filled; `gap`: see `reader.gap`. */
export type ReadResult = 'empty' | 'chunk' | 'gap'

export class RingReader {
  readonly shared: SharedRing
  /** The gap that `read` has just reported; rewritten by the next one. */
  readonly gap: Gap
  readonly #gap: LoggedGap = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' }
  readonly #entry: LoggedGap = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' }
  readonly #views: RingViews
  readonly #capacity: number
  readonly #mask: number
  readonly #fence = new Int32Array(new SharedArrayBuffer(4))
  #cursor: number
  #gapCursor: number
  /** Index of the next frame; NaN until the first frame has told. */
  #nextSample = Number.NaN
  #overruns = 0

  /**
   * @param from `oldest`: all that the ring still holds, and what never was in it is a gap;
   * `first`: from the index that `expect` will tell; `now`: only what comes from now on; a number:
   * from this sample on, and what of it is gone already is a gap
   */
  constructor(shared: SharedRing, from: 'oldest' | 'first' | 'now' | number) {
    this.shared = shared
    this.gap = this.#gap
    this.#views = viewsOf(shared)
    this.#capacity = shared.shape.capacityFrames
    this.#mask = this.#capacity - 1
    const head = Atomics.load(this.#views.header, slot.head)
    const gaps = Atomics.load(this.#views.header, slot.gaps)
    const full = this.#views.header[slot.full] === 1
    const held = full ? this.#capacity - (this.#capacity >> 3) : head
    this.#cursor = from === 'now' ? head : (head - held) | 0
    this.#gapCursor = from === 'now' ? gaps : 0
    if (from === 'oldest' && !full) this.#nextSample = 0
    if (typeof from === 'number') this.#seek(from, head)
  }

  /** Moves the cursor to the first frame that is not before `sample`: indices only rise. */
  #seek(sample: number, head: number): void {
    const { index } = this.#views
    let [low, high] = [0, (head - this.#cursor) | 0]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (index[(this.#cursor + middle) & this.#mask]! < sample) low = middle + 1
      else high = middle
    }
    const isGone = this.#views.header[slot.full] === 1 && index[this.#cursor & this.#mask]! > sample
    // One frame behind all that there is: the first read finds itself lapped.
    this.#cursor = isGone ? (head - this.#capacity - 1) | 0 : (this.#cursor + low) | 0
    this.#nextSample = sample
  }

  /** Index of the next frame; NaN before the first one where none was asked for. */
  get nextSample(): number {
    return this.#nextSample
  }

  /** Where the ring began, for a reader made before anybody knew. */
  expect(sample: number): void {
    this.#nextSample = sample
  }

  /** How far it has read, in the count of the writer's `position`. */
  get position(): number {
    return this.#cursor
  }

  /** Samples that this reader missed because it was too slow. */
  get overruns(): number {
    return this.#overruns
  }

  /** Frames written but not yet read. */
  get behind(): number {
    return (Atomics.load(this.#views.header, slot.head) - this.#cursor) | 0
  }

  /** True once the writer has closed the ring and everything in it has been read. */
  get ended(): boolean {
    const { header } = this.#views
    if (Atomics.load(header, slot.closed) === 0 || this.behind !== 0) return false
    return Atomics.load(header, slot.gaps) === this.#gapCursor
  }

  /**
   * Takes the next consecutive frames, as many as `into` holds.
   * @param into its `time` array says how many frames it holds
   * @param until reads no frame from this index on, as if it were not there yet
   */
  read(into: ChunkBuffer, until = Number.POSITIVE_INFINITY): ReadResult {
    if (this.#nextSample >= until) return 'empty'
    const { header, index } = this.#views
    const head = Atomics.load(header, slot.head)
    const available = (head - this.#cursor) | 0
    if (available === 0) return this.#tailGap()
    if (this.#isLapped()) return this.#overrun()
    const first = index[this.#cursor & this.#mask]!
    if (Number.isNaN(this.#nextSample)) this.#nextSample = first
    this.#skipBeforeBegin()
    if (first !== this.#nextSample) return this.#gapUntil(first)
    const most = Math.min(available, into.time.length, until - first)
    const frames = this.#consecutive(first, most)
    this.#copy(into, frames)
    if (this.#isLapped()) return this.#overrun()
    into.firstSample = first
    into.frames = frames
    this.#cursor = (this.#cursor + frames) | 0
    this.#nextSample = first + frames
    return 'chunk'
  }

  /**
   * Has the writer claimed the frame at the cursor again? The fence keeps the copy's loads before
   * the load of the claim on processors that reorder loads.
   */
  #isLapped(): boolean {
    Atomics.add(this.#fence, 0, 0)
    const claimed = Atomics.load(this.#views.header, slot.claimed)
    return ((claimed - this.#cursor) | 0) > this.#capacity
  }

  /** What comes before a ring's own beginning is not missing from it. */
  #skipBeforeBegin(): void {
    const begin = this.#views.account[account.begin]!
    if (this.#nextSample < begin) this.#nextSample = begin
  }

  #consecutive(first: number, frames: number): number {
    const { index } = this.#views
    const last = index[(this.#cursor + frames - 1) & this.#mask]!
    if (last === first + frames - 1) return frames
    let n = 1
    while (n < frames && index[(this.#cursor + n) & this.#mask] === first + n) n++
    return n
  }

  #copy(into: ChunkBuffer, frames: number): void {
    const start = this.#cursor & this.#mask
    const untilWrap = Math.min(frames, this.#capacity - start)
    this.#copyPart(into, start, 0, untilWrap)
    this.#copyPart(into, 0, untilWrap, frames - untilWrap)
  }

  #copyPart(into: ChunkBuffer, from: number, to: number, frames: number): void {
    const views = this.#views
    const { channels } = this.shared.shape
    copyColumn(views.time, from, into.time, to, frames)
    copyColumn(views.hostTime, from, into.hostTime, to, frames)
    if (into.deviceTime && views.deviceTime) {
      copyColumn(views.deviceTime, from, into.deviceTime, to, frames)
    }
    if (into.sequence && views.sequence) {
      copyColumn(views.sequence, from, into.sequence, to, frames)
    }
    const source = views.data
    const target = into.data
    const padding = into.stride - channels
    let s = from * channels
    let t = to * into.stride
    for (let f = 0; f < frames; f++) {
      for (let c = 0; c < channels; c++) target[t++] = source[s++]!
      t += padding
    }
  }

  #overrun(): ReadResult {
    const { header, index } = this.#views
    let first: number
    do {
      const claimed = Atomics.load(header, slot.claimed)
      const room = this.#capacity >> 3
      this.#cursor = (claimed - this.#capacity + room) | 0
      first = index[this.#cursor & this.#mask]!
    } while (this.#isLapped())
    if (Number.isNaN(this.#nextSample)) this.#nextSample = first
    const lost = first - this.#nextSample
    this.#overruns += lost
    this.#skipLogged(first)
    return this.#report(lost, true, 'overrun')
  }

  /** The index jumped to `first`: gaps, one by one as the writer logged them. */
  #gapUntil(first: number): ReadResult {
    const entry = this.#entry
    const count = Atomics.load(this.#views.header, slot.gaps)
    this.#forgetOverwritten(count)
    for (; this.#gapCursor !== count; this.#gapCursor = (this.#gapCursor + 1) | 0) {
      loggedGap(this.#views, this.#gapCursor >>> 0, entry)
      if (entry.atSample >= first) break
      const end = entry.atSample + entry.lostSamples
      if (end <= this.#nextSample) continue
      // The log holds so many only: what came before is known by the index alone.
      if (entry.atSample > this.#nextSample) {
        return this.#report(entry.atSample - this.#nextSample, true, 'lost')
      }
      return this.#report(end - this.#nextSample, entry.exact, entry.reason)
    }
    return this.#report(first - this.#nextSample, true, 'lost')
  }

  /** Gaps with no frame after them yet. */
  #tailGap(): ReadResult {
    const { header } = this.#views
    const count = Atomics.load(header, slot.gaps)
    if (this.#gapCursor === count) return 'empty'
    // A frame may have followed since: it then tells of the gap itself.
    if (Atomics.load(header, slot.head) !== this.#cursor) return 'empty'
    this.#forgetOverwritten(count)
    const entry = this.#entry
    loggedGap(this.#views, this.#gapCursor >>> 0, entry)
    this.#gapCursor = (this.#gapCursor + 1) | 0
    if (Number.isNaN(this.#nextSample)) this.#nextSample = entry.atSample
    const lost = entry.atSample + entry.lostSamples - this.#nextSample
    if (lost <= 0) return this.#tailGap()
    return this.#report(lost, entry.exact, entry.reason)
  }

  #report(lost: number, exact: boolean, reason: LoggedGap['reason']): ReadResult {
    const gap = this.#gap
    gap.atSample = this.#nextSample
    gap.lostSamples = lost
    gap.exact = exact
    gap.reason = reason
    this.#nextSample += lost
    return 'gap'
  }

  #skipLogged(until: number): void {
    const count = Atomics.load(this.#views.header, slot.gaps)
    this.#forgetOverwritten(count)
    while (this.#gapCursor !== count) {
      loggedGap(this.#views, this.#gapCursor >>> 0, this.#entry)
      if (this.#entry.atSample >= until) return
      this.#gapCursor = (this.#gapCursor + 1) | 0
    }
  }

  #forgetOverwritten(count: number): void {
    if (((count - this.#gapCursor) | 0) > gapLogLength) {
      this.#gapCursor = (count - gapLogLength) | 0
    }
  }
}

function copyColumn(
  source: Float64Array,
  from: number,
  target: Float64Array,
  to: number,
  frames: number,
): void {
  for (let f = 0; f < frames; f++) target[to + f] = source[from + f]!
}
