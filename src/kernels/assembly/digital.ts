// Samples of any native format as the whole numbers of a file's record, 16 or 24 bits, channel after
// channel, and what is lost by that: four channels at a time, in float64. Frames are taken in blocks
// that stay in the nearest cache. A block in which every value is finite and within the limits, as
// nearly all are, is done by the short loop; another one by the loop that looks at each.
//
// digital = raw × gain + bias, to the nearest whole number, a half to the even one.

import { blockFrames, digits, packDigits } from './digital-rows'

/** Float64s of a group: gain, bias, lowest, highest; held, worst, clipped, not finite; four each. */
const groupBytes: usize = 8 * 4 * 8
/**
 * 3 × 2⁵¹: added, it leaves no room for fractions, and the number in two's complement in the lower
 * bits. In memory, as the other constants are: V8 would make them anew wherever they are used.
 */
const magic = memory.data<f64>(
  [6755399441055744, 6755399441055744, -6755399441055744, -6755399441055744],
  16,
)
const ones = memory.data<f64>([1, 1, -1, -1], 16)
const zeros = memory.data<f64>([0, 0], 16)

/** Four neighbours, of which the first two are asked for; the last of `lanes` stands in for others. */
// @ts-ignore: decorator
@inline
function lowPair<T>(from: usize, lanes: i32): v128 {
  const last = from + (lanes > 1 ? sizeof<T>() : 0)
  return lanes == 4 ? lowOfFour<T>(from) : f64x2(<f64>load<T>(from), <f64>load<T>(last))
}

// @ts-ignore: decorator
@inline
function highPair<T>(from: usize, lanes: i32): v128 {
  if (lanes == 4) return highOfFour<T>(from)
  const last = from + <usize>(lanes - 1) * sizeof<T>()
  return f64x2.splat(<f64>load<T>(last))
}

// @ts-ignore: decorator
@inline
function lowOfFour<T>(from: usize): v128 {
  if (isFloat<T>()) {
    if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.load64_zero(from))
    return v128.load(from)
  }
  if (sizeof<T>() == 4) return f64x2.convert_low_i32x4_s(v128.load64_zero(from))
  return f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_s(v128.load32_zero(from)))
}

// @ts-ignore: decorator
@inline
function highOfFour<T>(from: usize): v128 {
  return lowOfFour<T>(from + 2 * sizeof<T>())
}

/** Four neighbours as they are, whole numbers in 32 bits; of float64, two. */
// @ts-ignore: decorator
@inline
function fourOf<T>(from: usize): v128 {
  return sizeof<T>() == 2 ? i32x4.extend_low_i16x8_s(v128.load64_zero(from)) : v128.load(from)
}

// @ts-ignore: decorator
@inline
function lowOf<T>(four: v128): v128 {
  return isFloat<T>() ? f64x2.promote_low_f32x4(four) : f64x2.convert_low_i32x4_s(four)
}

// @ts-ignore: decorator
@inline
function leastOf<T>(a: v128, b: v128): v128 {
  return isFloat<T>() ? f32x4.pmin(a, b) : i32x4.min_s(a, b)
}

// @ts-ignore: decorator
@inline
function mostOf<T>(a: v128, b: v128): v128 {
  return isFloat<T>() ? f32x4.pmax(a, b) : i32x4.max_s(a, b)
}

/** x + y, by the units that multiply: those that add have enough to do. The same to the last bit. */
// @ts-ignore: decorator
@inline
function plus(x: v128, y: v128, one: v128): v128 {
  return f64x2.relaxed_madd(x, one, y)
}

/**
 * Are the lowest and the highest of a pair's raw values within the limits, and so all of them?
 * Rounded products and sums never change the order of what goes in.
 */
// @ts-ignore: decorator
@inline
function isInside(least: v128, most: v128, pair: usize): bool {
  const gain = v128.load(pair)
  const bias = v128.load(pair, 32)
  const lowest = v128.load(pair, 64)
  const highest = v128.load(pair, 96)
  const first = f64x2.nearest(f64x2.add(f64x2.mul(least, gain), bias))
  const last = f64x2.nearest(f64x2.add(f64x2.mul(most, gain), bias))
  const above = v128.and(f64x2.ge(first, lowest), f64x2.ge(last, lowest))
  const below = v128.and(f64x2.le(first, highest), f64x2.le(last, highest))
  return i64x2.all_true(v128.and(above, below))
}

/** Sums of products with zero: in float32 for four values of it, else in float64. */
// @ts-ignore: decorator
@inline
function areZero<T>(sums: v128, lanes: i32): bool {
  const isFour = isFloat<T>() && sizeof<T>() == 4 && lanes == 4
  return isFour
    ? i32x4.all_true(f32x4.eq(sums, sums))
    : i64x2.all_true(f64x2.eq(sums, sums))
}

