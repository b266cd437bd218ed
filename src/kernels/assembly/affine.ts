// physical = raw × scale + offset, per channel, from any native sample format to float32.
// Computed in float64 and rounded once, so that 24-bit counts lose nothing before the rounding.
// scale, offset: `stride` float64 each.

// @ts-ignore: decorator
@inline
function affine(low: v128, high: v128, scale: usize, offset: usize, output: usize): void {
  const a = f64x2.add(f64x2.mul(low, v128.load(scale)), v128.load(offset))
  const b = f64x2.add(f64x2.mul(high, v128.load(scale, 16)), v128.load(offset, 16))
  v128.store(
    output,
    v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2),
  )
}

export function affineFromInt32(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  const lanes = <usize>stride
  for (let f = 0; f < frames; f++) {
    for (let c: usize = 0; c < lanes; c += 4) {
      const v = v128.load(input + c * 4)
      affine(
        f64x2.convert_low_i32x4_s(v),
        f64x2.convert_low_i32x4_s(v128.shuffle<i64>(v, v, 1, 1)),
        scale + c * 8,
        offset + c * 8,
        output + c * 4,
      )
    }
    input += lanes * 4
    output += lanes * 4
  }
}

export function affineFromInt16(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  const lanes = <usize>stride
  for (let f = 0; f < frames; f++) {
    for (let c: usize = 0; c < lanes; c += 4) {
      const v = i32x4.extend_low_i16x8_s(v128.load64_zero(input + c * 2))
      affine(
        f64x2.convert_low_i32x4_s(v),
        f64x2.convert_low_i32x4_s(v128.shuffle<i64>(v, v, 1, 1)),
        scale + c * 8,
        offset + c * 8,
        output + c * 4,
      )
    }
    input += lanes * 2
    output += lanes * 4
  }
}

export function affineFromFloat32(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  const lanes = <usize>stride
  for (let f = 0; f < frames; f++) {
    for (let c: usize = 0; c < lanes; c += 4) {
      const v = v128.load(input + c * 4)
      affine(
        f64x2.promote_low_f32x4(v),
        f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)),
        scale + c * 8,
        offset + c * 8,
        output + c * 4,
      )
    }
    input += lanes * 4
    output += lanes * 4
  }
}

export function affineFromFloat64(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  scale: usize,
  offset: usize,
): void {
  const lanes = <usize>stride
  for (let f = 0; f < frames; f++) {
    for (let c: usize = 0; c < lanes; c += 4) {
      affine(
        v128.load(input + c * 8),
        v128.load(input + c * 8, 16),
        scale + c * 8,
        offset + c * 8,
        output + c * 4,
      )
    }
    input += lanes * 8
    output += lanes * 4
  }
}
