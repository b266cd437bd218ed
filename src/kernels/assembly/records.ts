// Records of 24 bits, channel after channel, as the frames of a chunk; and frames of whole numbers as
// what they stand for, in float64.

/** In memory: V8 would make a constant anew wherever it is used. */
const spread = memory.data<u8>([255, 0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11], 16)

/** Little-endian 24 bits, signed, four of them from 12 bytes; 4 bytes behind them are read. */
// @ts-ignore: decorator
@inline
function four24(from: usize): v128 {
  return i32x4.shr_s(i8x16.relaxed_swizzle(v128.load(from), v128.load(spread)), 8)
}

// @ts-ignore: decorator
@inline
function one24(from: usize): i32 {
  return (<i32>load<i8>(from, 2) << 16) | <i32>load<u16>(from)
}

/**
 * Rows of 24 bits to columns of 32: `rows` channels, `inStep` bytes apart, of `columns` samples. The
 * output is dense. Up to 4 bytes behind the input are read.
 */
export function frames24(
  input: usize,
  output: usize,
  rows: i32,
  columns: i32,
  inStep: i32,
): void {
  const across = <usize>inStep
  const down = <usize>rows * 4
  const wholeRows = rows & ~3
  const wholeColumns = columns & ~3
  for (let column = 0; column < wholeColumns; column += 4) {
    let from = input + <usize>column * 3
    let to = output + <usize>column * down
    for (let row = 0; row < wholeRows; row += 4) {
      const a = four24(from)
      const b = four24(from + across)
      const c = four24(from + 2 * across)
      const d = four24(from + 3 * across)
      const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
      const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
      const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
      const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<i64>(abLow, cdLow, 0, 2))
      v128.store(to + down, v128.shuffle<i64>(abLow, cdLow, 1, 3))
      v128.store(to + 2 * down, v128.shuffle<i64>(abHigh, cdHigh, 0, 2))
      v128.store(to + 3 * down, v128.shuffle<i64>(abHigh, cdHigh, 1, 3))
      from += 4 * across
      to += 16
    }
  }
  for (let row = 0; row < rows; row++) {
    const first = row < wholeRows ? wholeColumns : 0
    let from = input + <usize>row * across + <usize>first * 3
    let to = output + <usize>first * down + <usize>row * 4
    for (let column = first; column < columns; column++) {
      store<i32>(to, one24(from))
      from += 3
      to += down
    }
  }
}
