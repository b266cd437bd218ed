// Running summaries over frames, per channel, folded into what the state already holds.

/** minimum, maximum: `stride` float32 each, folded with `frames` frames of float32 input. */
export function envelope(
  input: usize,
  frames: i32,
  stride: i32,
  minimum: usize,
  maximum: usize,
): void {
  const frameBytes = <usize>stride * 4
  for (let o: usize = 0; o < frameBytes; o += 16) {
    let low = v128.load(minimum + o)
    let high = v128.load(maximum + o)
    let x = input + o
    for (let f = 0; f < frames; f++) {
      const v = v128.load(x)
      // pmin/pmax keep the old value when the new one is NaN.
      low = f32x4.pmin(low, v)
      high = f32x4.pmax(high, v)
      x += frameBytes
    }
    v128.store(minimum + o, low)
    v128.store(maximum + o, high)
  }
}

/** sum, squares: `stride` float64 each, folded with `frames` frames of float32 input. */
export function powerSums(
  input: usize,
  frames: i32,
  stride: i32,
  sum: usize,
  squares: usize,
): void {
  const frameBytes = <usize>stride * 4
  for (let o: usize = 0; o < frameBytes; o += 16) {
    const at = o * 2
    let sumLow = v128.load(sum + at)
    let sumHigh = v128.load(sum + at, 16)
    let squareLow = v128.load(squares + at)
    let squareHigh = v128.load(squares + at, 16)
    let x = input + o
    for (let f = 0; f < frames; f++) {
      const v = v128.load(x)
      const low = f64x2.promote_low_f32x4(v)
      const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1))
      sumLow = f64x2.add(sumLow, low)
      sumHigh = f64x2.add(sumHigh, high)
      squareLow = f64x2.add(squareLow, f64x2.mul(low, low))
      squareHigh = f64x2.add(squareHigh, f64x2.mul(high, high))
      x += frameBytes
    }
    v128.store(sum + at, sumLow)
    v128.store(sum + at, sumHigh, 16)
    v128.store(squares + at, squareLow)
    v128.store(squares + at, squareHigh, 16)
  }
}

/** 1 when none of `values` float32 values (a multiple of 8) is infinite or NaN. */
export function allFinite(input: usize, values: i32): i32 {
  const zero = f32x4.splat(0)
  let a = zero
  let b = zero
  // 0 times a finite value is 0, times any other NaN; two sums, because each waits for its last.
  for (let i = 0; i < values; i += 8) {
    a = f32x4.add(a, f32x4.mul(v128.load(input), zero))
    b = f32x4.add(b, f32x4.mul(v128.load(input, 16), zero))
    input += 32
  }
  return i32(i32x4.all_true(f32x4.eq(f32x4.add(a, b), zero)))
}
