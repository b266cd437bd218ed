// Digital values of four channels, frame by frame, as rows of 16 or 24 bits, channel after channel.

/** Frames of a block, which stays in the nearest cache. */
export const blockFrames: i32 = 64
/** int32, four channels a frame, of the block that is under way; in the module's own page. */
export const digits = memory.data(blockFrames * 16, 16)
/** In memory: V8 would make a constant anew wherever it is used. */
const gather = memory.data<u8>([0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255], 16)

/** Eight frames of four channels, to 16 bytes of each; by shuffles that are one instruction. */
// @ts-ignore: decorator
@inline
function packEight16(from: usize, to: usize, row: usize, lanes: i32): void {
  const a = i16x8.narrow_i32x4_s(v128.load(from), v128.load(from, 64))
  const b = i16x8.narrow_i32x4_s(v128.load(from, 16), v128.load(from, 80))
  const c = i16x8.narrow_i32x4_s(v128.load(from, 32), v128.load(from, 96))
  const d = i16x8.narrow_i32x4_s(v128.load(from, 48), v128.load(from, 112))
  const abLow = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
  const abHigh = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
  const cdLow = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11)
  const cdHigh = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15)
  const first = v128.shuffle<i32>(abLow, cdLow, 0, 4, 1, 5)
  const second = v128.shuffle<i32>(abHigh, cdHigh, 0, 4, 1, 5)
  v128.store(to, v128.shuffle<i64>(first, second, 0, 2))
  if (lanes > 1) v128.store(to + row, v128.shuffle<i64>(first, second, 1, 3))
  const third = v128.shuffle<i32>(abLow, cdLow, 2, 6, 3, 7)
  const fourth = v128.shuffle<i32>(abHigh, cdHigh, 2, 6, 3, 7)
  if (lanes > 2) v128.store(to + 2 * row, v128.shuffle<i64>(third, fourth, 0, 2))
  if (lanes > 3) v128.store(to + 3 * row, v128.shuffle<i64>(third, fourth, 1, 3))
}

/** The lower 24 bits of four values, and nothing behind them. */
// @ts-ignore: decorator
@inline
function put24(to: usize, values: v128): void {
  const packed = i8x16.relaxed_swizzle(values, v128.load(gather))
  v128.store64_lane(to, packed, 0)
  v128.store32_lane(to, packed, 2, 8)
}

/** Four frames of four channels, to 12 bytes of each. */
// @ts-ignore: decorator
@inline
function packFour24(from: usize, to: usize, row: usize, lanes: i32): void {
  const a = v128.load(from)
  const b = v128.load(from, 16)
  const c = v128.load(from, 32)
  const d = v128.load(from, 48)
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  put24(to, v128.shuffle<i64>(abLow, cdLow, 0, 2))
  if (lanes > 1) put24(to + row, v128.shuffle<i64>(abLow, cdLow, 1, 3))
  if (lanes > 2) put24(to + 2 * row, v128.shuffle<i64>(abHigh, cdHigh, 0, 2))
  if (lanes > 3) put24(to + 3 * row, v128.shuffle<i64>(abHigh, cdHigh, 1, 3))
}

/** The first frames of `digits` to the rows of a record; `size` bytes a value, 2 or 3. */
export function packDigits(frames: i32, output: usize, row: usize, lanes: i32, size: usize): void {
  let from: usize = digits
  let to = output
  const atOnce = size == 2 ? 8 : 4
  let left = frames
  for (; left >= atOnce; left -= atOnce) {
    if (size == 2) packEight16(from, to, row, lanes)
    else packFour24(from, to, row, lanes)
    from += 16 * atOnce
    to += size * atOnce
  }
  for (; left > 0; left--) {
    let each = to
    for (let lane = 0; lane < lanes; lane++) {
      const value = load<i32>(from + 4 * lane)
      store<i16>(each, <i16>value)
      if (size == 3) store<u8>(each, <u8>(value >> 16), 2)
      each += row
    }
    from += 16
    to += size
  }
}
