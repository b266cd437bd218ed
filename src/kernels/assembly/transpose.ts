// Rows to columns, for samples of 2, 4 and 8 bytes: between channel after channel, as files have
// them, and frame after frame, as chunks do. Rows of the input are `stride` values apart; the
// output is dense, a row for each of `columns`. No row needs to begin at a multiple of 16 bytes.

// @ts-ignore: decorator
@inline
function put8(output: usize, step: usize, low: v128, high: v128): void {
  v128.store(output, low)
  v128.store(output + step, high)
}

/** 8 × 8 values of 2 bytes. */
// @ts-ignore: decorator
@inline
function block16(input: usize, inStep: usize, output: usize, outStep: usize): void {
  const a0 = v128.load(input)
  const a1 = v128.load(input + inStep)
  const a2 = v128.load(input + 2 * inStep)
  const a3 = v128.load(input + 3 * inStep)
  const a4 = v128.load(input + 4 * inStep)
  const a5 = v128.load(input + 5 * inStep)
  const a6 = v128.load(input + 6 * inStep)
  const a7 = v128.load(input + 7 * inStep)
  const b0 = v128.shuffle<i16>(a0, a1, 0, 8, 1, 9, 2, 10, 3, 11)
  const b1 = v128.shuffle<i16>(a0, a1, 4, 12, 5, 13, 6, 14, 7, 15)
  const b2 = v128.shuffle<i16>(a2, a3, 0, 8, 1, 9, 2, 10, 3, 11)
  const b3 = v128.shuffle<i16>(a2, a3, 4, 12, 5, 13, 6, 14, 7, 15)
  const b4 = v128.shuffle<i16>(a4, a5, 0, 8, 1, 9, 2, 10, 3, 11)
  const b5 = v128.shuffle<i16>(a4, a5, 4, 12, 5, 13, 6, 14, 7, 15)
  const b6 = v128.shuffle<i16>(a6, a7, 0, 8, 1, 9, 2, 10, 3, 11)
  const b7 = v128.shuffle<i16>(a6, a7, 4, 12, 5, 13, 6, 14, 7, 15)
  const c0 = v128.shuffle<i32>(b0, b2, 0, 4, 1, 5)
  const c1 = v128.shuffle<i32>(b0, b2, 2, 6, 3, 7)
  const c2 = v128.shuffle<i32>(b1, b3, 0, 4, 1, 5)
  const c3 = v128.shuffle<i32>(b1, b3, 2, 6, 3, 7)
  const c4 = v128.shuffle<i32>(b4, b6, 0, 4, 1, 5)
  const c5 = v128.shuffle<i32>(b4, b6, 2, 6, 3, 7)
  const c6 = v128.shuffle<i32>(b5, b7, 0, 4, 1, 5)
  const c7 = v128.shuffle<i32>(b5, b7, 2, 6, 3, 7)
  const two = 2 * outStep
  put8(output, outStep, v128.shuffle<i64>(c0, c4, 0, 2), v128.shuffle<i64>(c0, c4, 1, 3))
  put8(output + two, outStep, v128.shuffle<i64>(c1, c5, 0, 2), v128.shuffle<i64>(c1, c5, 1, 3))
  output += 2 * two
  put8(output, outStep, v128.shuffle<i64>(c2, c6, 0, 2), v128.shuffle<i64>(c2, c6, 1, 3))
  put8(output + two, outStep, v128.shuffle<i64>(c3, c7, 0, 2), v128.shuffle<i64>(c3, c7, 1, 3))
}

/** 4 × 4 values of 4 bytes. */
// @ts-ignore: decorator
@inline
function block32(input: usize, inStep: usize, output: usize, outStep: usize): void {
  const a0 = v128.load(input)
  const a1 = v128.load(input + inStep)
  const a2 = v128.load(input + 2 * inStep)
  const a3 = v128.load(input + 3 * inStep)
  const b0 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5)
  const b1 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7)
  const b2 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5)
  const b3 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7)
  put8(output, outStep, v128.shuffle<i64>(b0, b2, 0, 2), v128.shuffle<i64>(b0, b2, 1, 3))
  output += 2 * outStep
  put8(output, outStep, v128.shuffle<i64>(b1, b3, 0, 2), v128.shuffle<i64>(b1, b3, 1, 3))
}

/** 2 × 2 values of 8 bytes. */
// @ts-ignore: decorator
@inline
function block64(input: usize, inStep: usize, output: usize, outStep: usize): void {
  const a0 = v128.load(input)
  const a1 = v128.load(input + inStep)
  put8(output, outStep, v128.shuffle<i64>(a0, a1, 0, 2), v128.shuffle<i64>(a0, a1, 1, 3))
}

// @ts-ignore: decorator
@inline
function transposed<T>(input: usize, output: usize, rows: i32, columns: i32, stride: i32): void {
  const size = sizeof<T>()
  const side = 16 / <i32>size
  const inStep = <usize>stride * size
  const outStep = <usize>rows * size
  const wholeRows = rows - (rows % side)
  const wholeColumns = columns - (columns % side)
  for (let column = 0; column < wholeColumns; column += side) {
    let from = input + <usize>column * size
    let to = output + <usize>column * outStep
    for (let row = 0; row < wholeRows; row += side) {
      if (size == 2) block16(from, inStep, to, outStep)
      else if (size == 4) block32(from, inStep, to, outStep)
      else block64(from, inStep, to, outStep)
      from += <usize>side * inStep
      to += 16
    }
  }
  for (let row = 0; row < rows; row++) {
    const first = row < wholeRows ? wholeColumns : 0
    let from = input + <usize>row * inStep + <usize>first * size
    let to = output + <usize>first * outStep + <usize>row * size
    for (let column = first; column < columns; column++) {
      store<T>(to, load<T>(from))
      from += size
      to += outStep
    }
  }
}

export function transpose16(
  input: usize,
  output: usize,
  rows: i32,
  columns: i32,
  stride: i32,
): void {
  transposed<i16>(input, output, rows, columns, stride)
}

export function transpose32(
  input: usize,
  output: usize,
  rows: i32,
  columns: i32,
  stride: i32,
): void {
  transposed<i32>(input, output, rows, columns, stride)
}

export function transpose64(
  input: usize,
  output: usize,
  rows: i32,
  columns: i32,
  stride: i32,
): void {
  transposed<i64>(input, output, rows, columns, stride)
}
