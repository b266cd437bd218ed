/** Samples between the orders of files and those of chunks. */
import { type Native, Scratch } from './scratch.ts'

/** `count` frames from `first` on to arrays of a channel each, from value `at` of them on. */
export function columnsOfFrames<S extends Native>(
  frames: S,
  stride: number,
  first: number,
  count: number,
  columns: readonly S[],
  at: number,
): void {
  const size = frames.BYTES_PER_ELEMENT
  const row = count * size
  const length = count * stride * size
  const scratch = new Scratch(length, columns.length * row)
  const from = scratch.take(length)
  const to = scratch.take(columns.length * row)
  scratch.put(frames, first * stride * size, length, from)
  transposed(scratch, size, from, to, count, columns.length, stride)
  for (let c = 0; c < columns.length; c++) scratch.get(to + c * row, row, columns[c]!, at * size)
}

/** All first bytes of the values, then all second ones, and so on. */
export function splitBytes(values: Native, out: Uint8Array): void {
  const { byteLength, length, BYTES_PER_ELEMENT: width } = values
  const scratch = new Scratch(byteLength, byteLength)
  const from = scratch.take(byteLength)
  const to = scratch.take(byteLength)
  scratch.put(values, 0, byteLength, from)
  if (width === 8) scratch.raw.splitBytes8(from, to, length)
  else scratch.raw.splitBytes4(from, to, length)
  scratch.get(to, byteLength, out, 0)
}

function transposed(
  { raw }: Scratch,
  size: number,
  from: number,
  to: number,
  rows: number,
  columns: number,
  stride: number,
): void {
  if (size === 2) raw.transpose16(from, to, rows, columns, stride)
  else if (size === 4) raw.transpose32(from, to, rows, columns, stride)
  else raw.transpose64(from, to, rows, columns, stride)
}
