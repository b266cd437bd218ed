// A matrix times every frame: out[f][j] = Σ_i W[j][i] in[f][i], lanes = outputs. The weights lie
// transposed, one row of `outputStride` per input, so that a row is read as it stands. Every sum
// runs over the inputs in order, whatever the tile: the answer does not depend on the block.

// @ts-ignore: decorator
@inline
function madd(sum: v128, x: v128, w: v128): v128 {
  return f32x4.relaxed_madd(x, w, sum)
}

/** 4 frames × 8 outputs. */
// @ts-ignore: decorator
@inline
function tileOfFour(
  x: usize,
  rowBytes: usize,
  inputs: i32,
  weights: usize,
  weightBytes: usize,
  y: usize,
): void {
  const x1 = x + rowBytes
  const x2 = x1 + rowBytes
  const x3 = x2 + rowBytes
  let a = f32x4.splat(0)
  let b = a
  let c = a
  let d = a
  let e = a
  let f = a
  let g = a
  let h = a
  let w = weights
  const end = <usize>inputs * 4
  for (let o: usize = 0; o < end; o += 4) {
    const low = v128.load(w)
    const high = v128.load(w, 16)
    let v = v128.load32_splat(x + o)
    a = madd(a, v, low)
    b = madd(b, v, high)
    v = v128.load32_splat(x1 + o)
    c = madd(c, v, low)
    d = madd(d, v, high)
    v = v128.load32_splat(x2 + o)
    e = madd(e, v, low)
    f = madd(f, v, high)
    v = v128.load32_splat(x3 + o)
    g = madd(g, v, low)
    h = madd(h, v, high)
    w += weightBytes
  }
  v128.store(y, a)
  v128.store(y, b, 16)
  v128.store(y + weightBytes, c)
  v128.store(y + weightBytes, d, 16)
  v128.store(y + 2 * weightBytes, e)
  v128.store(y + 2 * weightBytes, f, 16)
  v128.store(y + 3 * weightBytes, g)
  v128.store(y + 3 * weightBytes, h, 16)
}

/** 1 frame × 32 outputs. */
// @ts-ignore: decorator
@inline
function tileOfOneWide(
  x: usize,
  inputs: i32,
  weights: usize,
  weightBytes: usize,
  y: usize,
): void {
  let a = f32x4.splat(0)
  let b = a
  let c = a
  let d = a
  let e = a
  let f = a
  let g = a
  let h = a
  let w = weights
  const end = <usize>inputs * 4
  for (let o: usize = 0; o < end; o += 4) {
    const v = v128.load32_splat(x + o)
    a = madd(a, v, v128.load(w))
    b = madd(b, v, v128.load(w, 16))
    c = madd(c, v, v128.load(w, 32))
    d = madd(d, v, v128.load(w, 48))
    e = madd(e, v, v128.load(w, 64))
    f = madd(f, v, v128.load(w, 80))
    g = madd(g, v, v128.load(w, 96))
    h = madd(h, v, v128.load(w, 112))
    w += weightBytes
  }
  v128.store(y, a)
  v128.store(y, b, 16)
  v128.store(y, c, 32)
  v128.store(y, d, 48)
  v128.store(y, e, 64)
  v128.store(y, f, 80)
  v128.store(y, g, 96)
  v128.store(y, h, 112)
}

/** 1 frame × 8 outputs. */
// @ts-ignore: decorator
@inline
function tileOfOne(x: usize, inputs: i32, weights: usize, weightBytes: usize, y: usize): void {
  let a = f32x4.splat(0)
  let b = a
  let w = weights
  const end = <usize>inputs * 4
  for (let o: usize = 0; o < end; o += 4) {
    const v = v128.load32_splat(x + o)
    a = madd(a, v, v128.load(w))
    b = madd(b, v, v128.load(w, 16))
    w += weightBytes
  }
  v128.store(y, a)
  v128.store(y, b, 16)
}

/** float32 throughout. weights: `inputs` rows of `outputStride` float32. */
export function spatialFilter32(
  input: usize,
  output: usize,
  frames: i32,
  inputs: i32,
  inputStride: i32,
  outputStride: i32,
  weights: usize,
): void {
  const rowBytes = <usize>inputStride * 4
  const outBytes = <usize>outputStride * 4
  let x = input
  let y = output
  let left = frames
  for (; left >= 4; left -= 4) {
    for (let o: usize = 0; o < outBytes; o += 32) {
      tileOfFour(x, rowBytes, inputs, weights + o, outBytes, y + o)
    }
    x += rowBytes * 4
    y += outBytes * 4
  }
  for (; left > 0; left--) {
    let o: usize = 0
    for (; o + 128 <= outBytes; o += 128) {
      tileOfOneWide(x, inputs, weights + o, outBytes, y + o)
    }
    for (; o < outBytes; o += 32) tileOfOne(x, inputs, weights + o, outBytes, y + o)
    x += rowBytes
    y += outBytes
  }
}

// @ts-ignore: decorator
@inline
function maddDouble(sum: v128, x: v128, w: v128): v128 {
  return f64x2.add(sum, f64x2.mul(x, w))
}

// @ts-ignore: decorator
@inline
function splatDouble(x: usize): v128 {
  return f64x2.splat(<f64>load<f32>(x))
}

// @ts-ignore: decorator
@inline
function storeDemoted(y: usize, a: v128, b: v128, c: v128, d: v128): void {
  const low = v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2)
  const high = v128.shuffle<i64>(f32x4.demote_f64x2_zero(c), f32x4.demote_f64x2_zero(d), 0, 2)
  v128.store(y, low)
  v128.store(y, high, 16)
}

/** float32 in and out, float64 weights and sums. weights: `inputs` rows of `outputStride`. */
export function spatialFilter64(
  input: usize,
  output: usize,
  frames: i32,
  inputs: i32,
  inputStride: i32,
  outputStride: i32,
  weights: usize,
): void {
  const rowBytes = <usize>inputStride * 4
  const outBytes = <usize>outputStride * 4
  const weightBytes = outBytes * 2
  const end = <usize>inputs * 4
  let x = input
  let y = output
  for (let left = frames; left > 0; ) {
    // The last frame alone goes twice through the tile of two, to the same place.
    const second = left > 1 ? rowBytes : 0
    const secondOut = left > 1 ? outBytes : 0
    for (let o: usize = 0; o < outBytes; o += 32) {
      let a = f64x2.splat(0)
      let b = a
      let c = a
      let d = a
      let e = a
      let f = a
      let g = a
      let h = a
      let w = weights + 2 * o
      for (let i: usize = 0; i < end; i += 4) {
        const v = splatDouble(x + i)
        const u = splatDouble(x + second + i)
        a = maddDouble(a, v, v128.load(w))
        b = maddDouble(b, v, v128.load(w, 16))
        c = maddDouble(c, v, v128.load(w, 32))
        d = maddDouble(d, v, v128.load(w, 48))
        e = maddDouble(e, u, v128.load(w))
        f = maddDouble(f, u, v128.load(w, 16))
        g = maddDouble(g, u, v128.load(w, 32))
        h = maddDouble(h, u, v128.load(w, 48))
        w += weightBytes
      }
      storeDemoted(y + o, a, b, c, d)
      storeDemoted(y + secondOut + o, e, f, g, h)
    }
    x += rowBytes * 2
    y += outBytes * 2
    left -= 2
  }
}
