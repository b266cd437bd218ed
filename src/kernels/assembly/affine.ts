// physical = raw × scale + offset, per channel, from any native sample format to float32 or float64.
// Computed in float64 and rounded once, so that 24-bit counts lose nothing before the rounding.
// scale, offset: `stride` float64 each.

/** Two neighbours in float64. */
// @ts-ignore: decorator
@inline
function pairOf<T>(from: usize): v128 {
  if (isFloat<T>()) {
    if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.load64_zero(from))
    return v128.load(from)
  }
  if (sizeof<T>() == 4) return f64x2.convert_low_i32x4_s(v128.load64_zero(from))
  return f64x2.convert_low_i32x4_s(i32x4.extend_low_i16x8_s(v128.load32_zero(from)))
}

// @ts-ignore: decorator
@inline
function put<U>(to: usize, low: v128, high: v128): void {
  if (sizeof<U>() == 8) {
    v128.store(to, low)
    v128.store(to, high, 16)
    return
  }
  const first = f32x4.demote_f64x2_zero(low)
  v128.store(to, v128.shuffle<i64>(first, f32x4.demote_f64x2_zero(high), 0, 2))
}

// @ts-ignore: decorator
@inline
function affine<T, U>(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  const end = scale + <usize>stride * 8
  const apart = offset - scale
  for (let f = 0; f < frames; f++) {
    for (let at = scale; at < end; at += 32) {
      const low = f64x2.mul(pairOf<T>(input), v128.load(at))
      const high = f64x2.mul(pairOf<T>(input + 2 * sizeof<T>()), v128.load(at, 16))
      const plus = at + apart
      put<U>(output, f64x2.add(low, v128.load(plus)), f64x2.add(high, v128.load(plus, 16)))
      input += 4 * sizeof<T>()
      output += 4 * sizeof<U>()
    }
  }
}

export function affineFromInt32(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<i32, f32>(input, output, frames, stride, scale, offset)
}

export function affineFromInt16(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<i16, f32>(input, output, frames, stride, scale, offset)
}

export function affineFromFloat32(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<f32, f32>(input, output, frames, stride, scale, offset)
}

export function affineFromFloat64(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<f64, f32>(input, output, frames, stride, scale, offset)
}

export function affineWideFromInt32(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<i32, f64>(input, output, frames, stride, scale, offset)
}

export function affineWideFromInt16(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<i16, f64>(input, output, frames, stride, scale, offset)
}

export function affineWideFromFloat32(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<f32, f64>(input, output, frames, stride, scale, offset)
}

export function affineWideFromFloat64(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  affine<f64, f64>(input, output, frames, stride, scale, offset)
}
