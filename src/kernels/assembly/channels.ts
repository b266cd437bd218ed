// What is asked of every channel of frames of any native format, two channels at a time: between
// which values they lie, and what they are as the whole numbers of a file. Where the number of
// channels is odd, the last one stands in both lanes; state and parameters have room for that.
// Everything is computed in float64. Frames are taken in blocks that stay in the nearest cache.

const blockFrames: i32 = 64

// @ts-ignore: decorator
@inline
function pairOf<T>(from: usize, isPair: bool): v128 {
  if (isFloat<T>()) {
    if (sizeof<T>() == 4) {
      return f64x2.promote_low_f32x4(isPair ? v128.load64_zero(from) : v128.load32_splat(from))
    }
    return isPair ? v128.load(from) : v128.load64_splat(from)
  }
  if (sizeof<T>() == 4) {
    return f64x2.convert_low_i32x4_s(isPair ? v128.load64_zero(from) : v128.load32_splat(from))
  }
  const pair = isPair ? v128.load32_zero(from) : v128.load16_splat(from)
  return f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_s(pair))
}

// @ts-ignore: decorator
@inline
function surveyPair<T>(input: usize, frames: i32, step: usize, isPair: bool, state: usize): void {
  let low = v128.load(state)
  let high = v128.load(state, 16)
  let notFinite = v128.load(state, 32)
  let fractions = v128.load(state, 48)
  const one = f64x2.splat(1)
  for (let f = 0; f < frames; f++) {
    const value = pairOf<T>(input, isPair)
    if (isFloat<T>()) {
      const difference = f64x2.sub(value, value)
      const finite = f64x2.eq(difference, difference)
      low = v128.bitselect(value, low, v128.and(finite, f64x2.lt(value, low)))
      high = v128.bitselect(value, high, v128.and(finite, f64x2.gt(value, high)))
      const broken = v128.and(finite, f64x2.ne(value, f64x2.floor(value)))
      notFinite = f64x2.add(notFinite, v128.andnot(one, finite))
      fractions = f64x2.add(fractions, v128.and(one, broken))
    } else {
      low = f64x2.pmin(low, value)
      high = f64x2.pmax(high, value)
    }
    input += step
  }
  v128.store(state, low)
  v128.store(state, high, 16)
  v128.store(state, notFinite, 32)
  v128.store(state, fractions, 48)
}

/** As two pairs of float32, whose lowest and highest values are exact in float32. */
function surveyFour(input: usize, frames: i32, step: usize, state: usize): void {
  let low = fourOf(state)
  let high = fourOf(state + 16)
  let odd = i32x4.splat(0)
  let broken = i32x4.splat(0)
  for (let f = 0; f < frames; f++) {
    const value = v128.load(input)
    const difference = f32x4.sub(value, value)
    const finite = f32x4.eq(difference, difference)
    low = v128.bitselect(value, low, v128.and(finite, f32x4.lt(value, low)))
    high = v128.bitselect(value, high, v128.and(finite, f32x4.gt(value, high)))
    odd = i32x4.add(odd, finite)
    broken = i32x4.sub(broken, v128.and(finite, f32x4.ne(value, f32x4.floor(value))))
    input += step
  }
  putFour(state, low)
  putFour(state + 16, high)
  odd = i32x4.add(odd, i32x4.splat(frames))
  addFour(state + 32, odd)
  addFour(state + 48, broken)
}

// @ts-ignore: decorator
@inline
function fourOf(state: usize): v128 {
  const first = f32x4.demote_f64x2_zero(v128.load(state))
  return v128.shuffle<i64>(first, f32x4.demote_f64x2_zero(v128.load(state, 64)), 0, 2)
}

// @ts-ignore: decorator
@inline
function putFour(state: usize, values: v128): void {
  v128.store(state, f64x2.promote_low_f32x4(values))
  v128.store(state, f64x2.promote_low_f32x4(v128.shuffle<i64>(values, values, 1, 1)), 64)
}

