/**
 * The hot loops from XDF sample rows to the typed arrays of a chunk. A row is a flag, a stamp where
 * the flag says so, and the values; where rows begin is found first, and their values then.
 */
import type { Samples } from '../../signal/index.ts'
import { bytesOf, viewOf } from '../byte-window.ts'
import { stampBytes } from './encode-rows.ts'
import type { XdfNumericFormat } from './xdf-format.ts'

/** What `walkRows` found: reused from call to call. */
export class RowWalk {
  /** Stamp of each row, deduced where the row has none. */
  readonly stamps: Float64Array
  /** Where the values of each row stand. */
  readonly offsets: Int32Array
  rows = 0
  /** Behind the last whole row. */
  end = 0
  /** Carried into the next call: what a row without stamp is deduced from. */
  lastStamp = 0
  /** Rows whose stamp is not a number; theirs is deduced, too. */
  badStamps = 0

  constructor(maxRows: number) {
    this.stamps = new Float64Array(maxRows)
    this.offsets = new Int32Array(maxRows)
  }
}

/** Finds whole rows in `view` from `from` to `to`: at most `maxRows` of them. */
export function walkRows(
  walk: RowWalk,
  view: DataView,
  from: number,
  to: number,
  maxRows: number,
  valueBytes: number,
  periodSeconds: number,
): void {
  let position = from
  let stamp = walk.lastStamp
  let row = 0
  for (; row < maxRows && position < to; row++) {
    const stamped = view.getUint8(position) !== 0
    const values = position + (stamped ? stampBytes : 1)
    if (values + valueBytes > to) break
    const given = stamped ? view.getFloat64(position + 1, true) : stamp + periodSeconds
    if (Number.isFinite(given)) stamp = given
    else {
      walk.badStamps += 1
      stamp += periodSeconds
    }
    walk.stamps[row] = stamp
    walk.offsets[row] = values
    position = values + valueBytes
  }
  walk.rows = row
  walk.end = position
  walk.lastStamp = stamp
}

/**
 * The values of the rows found by `walkRows` in `bytes`, frame by frame, into `out`. Typed arrays
 * are little-endian on every machine that runs us, as the file is: most formats are copied.
 */
export function decodeRows(
  format: XdfNumericFormat,
  bytes: Uint8Array,
  walk: RowWalk,
  channels: number,
  out: Samples,
): void {
  if (format === 'int8') decodeInt8(bytes, walk, channels, out as Int16Array)
  else if (format === 'int64') decodeInt64(viewOf(bytes), walk, channels, out as Float64Array)
  else copyRows(bytes, walk, channels * out.BYTES_PER_ELEMENT, bytesOf(out))
}

/** A call that copies costs as much as a loop over so many bytes. */
const shortRowBytes = 64
/** Up to here eight bytes at a time are faster than a call, and change no bit of any value. */
const longRowBytes = 1024

function copyRows(bytes: Uint8Array, walk: RowWalk, rowBytes: number, out: Uint8Array): void {
  if (rowBytes % 8 === 0 && rowBytes <= longRowBytes && out.byteOffset % 8 === 0) {
    copyWords(viewOf(bytes), walk, rowBytes, out)
    return
  }
  const { offsets, rows } = walk
  if (rowBytes > shortRowBytes) {
    // Unlike `set` of a subarray, this makes no garbage.
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let row = 0, to = 0; row < rows; row++, to += rowBytes) {
      source.copy(out, to, offsets[row]!, offsets[row]! + rowBytes)
    }
    return
  }
  for (let row = 0, to = 0; row < rows; row++) {
    const end = offsets[row]! + rowBytes
    for (let from = offsets[row]!; from < end; from++) out[to++] = bytes[from]!
  }
}

/** Four words a turn: compiled, the big integers are words of the machine and no objects. */
function copyWords(view: DataView, walk: RowWalk, rowBytes: number, out: Uint8Array): void {
  const words = new BigInt64Array(out.buffer, out.byteOffset, Math.floor(out.length / 8))
  const { offsets, rows } = walk
  let to = 0
  for (let row = 0; row < rows; row++) {
    let from = offsets[row]!
    const end = from + rowBytes
    for (; from + 32 <= end; from += 32, to += 4) {
      words[to] = view.getBigInt64(from, true)
      words[to + 1] = view.getBigInt64(from + 8, true)
      words[to + 2] = view.getBigInt64(from + 16, true)
      words[to + 3] = view.getBigInt64(from + 24, true)
    }
    for (; from < end; from += 8) words[to++] = view.getBigInt64(from, true)
  }
}

function decodeInt8(bytes: Uint8Array, walk: RowWalk, channels: number, out: Int16Array): void {
  const { offsets, rows } = walk
  for (let row = 0, to = 0; row < rows; row++) {
    const end = offsets[row]! + channels
    for (let from = offsets[row]!; from < end; from++) out[to++] = (bytes[from]! << 24) >> 24
  }
}

function decodeInt64(view: DataView, walk: RowWalk, channels: number, out: Float64Array): void {
  const { offsets, rows } = walk
  for (let row = 0, to = 0; row < rows; row++) {
    let position = offsets[row]!
    for (let channel = 0; channel < channels; channel++, position += 8) {
      out[to++] = int64At(view, position)
    }
  }
}

function int64At(view: DataView, position: number): number {
  return view.getInt32(position + 4, true) * 2 ** 32 + view.getUint32(position, true)
}

/** Values that a float64 cannot hold exactly: those of 2^53 and more. */
export function countInexact(view: DataView, walk: RowWalk, channels: number): number {
  let count = 0
  for (let row = 0; row < walk.rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      const high = view.getInt32(walk.offsets[row]! + 8 * channel + 4, true)
      if (high >= 1 << 21 || high < -(1 << 21)) count += 1
    }
  }
  return count
}
