/**
 * How a ring lies in shared memory: a header, a log of the latest gaps, one column per time and
 * counter, and the frames in the device's own sample format. One writer, many readers; no lock.
 *
 * Positions (`claimed`, `head`, a reader's cursor) count frames written, modulo 2^32, and are
 * compared by signed difference, so they may wrap. Sample indices are float64 and never wrap.
 */
import {
  assert,
  bytesPerSample,
  type GapReason,
  gapReasons,
  type Ledger,
  type NumericFormat,
  type Samples,
  samplesOver,
} from '../signal/index.ts'

export interface RingShape {
  readonly format: NumericFormat
  readonly channels: number
  /** A power of two. */
  readonly capacityFrames: number
  readonly deviceTime: boolean
  readonly sequence: boolean
}

/** What crosses a thread boundary: the same memory seen from another thread. */
export interface SharedRing {
  readonly shape: RingShape
  readonly buffer: SharedArrayBuffer
}

/** Int32 slots of the header. */
export const slot = {
  /** Frames before this position may be overwritten: announced before the writer touches them. */
  claimed: 0,
  /** Frames before this position may be read. */
  head: 1,
  /** Gaps logged so far. */
  gaps: 2,
  /** 1 once the writer has closed the ring. */
  closed: 3,
  /** 1 once the writer has begun to overwrite. */
  full: 4,
} as const

export const gapLogLength = 256
const gapLogFields = 4
const headerBytes = 64

/** Float64 slots at the end of the header: what the ring was given, for whoever counts. */
export const account = {
  /** Index of its first sample. */
  begin: 0,
  /** Samples that were announced as missing since. */
  lost: 1,
} as const
const accountBytes = 16

/** Typed views over one ring's memory. */
export interface RingViews {
  readonly header: Int32Array
  readonly account: Float64Array
  /** Per entry: atSample, lostSamples, exact, index of the reason. */
  readonly gapLog: Float64Array
  readonly index: Float64Array
  readonly time: Float64Array
  readonly hostTime: Float64Array
  readonly deviceTime: Float64Array | null
  readonly sequence: Float64Array | null
  readonly data: Samples
}

export function capacityAtLeast(frames: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, frames)))
}

export function ringBytes(shape: RingShape): number {
  const columns = 3 + Number(shape.deviceTime) + Number(shape.sequence)
  const frameBytes = columns * 8 + shape.channels * bytesPerSample(shape.format)
  return headerBytes + gapLogLength * gapLogFields * 8 + shape.capacityFrames * frameBytes
}

export function viewsOf({ shape, buffer }: SharedRing): RingViews {
  let at = headerBytes
  const float64 = (length: number) => {
    const view = new Float64Array(buffer, at, length)
    at += length * 8
    return view
  }
  const n = shape.capacityFrames
  return {
    header: new Int32Array(buffer, 0, (headerBytes - accountBytes) / 4),
    account: new Float64Array(buffer, headerBytes - accountBytes, accountBytes / 8),
    gapLog: float64(gapLogLength * gapLogFields),
    index: float64(n),
    time: float64(n),
    hostTime: float64(n),
    deviceTime: shape.deviceTime ? float64(n) : null,
    sequence: shape.sequence ? float64(n) : null,
    data: samplesOver(shape.format, buffer, at, n * shape.channels),
  }
}

export interface LoggedGap {
  atSample: number
  lostSamples: number
  exact: boolean
  reason: GapReason
}

export function logGap(views: RingViews, count: number, gap: Readonly<LoggedGap>): void {
  const at = (count % gapLogLength) * gapLogFields
  views.gapLog[at] = gap.atSample
  views.gapLog[at + 1] = gap.lostSamples
  views.gapLog[at + 2] = gap.exact ? 1 : 0
  views.gapLog[at + 3] = gapReasons.indexOf(gap.reason)
}

export function loggedGap(views: RingViews, count: number, into: LoggedGap): void {
  const at = (count % gapLogLength) * gapLogFields
  into.atSample = views.gapLog[at]!
  into.lostSamples = views.gapLog[at + 1]!
  into.exact = views.gapLog[at + 2] === 1
  into.reason = gapReasons[views.gapLog[at + 3]!]!
}

/** @param firstPosition where the position counter starts: a test crosses its wrap with it */
export function newRing(shape: RingShape, firstPosition = 0): SharedRing {
  const power = 2 ** Math.round(Math.log2(shape.capacityFrames))
  assert(shape.capacityFrames === power, 'a ring holds a power of two of frames')
  const ring = { shape, buffer: new SharedArrayBuffer(ringBytes(shape)) }
  const { header, index } = viewsOf(ring)
  header.fill(firstPosition | 0, slot.claimed, slot.head + 1)
  header[slot.full] = Number(firstPosition !== 0)
  // What stands before the first position is the frame before the first one.
  index.fill(-1)
  return ring
}

/** Index after all that a ring was given so far: as another thread sees it, roughly. */
export function nextIndexOf(ring: SharedRing): number {
  const views = viewsOf(ring)
  const head = Atomics.load(views.header, slot.head)
  const gaps = Atomics.load(views.header, slot.gaps)
  const next = views.index[(head - 1) & (ring.shape.capacityFrames - 1)]! + 1
  if (gaps === 0) return next
  const last: LoggedGap = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' }
  loggedGap(views, (gaps - 1) >>> 0, last)
  return Math.max(next, last.atSample + last.lostSamples)
}

/** What it was given so far, as another thread sees it, roughly: a sample may be on its way. */
export function ledgerOfRing(ring: SharedRing): Ledger {
  const views = viewsOf(ring)
  const lost = views.account[account.lost]!
  const expected = nextIndexOf(ring) - views.account[account.begin]!
  return { expected, received: Math.max(0, expected - lost), lost }
}
