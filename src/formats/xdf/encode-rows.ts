/**
 * The hot loops from the typed arrays of a chunk to XDF sample rows: `[8][stamp][values]`,
 * little-endian. Stand-alone functions over numbers and views; they allocate nothing.
 */
import type { Chunk, ClockColumns, Samples } from '../../signal/index.ts'

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
  stamps: Float64Array,
  from: number,
  to: number,
): number {
  const { hostTime, deviceTime, sequence, firstSample } = chunk
  let position = at
  for (let row = from; row < to; row++) {
    view.setUint8(position, 8)
    view.setFloat64(position + 1, stamps[row]!, true)
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
