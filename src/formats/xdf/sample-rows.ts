/**
 * The hot loops between XDF sample rows (`[8][stamp][values]`, little-endian) and the typed arrays
 * of a chunk. Stand-alone functions over numbers and views; they allocate nothing.
 */
import type { Chunk, Samples } from '../../signal/index.ts'
import type { ClockColumns } from './header-xml.ts'
import type { XdfNumericFormat } from './xdf-format.ts'

/** Flag and stamp that stand before the values of a row. */
export const stampBytes = 9

/** Writes rows `from` to `to` of a chunk at `at`; returns where the next byte goes. */
export function encodeRows(
  view: DataView,
  at: number,
  data: Samples,
  stride: number,
  channels: number,
  time: Float64Array,
  from: number,
  to: number,
): number {
  if (data instanceof Int16Array) {
    return encodeInt16(view, at, data, stride, channels, time, from, to)
  }
  if (data instanceof Int32Array) {
    return encodeInt32(view, at, data, stride, channels, time, from, to)
  }
  if (data instanceof Float32Array) {
    return encodeFloat32(view, at, data, stride, channels, time, from, to)
  }
  return encodeFloat64(view, at, data, stride, channels, time, from, to)
}

// One loop per format: each sees a single array type, so its stores compile to plain moves.

function encodeInt16(
  view: DataView,
  at: number,
  data: Int16Array,
  stride: number,
  channels: number,
  time: Float64Array,
  from: number,
  to: number,
): number {
  let position = at
  for (let row = from; row < to; row++) {
    view.setUint8(position, 8)
    view.setFloat64(position + 1, time[row]!, true)
    position += stampBytes
    const end = row * stride + channels
    for (let i = row * stride; i < end; i++, position += 2) view.setInt16(position, data[i]!, true)
  }
  return position
}

function encodeInt32(
  view: DataView,
  at: number,
  data: Int32Array,
  stride: number,
  channels: number,
  time: Float64Array,
  from: number,
  to: number,
): number {
  let position = at
  for (let row = from; row < to; row++) {
    view.setUint8(position, 8)
    view.setFloat64(position + 1, time[row]!, true)
    position += stampBytes
    const end = row * stride + channels
    for (let i = row * stride; i < end; i++, position += 4) view.setInt32(position, data[i]!, true)
  }
  return position
}

function encodeFloat32(
  view: DataView,
  at: number,
  data: Float32Array,
  stride: number,
  channels: number,
  time: Float64Array,
  from: number,
  to: number,
): number {
  let position = at
  for (let row = from; row < to; row++) {
    view.setUint8(position, 8)
    view.setFloat64(position + 1, time[row]!, true)
    position += stampBytes
    const end = row * stride + channels
    for (let i = row * stride; i < end; i++, position += 4) {
      view.setFloat32(position, data[i]!, true)
    }
  }
  return position
}

function encodeFloat64(
  view: DataView,
  at: number,
  data: Float64Array,
  stride: number,
  channels: number,
  time: Float64Array,
  from: number,
  to: number,
): number {
  let position = at
  for (let row = from; row < to; row++) {
    view.setUint8(position, 8)
    view.setFloat64(position + 1, time[row]!, true)
    position += stampBytes
    const end = row * stride + channels
    for (let i = row * stride; i < end; i++, position += 8) {
      view.setFloat64(position, data[i]!, true)
    }
  }
  return position
}

/** Rows of the companion: stamp, sample index, host time, and the columns that the stream has. */
export function encodeClockRows(
  view: DataView,
  at: number,
  chunk: Chunk,
  columns: ClockColumns,
  from: number,
  to: number,
): number {
  const { time, hostTime, deviceTime, sequence, firstSample } = chunk
  let position = at
  for (let row = from; row < to; row++) {
    view.setUint8(position, 8)
    view.setFloat64(position + 1, time[row]!, true)
    view.setFloat64(position + 9, firstSample + row, true)
    view.setFloat64(position + 17, hostTime[row]!, true)
    position += 25
    if (columns.deviceTime) {
      view.setFloat64(position, deviceTime ? deviceTime[row]! : Number.NaN, true)
      position += 8
    }
    if (columns.sequence) {
      view.setFloat64(position, sequence ? sequence[row]! : Number.NaN, true)
      position += 8
    }
  }
  return position
}

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
