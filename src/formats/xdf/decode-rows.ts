/**
 * The hot loops from XDF sample rows to the typed arrays of a chunk. A row is a flag, a stamp where
 * the flag says so, and the values; where rows begin is found first, and their values then.
 */
import type { Samples } from '../../signal/index.ts'
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

/** The values of the rows found by `walkRows`, frame by frame, into `out`. */
export function decodeRows(
  format: XdfNumericFormat,
  view: DataView,
  walk: RowWalk,
  channels: number,
  out: Samples,
): void {
  const { offsets, rows } = walk
  switch (format) {
    case 'int8':
      decodeInt8(view, offsets, rows, channels, out as Int16Array)
      break
    case 'int16':
      decodeInt16(view, offsets, rows, channels, out as Int16Array)
      break
    case 'int32':
      decodeInt32(view, offsets, rows, channels, out as Int32Array)
      break
    case 'int64':
      decodeInt64(view, offsets, rows, channels, out as Float64Array)
      break
    case 'float32':
      decodeFloat32(view, offsets, rows, channels, out as Float32Array)
      break
    case 'double64':
      decodeFloat64(view, offsets, rows, channels, out as Float64Array)
      break
  }
}

function decodeInt8(
  view: DataView,
  offsets: Int32Array,
  rows: number,
  channels: number,
  out: Int16Array,
): void {
  let to = 0
  for (let row = 0; row < rows; row++) {
    let position = offsets[row]!
    for (let channel = 0; channel < channels; channel++, position += 1) {
      out[to++] = view.getInt8(position)
    }
  }
}

function decodeInt16(
  view: DataView,
  offsets: Int32Array,
  rows: number,
  channels: number,
  out: Int16Array,
): void {
  let to = 0
  for (let row = 0; row < rows; row++) {
    let position = offsets[row]!
    for (let channel = 0; channel < channels; channel++, position += 2) {
      out[to++] = view.getInt16(position, true)
    }
  }
}

function decodeInt32(
  view: DataView,
  offsets: Int32Array,
  rows: number,
  channels: number,
  out: Int32Array,
): void {
  let to = 0
  for (let row = 0; row < rows; row++) {
    let position = offsets[row]!
    for (let channel = 0; channel < channels; channel++, position += 4) {
      out[to++] = view.getInt32(position, true)
    }
  }
}

function decodeInt64(
  view: DataView,
  offsets: Int32Array,
  rows: number,
  channels: number,
  out: Float64Array,
): void {
  let to = 0
  for (let row = 0; row < rows; row++) {
    let position = offsets[row]!
    for (let channel = 0; channel < channels; channel++, position += 8) {
      out[to++] = int64At(view, position)
    }
  }
}

function decodeFloat32(
  view: DataView,
  offsets: Int32Array,
  rows: number,
  channels: number,
  out: Float32Array,
): void {
  let to = 0
  for (let row = 0; row < rows; row++) {
    let position = offsets[row]!
    for (let channel = 0; channel < channels; channel++, position += 4) {
      out[to++] = view.getFloat32(position, true)
    }
  }
}

function decodeFloat64(
  view: DataView,
  offsets: Int32Array,
  rows: number,
  channels: number,
  out: Float64Array,
): void {
  let to = 0
  for (let row = 0; row < rows; row++) {
    let position = offsets[row]!
    for (let channel = 0; channel < channels; channel++, position += 8) {
      out[to++] = view.getFloat64(position, true)
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