// @ts-ignore: decorator
@inline
function addFour(state: usize, counts: v128): void {
  const low = f64x2.convert_low_i32x4_s(counts)
  const high = f64x2.convert_low_i32x4_s(v128.shuffle<i64>(counts, counts, 1, 1))
  v128.store(state, f64x2.add(v128.load(state), low))
  v128.store(state, f64x2.add(v128.load(state, 64), high), 64)
}

// @ts-ignore: decorator
@inline
function surveyed<T>(input: usize, frames: i32, channels: i32, stride: i32, state: usize): void {
  const step = <usize>stride * sizeof<T>()
  for (let first = 0; first < frames; first += blockFrames) {
    const count = min(blockFrames, frames - first)
    const from = input + <usize>first * step
    let pair = state
    let c = 0
    if (isFloat<T>() && sizeof<T>() == 4) {
      for (; c + 3 < channels; c += 4) {
        surveyFour(from + <usize>c * 4, count, step, pair)
        pair += 128
      }
    }
    for (; c < channels; c += 2) {
      const at = from + <usize>c * sizeof<T>()
      if (c + 1 < channels) surveyPair<T>(at, count, step, true, pair)
      else surveyPair<T>(at, count, step, false, pair)
      pair += 64
    }
  }
}

/**
 * state, of every pair of channels: 2 float64 each of the lowest and the highest finite value, and
 * of how many are not finite and how many finite ones are not whole.
 */
export function surveyInt16(x: usize, frames: i32, channels: i32, stride: i32, state: usize): void {
  surveyed<i16>(x, frames, channels, stride, state)
}

export function surveyInt32(x: usize, frames: i32, channels: i32, stride: i32, state: usize): void {
  surveyed<i32>(x, frames, channels, stride, state)
}

export function surveyFloat32(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  state: usize,
): void {
  surveyed<f32>(x, frames, channels, stride, state)
}

export function surveyFloat64(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  state: usize,
): void {
  surveyed<f64>(x, frames, channels, stride, state)
}

// @ts-ignore: decorator
@inline
function encodePair<T>(
  input: usize,
  frames: i32,
  step: usize,
  isPair: bool,
  pair: usize,
  output: usize,
  row: usize,
): void {
  const scale = v128.load(pair)
  const offset = v128.load(pair, 16)
  const zero = v128.load(pair, 32)
  const digit = v128.load(pair, 48)
  const perDigit = v128.load(pair, 64)
  const lowest = v128.load(pair, 80)
  const highest = v128.load(pair, 96)
  const one = f64x2.splat(1)
  const half = f64x2.splat(0.5)
  const below = f64x2.sub(lowest, one)
  const above = f64x2.add(highest, one)
  let held = v128.load(pair, 112)
  let worst = v128.load(pair, 128)
  let clipped = v128.load(pair, 144)
  let notFinite = v128.load(pair, 160)
  for (let f = 0; f < frames; f++) {
    const value = f64x2.add(f64x2.mul(pairOf<T>(input, isPair), scale), offset)
    const difference = f64x2.sub(value, value)
    const finite = f64x2.eq(difference, difference)
    const exact = f64x2.floor(f64x2.add(f64x2.mul(f64x2.sub(value, zero), perDigit), half))
    const outside = v128.or(f64x2.lt(exact, below), f64x2.gt(exact, above))
    clipped = f64x2.add(clipped, v128.and(one, v128.and(finite, outside)))
    notFinite = f64x2.add(notFinite, v128.andnot(one, finite))
    const digital = f64x2.pmax(f64x2.pmin(exact, highest), lowest)
    const error = f64x2.abs(f64x2.sub(value, f64x2.add(zero, f64x2.mul(digital, digit))))
    worst = v128.bitselect(error, worst, v128.and(finite, f64x2.gt(error, worst)))
    held = v128.bitselect(digital, held, finite)
    const whole = i32x4.trunc_sat_f64x2_s_zero(held)
    v128.store32_lane(output, whole, 0)
    if (isPair) v128.store32_lane(output + row, whole, 1)
    input += step
    output += 4
  }
  v128.store(pair, held, 112)
  v128.store(pair, worst, 128)
  v128.store(pair, clipped, 144)
  v128.store(pair, notFinite, 160)
}