/** What a usual block has left: the last digital values, and the largest errors. */
// @ts-ignore: decorator
@inline
function keep(frames: i32, worstLow: v128, worstHigh: v128, group: usize): void {
  const last = v128.load(digits + <usize>(frames - 1) * 16)
  v128.store(group, f64x2.convert_low_i32x4_s(last), 128)
  v128.store(group, f64x2.convert_low_i32x4_s(v128.shuffle<i64>(last, last, 1, 1)), 144)
  v128.store(group, worstLow, 160)
  v128.store(group, worstHigh, 176)
}

/**
 * The usual block: every value finite and within the limits.
 * @param isMeasured the largest error is looked for
 * @returns false where it is not; then the group has not changed
 */
// @ts-ignore: decorator
@inline
function encodeUsual<T>(
  input: usize,
  frames: i32,
  step: usize,
  lanes: i32,
  isMeasured: bool,
  group: usize,
): bool {
  const gainLow = v128.load(group)
  const gainHigh = v128.load(group, 16)
  const biasLow = v128.load(group, 32)
  const biasHigh = v128.load(group, 48)
  const shift = v128.load(magic)
  const shiftBack = v128.load(magic, 16)
  const one = v128.load(ones)
  const minusOne = v128.load(ones, 16)
  let worstLow = v128.load(group, 160)
  let worstHigh = v128.load(group, 176)
  let leastLow = lowPair<T>(input, lanes)
  let leastHigh = highPair<T>(input, lanes)
  let mostLow = leastLow
  let mostHigh = leastHigh
  let least = fourOf<T>(input)
  let most = least
  const zero = v128.load(zeros)
  let nothing = zero
  let to: usize = digits
  for (let f = 0; f < frames; f++) {
    const rawLow = lowPair<T>(input, lanes)
    const rawHigh = highPair<T>(input, lanes)
    if (sizeof<T>() < 8 && lanes == 4) {
      const raw = fourOf<T>(input)
      least = leastOf<T>(least, raw)
      most = mostOf<T>(most, raw)
    } else {
      leastLow = f64x2.pmin(leastLow, rawLow)
      leastHigh = f64x2.pmin(leastHigh, rawHigh)
      mostLow = f64x2.pmax(mostLow, rawLow)
      mostHigh = f64x2.pmax(mostHigh, rawHigh)
    }
    const low = plus(f64x2.mul(rawLow, gainLow), biasLow, one)
    const high = plus(f64x2.mul(rawHigh, gainHigh), biasHigh, one)
    const shiftedLow = f64x2.add(low, shift)
    const shiftedHigh = f64x2.add(high, shift)
    v128.store(to, v128.shuffle<i32>(shiftedLow, shiftedHigh, 0, 2, 4, 6))
    if (isMeasured) {
      const errorLow = plus(plus(shiftedLow, shiftBack, one), low, minusOne)
      const errorHigh = plus(plus(shiftedHigh, shiftBack, one), high, minusOne)
      worstLow = f64x2.pmax(worstLow, f64x2.abs(errorLow))
      worstHigh = f64x2.pmax(worstHigh, f64x2.abs(errorHigh))
    }
    if (sizeof<T>() == 8 || lanes < 4) {
      nothing = f64x2.add(nothing, f64x2.mul(f64x2.add(rawLow, rawHigh), zero))
    } else if (isFloat<T>()) nothing = f32x4.relaxed_madd(fourOf<T>(input), zero, nothing)
    input += step
    to += 16
  }
  if (sizeof<T>() < 8 && lanes == 4) {
    leastLow = lowOf<T>(least)
    leastHigh = lowOf<T>(v128.shuffle<i64>(least, least, 1, 1))
    mostLow = lowOf<T>(most)
    mostHigh = lowOf<T>(v128.shuffle<i64>(most, most, 1, 1))
  }
  if (!areZero<T>(nothing, lanes)) return false
  if (!isInside(leastLow, mostLow, group)) return false
  if (!isInside(leastHigh, mostHigh, group + 16)) return false
  keep(frames, worstLow, worstHigh, group)
  return true
}

