// Between which values every channel of frames of any native format lies, two or four channels at a
// time. Where the number of channels is odd, the last one stands in both lanes; the state has room
// for that. Frames are taken in blocks that stay in the nearest cache.

const blockFrames: i32 = 64
/** In memory: V8 would make a constant anew wherever it is used. */
const zeros = memory.data<f64>([0, 0], 16)

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

/** Two pairs of float32, whose lowest and highest values are exact in float32. */
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

/**
 * The usual block of `surveyFour`, whose values are all finite.
 * @param isAsked whether values are whole
 * @returns false where one is not finite; then nothing has changed
 */
// @ts-ignore: decorator
@inline
function surveyUsual(input: usize, frames: i32, step: usize, isAsked: bool, state: usize): bool {
  const zero = v128.load(zeros)
  let low = fourOf(state)
  let high = fourOf(state + 16)
  let nothing = zero
  let broken = zero
  for (let f = 0; f < frames; f++) {
    const value = v128.load(input)
    low = f32x4.pmin(low, value)
    high = f32x4.pmax(high, value)
    nothing = f32x4.relaxed_madd(value, zero, nothing)
    if (isAsked) broken = i32x4.sub(broken, f32x4.ne(value, f32x4.floor(value)))
    input += step
  }
  if (!i32x4.all_true(f32x4.eq(nothing, zero))) return false
  putFour(state, low)
  putFour(state + 16, high)
  if (isAsked) addFour(state + 48, broken)
  return true
}

/** All four channels have values that are not whole: none need be looked for any more. */
// @ts-ignore: decorator
@inline
function areBroken(state: usize): bool {
  const zero = v128.load(zeros)
  const first = f64x2.gt(v128.load(state, 48), zero)
  return i64x2.all_true(v128.and(first, f64x2.gt(v128.load(state, 112), zero)))
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
        const at = from + <usize>c * 4
        const isUsual = areBroken(pair)
          ? surveyUsual(at, count, step, false, pair)
          : surveyUsual(at, count, step, true, pair)
        if (!isUsual) surveyFour(at, count, step, pair)
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
 * of how many are not finite and how many finite ones are not whole: those of the first blocks that
 * have any.
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
