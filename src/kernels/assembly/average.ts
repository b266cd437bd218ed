// Averages that run with the signal: sums of products for covariance, and the exponential mean.
// All accumulators are float64 and are taken up and put down exactly, frame after frame: the
// answer does not depend on the block.

// @ts-ignore: decorator
@inline
function widen(input: usize, count: usize, to: usize): void {
  for (let o: usize = 0; o < count * 4; o += 16) {
    const v = v128.load(input + o)
    v128.store(to + 2 * o, f64x2.promote_low_f32x4(v))
    v128.store(to + 2 * o, f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)), 16)
  }
}

// The product of two values that were float32 is exact in float64: fused or not, the sum is the same.
// @ts-ignore: decorator
@inline
function fold(sum: v128, x: v128, y: v128, keep: v128, isFading: bool): v128 {
  const old = isFading ? f64x2.mul(sum, keep) : sum
  return f64x2.relaxed_madd(x, y, old)
}

/** Rows i and i + 1, columns j … j + 7 of the products. */
// @ts-ignore: decorator
@inline
function foldTile(
  wide: usize,
  frames: i32,
  row: usize,
  i: usize,
  j: usize,
  products: usize,
  keep: v128,
  isFading: bool,
): void {
  const p = products + i * row + j * 8
  const q = p + row
  let a = v128.load(p)
  let b = v128.load(p, 16)
  let c = v128.load(p, 32)
  let d = v128.load(p, 48)
  let e = v128.load(q)
  let f = v128.load(q, 16)
  let g = v128.load(q, 32)
  let h = v128.load(q, 48)
  let x = wide + i * 8
  let y = wide + j * 8
  for (let left = frames; left > 0; left--) {
    const u = v128.load64_splat(x)
    const v = v128.load64_splat(x, 8)
    let z = v128.load(y)
    a = fold(a, u, z, keep, isFading)
    e = fold(e, v, z, keep, isFading)
    z = v128.load(y, 16)
    b = fold(b, u, z, keep, isFading)
    f = fold(f, v, z, keep, isFading)
    z = v128.load(y, 32)
    c = fold(c, u, z, keep, isFading)
    g = fold(g, v, z, keep, isFading)
    z = v128.load(y, 48)
    d = fold(d, u, z, keep, isFading)
    h = fold(h, v, z, keep, isFading)
    x += row
    y += row
  }
  v128.store(p, a)
  v128.store(p, b, 16)
  v128.store(p, c, 32)
  v128.store(p, d, 48)
  v128.store(q, e)
  v128.store(q, f, 16)
  v128.store(q, g, 32)
  v128.store(q, h, 48)
}

// @ts-ignore: decorator
@inline
function foldFrames(
  wide: usize,
  frames: i32,
  stride: usize,
  products: usize,
  sums: usize,
  keep: f64,
  isFading: bool,
): void {
  const row = stride * 8
  const kept = f64x2.splat(keep)
  for (let o: usize = 0; o < row; o += 16) {
    let sum = v128.load(sums + o)
    let x = wide + o
    for (let left = frames; left > 0; left--) {
      sum = f64x2.add(isFading ? f64x2.mul(sum, kept) : sum, v128.load(x))
      x += row
    }
    v128.store(sums + o, sum)
  }
  for (let i: usize = 0; i < stride; i += 2) {
    for (let j = i & ~7; j < stride; j += 8) {
      foldTile(wide, frames, row, i, j, products, kept, isFading)
    }
  }
}

/**
 * products[i][j] = keep × products[i][j] + x[i] x[j] and sums[i] = keep × sums[i] + x[i] for every
 * frame. Of the products the upper triangle counts; what stands below it is left half done.
 * wide: room for `wideFrames` frames of `stride` float64.
 */
export function addProducts(
  input: usize,
  frames: i32,
  stride: i32,
  wide: usize,
  wideFrames: i32,
  products: usize,
  sums: usize,
  keep: f64,
): void {
  const lanes = <usize>stride
  let x = input
  for (let left = frames; left > 0; ) {
    const run = min(left, wideFrames)
    widen(x, lanes * run, wide)
    if (keep == 1) foldFrames(wide, run, lanes, products, sums, keep, false)
    else foldFrames(wide, run, lanes, products, sums, keep, true)
    x += lanes * 4 * run
    left -= run
  }
}

/**
 * mean += share × (x − mean) for every frame; the mean after each frame goes to `output`, which
 * may be `input`. mean: `stride` float64.
 */
export function exponentialMean(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  share: f64,
  mean: usize,
): void {
  const rowBytes = <usize>stride * 4
  const part = f64x2.splat(share)
  for (let o: usize = 0; o < rowBytes; o += 16) {
    let low = v128.load(mean + 2 * o)
    let high = v128.load(mean + 2 * o, 16)
    let x = input + o
    let y = output + o
    for (let f = 0; f < frames; f++) {
      const v = v128.load(x)
      const a = f64x2.promote_low_f32x4(v)
      const b = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1))
      low = f64x2.add(low, f64x2.mul(part, f64x2.sub(a, low)))
      high = f64x2.add(high, f64x2.mul(part, f64x2.sub(b, high)))
      const lowest = f32x4.demote_f64x2_zero(low)
      v128.store(y, v128.shuffle<i64>(lowest, f32x4.demote_f64x2_zero(high), 0, 2))
      x += rowBytes
      y += rowBytes
    }
    v128.store(mean + 2 * o, low)
    v128.store(mean + 2 * o, high, 16)
  }
}