/**
 * The usual block: every value finite and within the limits.
 * @returns false where it is not; then nothing but the output has changed
 */
// @ts-ignore: decorator
@inline
function encodeUsual<T>(
  input: usize,
  frames: i32,
  step: usize,
  isPair: bool,
  pair: usize,
  output: usize,
  row: usize,
): bool {
  const scale = v128.load(pair)
  const offset = v128.load(pair, 16)
  const zero = v128.load(pair, 32)
  const digit = v128.load(pair, 48)
  const perDigit = v128.load(pair, 64)
  const half = f64x2.splat(0.5)
  let worst = v128.load(pair, 128)
  let digital = v128.load(pair, 112)
  let least = v128.load(pair, 96)
  let most = v128.load(pair, 80)
  let nothing = f64x2.splat(0)
  for (let f = 0; f < frames; f++) {
    const value = f64x2.add(f64x2.mul(pairOf<T>(input, isPair), scale), offset)
    nothing = f64x2.add(nothing, f64x2.sub(value, value))
    digital = f64x2.floor(f64x2.add(f64x2.mul(f64x2.sub(value, zero), perDigit), half))
    least = f64x2.min(least, digital)
    most = f64x2.max(most, digital)
    const error = f64x2.abs(f64x2.sub(value, f64x2.add(zero, f64x2.mul(digital, digit))))
    worst = f64x2.pmax(worst, error)
    const whole = i32x4.relaxed_trunc_f64x2_s_zero(digital)
    v128.store32_lane(output, whole, 0)
    if (isPair) v128.store32_lane(output + row, whole, 1)
    input += step
    output += 4
  }
  const inside = v128.and(f64x2.ge(least, v128.load(pair, 80)), f64x2.le(most, v128.load(pair, 96)))
  if (!i64x2.all_true(v128.and(inside, f64x2.eq(nothing, f64x2.splat(0))))) return false
  v128.store(pair, digital, 112)
  v128.store(pair, worst, 128)
  return true
}

// @ts-ignore: decorator
@inline
function encodeBlock<T>(
  input: usize,
  frames: i32,
  step: usize,
  isPair: bool,
  pair: usize,
  output: usize,
  row: usize,
): void {
  if (encodeUsual<T>(input, frames, step, isPair, pair, output, row)) return
  encodePair<T>(input, frames, step, isPair, pair, output, row)
}

// @ts-ignore: decorator
@inline
function encoded<T>(
  input: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  pairs: usize,
  output: usize,
): void {
  const step = <usize>stride * sizeof<T>()
  const row = <usize>frames * 4
  for (let first = 0; first < frames; first += blockFrames) {
    const count = min(blockFrames, frames - first)
    const from = input + <usize>first * step
    let to = output + <usize>first * 4
    let pair = pairs
    for (let c = 0; c < channels; c += 2) {
      const at = from + <usize>c * sizeof<T>()
      if (c + 1 < channels) encodeBlock<T>(at, count, step, true, pair, to, row)
      else encodeBlock<T>(at, count, step, false, pair, to, row)
      pair += 176
      to += 2 * row
    }
  }
}

/**
 * pairs, of every pair of channels: 2 float64 each of scale, offset, value of digital 0, value and
 * inverse of a digital step, lowest and highest digital value; and, as state, of the last digital
 * value, the largest error, how many were clipped and how many were not finite.
 * output: int32, channel after channel, `frames` each.
 */
export function encodeInt16(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  pairs: usize,
  output: usize,
): void {
  encoded<i16>(x, frames, channels, stride, pairs, output)
}

export function encodeInt32(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  pairs: usize,
  output: usize,
): void {
  encoded<i32>(x, frames, channels, stride, pairs, output)
}

export function encodeFloat32(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  pairs: usize,
  output: usize,
): void {
  encoded<f32>(x, frames, channels, stride, pairs, output)
}

export function encodeFloat64(
  x: usize,
  frames: i32,
  channels: i32,
  stride: i32,
  pairs: usize,
  output: usize,
): void {
  encoded<f64>(x, frames, channels, stride, pairs, output)
}