/** A pair of the group, looking at every value. */
// @ts-ignore: decorator
@inline
function encodeChecked<T>(
  input: usize,
  frames: i32,
  step: usize,
  lanes: i32,
  isHigh: bool,
  pair: usize,
): void {
  const gain = v128.load(pair)
  const bias = v128.load(pair, 32)
  const lowest = v128.load(pair, 64)
  const highest = v128.load(pair, 96)
  const one = f64x2.splat(1)
  const below = f64x2.sub(lowest, one)
  const above = f64x2.add(highest, one)
  let held = v128.load(pair, 128)
  let worst = v128.load(pair, 160)
  let clipped = v128.load(pair, 192)
  let notFinite = v128.load(pair, 224)
  let to: usize = digits + (isHigh ? 8 : 0)
  for (let f = 0; f < frames; f++) {
    const raw = isHigh ? highPair<T>(input, lanes) : lowPair<T>(input, lanes)
    const exact = f64x2.add(f64x2.mul(raw, gain), bias)
    const difference = f64x2.sub(exact, exact)
    const finite = f64x2.eq(difference, difference)
    const whole = f64x2.nearest(exact)
    const outside = v128.or(f64x2.lt(whole, below), f64x2.gt(whole, above))
    clipped = f64x2.add(clipped, v128.and(one, v128.and(finite, outside)))
    notFinite = f64x2.add(notFinite, v128.andnot(one, finite))
    const digital = f64x2.pmax(f64x2.pmin(whole, highest), lowest)
    const error = f64x2.abs(f64x2.sub(exact, digital))
    worst = v128.bitselect(error, worst, v128.and(finite, f64x2.gt(error, worst)))
    held = v128.bitselect(digital, held, finite)
    v128.store64_lane(to, i32x4.trunc_sat_f64x2_s_zero(held), 0)
    input += step
    to += 16
  }
  v128.store(pair, held, 128)
  v128.store(pair, worst, 160)
  v128.store(pair, clipped, 192)
  v128.store(pair, notFinite, 224)
}

/**
 * Within the limits no error is more than half a digital value: once that is all but reached in all
 * channels of the group, it is what is told, and not looked for any more.
 */
function isKnown(group: usize): bool {
  const almost = f64x2.splat(0.499)
  const low = v128.load(group, 160)
  const high = v128.load(group, 176)
  if (!i64x2.all_true(v128.and(f64x2.ge(low, almost), f64x2.ge(high, almost)))) return false
  const half = f64x2.splat(0.5)
  v128.store(group, f64x2.pmax(low, half), 160)
  v128.store(group, f64x2.pmax(high, half), 176)
  return true
}

// @ts-ignore: decorator
@inline
function encodeGroup<T>(input: usize, frames: i32, step: usize, lanes: i32, group: usize): void {
  if (isKnown(group)) {
    if (encodeUsual<T>(input, frames, step, lanes, false, group)) return
  } else if (encodeUsual<T>(input, frames, step, lanes, true, group)) return
  encodeChecked<T>(input, frames, step, lanes, false, group)
  encodeChecked<T>(input, frames, step, lanes, true, group + 16)
}

// @ts-ignore: decorator
@inline
function encoded<T>(
  input: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  groups: usize,
  output: usize,
  row: i32,
  size: i32,
): void {
  const step = <usize>stride * sizeof<T>()
  for (let first = 0; first < frames; first += blockFrames) {
    const count = min(blockFrames, frames - first)
    const from = input + <usize>first * step
    let to = output + <usize>first * size
    let group = groups
    for (let c = 0; c < channels; c += 4) {
      const at = from + <usize>c * sizeof<T>()
      const lanes = min(4, channels - c)
      if (lanes == 4) encodeGroup<T>(at, count, step, 4, group)
      else encodeGroup<T>(at, count, step, lanes, group)
      packDigits(count, to, row, lanes, size)
      group += groupBytes
      to += 4 * <usize>row
    }
  }
}

/**
 * groups, of every four channels: 4 float64 each of gain, bias, lowest and highest digital value; and,
 * as state, of the last digital value, the largest error in digital values, how many were more than
 * one of them beyond the limits, and how many were not finite.
 * output: of the first channel; `row` bytes from channel to channel, `size` bytes a value, 2 or 3.
 */
export function encodeInt16(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  groups: usize,
  output: usize,
  row: i32,
  size: i32,
): void {
  encoded<i16>(x, frames, channels, stride, groups, output, row, size)
}

export function encodeInt32(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  groups: usize,
  output: usize,
  row: i32,
  size: i32,
): void {
  encoded<i32>(x, frames, channels, stride, groups, output, row, size)
}

export function encodeFloat32(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  groups: usize,
  output: usize,
  row: i32,
  size: i32,
): void {
  encoded<f32>(x, frames, channels, stride, groups, output, row, size)
}

export function encodeFloat64(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  groups: usize,
  output: usize,
  row: i32,
  size: i32,
): void {
  encoded<f64>(x, frames, channels, stride, groups, output, row, size)
}
