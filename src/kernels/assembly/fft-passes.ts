// Complex Stockham passes, radix 4, over 4 float32 transforms side by side (lanes = channels).
// A complex element is two vectors, real part then imaginary part: 32 bytes. A real row is one
// vector, so that N real rows are at the same time N/2 complex elements.
// twiddles: N/2 complex roots e^(-2πik/(N/2)), float32 pairs.

// @ts-ignore: decorator
@inline
function turn(re: v128, im: v128, root: usize, to: usize): void {
  const c = v128.load32_splat(root)
  const s = v128.load32_splat(root, 4)
  v128.store(to, f32x4.relaxed_nmadd(im, s, f32x4.mul(re, c)))
  v128.store(to, f32x4.relaxed_madd(im, c, f32x4.mul(re, s)), 16)
}

// @ts-ignore: decorator
@inline
function prepared(x: v128, mean: v128, window: v128, isWindowed: bool): v128 {
  return isWindowed ? f32x4.mul(f32x4.sub(x, mean), window) : x
}

// @ts-ignore: decorator
@inline
function even(row: usize, window: usize, mean: v128, isWindowed: bool): v128 {
  return prepared(v128.load(row), mean, v128.load32_splat(window), isWindowed)
}

/** The row after `row`; in a tile its place is known to the compiler. */
// @ts-ignore: decorator
@inline
function odd(row: usize, rowBytes: usize, window: usize, mean: v128, isWindowed: bool): v128 {
  const x = isWindowed ? v128.load(row, 16) : v128.load(row + rowBytes)
  return prepared(x, mean, v128.load32_splat(window, 4), isWindowed)
}

/** Two rows from `from`, less `level`, to `to`; returns their sum. */
// @ts-ignore: decorator
@inline
function refill(to: usize, from: usize, rowBytes: usize, level: v128): v128 {
  const a = f32x4.sub(v128.load(from), level)
  const b = f32x4.sub(v128.load(from + rowBytes), level)
  v128.store(to, a)
  v128.store(to, b, 16)
  return f32x4.add(a, b)
}

/**
 * The pass that reads the real rows, less their mean and times the window where there is one. The
 * upper half of the rows may lie elsewhere. When refilled, see `refillingReadingPass`.
 */
// @ts-ignore: decorator
@inline
function readingPass(
  rows: usize,
  upperRows: usize,
  rowBytes: usize,
  half: i32,
  window: usize,
  mean: v128,
  isWindowed: bool,
  twiddles: usize,
  into: usize,
  isRefilled: bool,
  following: usize,
  followingBytes: usize,
  level: v128,
): v128 {
  const quarter = half >> 2
  const apart = rowBytes * quarter * 2
  const windowApart = <usize>quarter * 8
  let to = into
  let x = rows
  let x2 = upperRows
  let sum = f32x4.splat(0)
  let next = following
  const nextApart = followingBytes * quarter * 2
  let root1 = twiddles
  let root2 = twiddles
  let root3 = twiddles
  for (let p = 0; p < quarter; p++) {
    const x1 = x + apart
    const x3 = x2 + apart
    const w1 = window + windowApart
    const w2 = w1 + windowApart
    const w3 = w2 + windowApart
    const ar = even(x, window, mean, isWindowed)
    const cr = even(x2, w2, mean, isWindowed)
    const br = even(x1, w1, mean, isWindowed)
    const dr = even(x3, w3, mean, isWindowed)
    const ai = odd(x, rowBytes, window, mean, isWindowed)
    const ci = odd(x2, rowBytes, w2, mean, isWindowed)
    const bi = odd(x1, rowBytes, w1, mean, isWindowed)
    const di = odd(x3, rowBytes, w3, mean, isWindowed)
    if (isRefilled) {
      sum = f32x4.add(sum, refill(x, next, followingBytes, level))
      sum = f32x4.add(sum, refill(x1, next + nextApart, followingBytes, level))
      next += followingBytes * 2
    }
    const ur = f32x4.add(ar, cr)
    const ui = f32x4.add(ai, ci)
    const vr = f32x4.sub(ar, cr)
    const vi = f32x4.sub(ai, ci)
    const gr = f32x4.add(br, dr)
    const gi = f32x4.add(bi, di)
    const hr = f32x4.sub(br, dr)
    const hi = f32x4.sub(bi, di)
    v128.store(to, f32x4.add(ur, gr))
    v128.store(to, f32x4.add(ui, gi), 16)
    turn(f32x4.add(vr, hi), f32x4.sub(vi, hr), root1, to + 32)
    turn(f32x4.sub(ur, gr), f32x4.sub(ui, gi), root2, to + 64)
    turn(f32x4.sub(vr, hi), f32x4.add(vi, hr), root3, to + 96)
    root1 += 8
    root2 += 16
    root3 += 24
    to += 128
    x += rowBytes * 2
    x2 += rowBytes * 2
    window += 8
  }
  return sum
}

/** rowBytes: from one real row to the next; 16 in a tile. */
export function plainReadingPass(
  rows: usize,
  rowBytes: usize,
  half: i32,
  twiddles: usize,
  into: usize,
): void {
  readingPass(rows, rows + rowBytes * half, rowBytes, half, 0, f32x4.splat(0), false, twiddles, into, false, 0, 0, f32x4.splat(0))
}

export function windowedReadingPass(
  lower: usize,
  upper: usize,
  half: i32,
  window: usize,
  mean: v128,
  twiddles: usize,
  into: usize,
): void {
  readingPass(lower, upper, 16, half, window, mean, true, twiddles, into, false, 0, 0, f32x4.splat(0))
}


/**
 * The same, while the lower half takes new rows in place of those that have been read: the rows at
 * `following`, less `level`. Returns the sum of these, in float32. The loads from far memory and
 * the arithmetic of the pass go on side by side.
 */
// @ts-ignore: decorator
@inline
export function refillingReadingPass(
  lower: usize,
  upper: usize,
  half: i32,
  window: usize,
  mean: v128,
  twiddles: usize,
  into: usize,
  following: usize,
  followingBytes: usize,
  level: v128,
): v128 {
  return readingPass(
    lower,
    upper,
    16,
    half,
    window,
    mean,
    true,
    twiddles,
    into,
    true,
    following,
    followingBytes,
    level,
  )
}

/** One group of butterflies that need no turning. */
// @ts-ignore: decorator
@inline
function straightGroup(from: usize, apart: usize, to: usize, row: usize): void {
  const end = from + row
  let w = to
  for (let r = from; r != end; r += 32) {
    const r1 = r + apart
    const r2 = r1 + apart
    const r3 = r2 + apart
    const ar = v128.load(r)
    const cr = v128.load(r2)
    const br = v128.load(r1)
    const dr = v128.load(r3)
    const ai = v128.load(r, 16)
    const ci = v128.load(r2, 16)
    const bi = v128.load(r1, 16)
    const di = v128.load(r3, 16)
    const ur = f32x4.add(ar, cr)
    const ui = f32x4.add(ai, ci)
    const vr = f32x4.sub(ar, cr)
    const vi = f32x4.sub(ai, ci)
    const gr = f32x4.add(br, dr)
    const gi = f32x4.add(bi, di)
    const hr = f32x4.sub(br, dr)
    const hi = f32x4.sub(bi, di)
    const k1 = w + row
    const k2 = k1 + row
    const k3 = k2 + row
    v128.store(w, f32x4.add(ur, gr))
    v128.store(w, f32x4.add(ui, gi), 16)
    v128.store(k1, f32x4.add(vr, hi))
    v128.store(k1, f32x4.sub(vi, hr), 16)
    v128.store(k2, f32x4.sub(ur, gr))
    v128.store(k2, f32x4.sub(ui, gi), 16)
    v128.store(k3, f32x4.sub(vr, hi))
    v128.store(k3, f32x4.add(vi, hr), 16)
    w += 32
  }
}

/** One group of butterflies that share their three roots. */
// @ts-ignore: decorator
@inline
function turnedGroup(
  from: usize,
  apart: usize,
  to: usize,
  row: usize,
  twiddles: usize,
  root: usize,
): void {
  const end = from + row
  const root2 = twiddles + 2 * root
  const root3 = twiddles + 3 * root
  const root1 = twiddles + root
  let w = to
  for (let r = from; r != end; r += 32) {
    const r1 = r + apart
    const r2 = r1 + apart
    const r3 = r2 + apart
    const ar = v128.load(r)
    const cr = v128.load(r2)
    const br = v128.load(r1)
    const dr = v128.load(r3)
    const ai = v128.load(r, 16)
    const ci = v128.load(r2, 16)
    const bi = v128.load(r1, 16)
    const di = v128.load(r3, 16)
    const ur = f32x4.add(ar, cr)
    const ui = f32x4.add(ai, ci)
    const vr = f32x4.sub(ar, cr)
    const vi = f32x4.sub(ai, ci)
    const gr = f32x4.add(br, dr)
    const gi = f32x4.add(bi, di)
    const hr = f32x4.sub(br, dr)
    const hi = f32x4.sub(bi, di)
    const k1 = w + row
    const k2 = k1 + row
    const k3 = k2 + row
    v128.store(w, f32x4.add(ur, gr))
    v128.store(w, f32x4.add(ui, gi), 16)
    turn(f32x4.add(vr, hi), f32x4.sub(vi, hr), root1, k1)
    turn(f32x4.sub(ur, gr), f32x4.sub(ui, gi), root2, k2)
    turn(f32x4.sub(vr, hi), f32x4.add(vi, hr), root3, k3)
    w += 32
  }
}

/**
 * All further passes of radix 4, to and fro between two scratch areas. What is left is a transform
 * of 1, or of 2 when log2(half) is odd: see `hasLeftOver`.
 * @returns where the result lies
 */
export function middlePasses(from: usize, other: usize, half: i32, twiddles: usize): usize {
  let source = from
  let target = other
  let n = half >> 2
  let s = 4
  while (n >= 4) {
    const groups = n >> 2
    const row = <usize>s * 32
    const apart = row * groups
    straightGroup(source, apart, target, row)
    for (let p = 1; p < groups; p++) {
      const root = <usize>(p * s) * 8
      turnedGroup(source + row * p, apart, target + row * 4 * p, row, twiddles, root)
    }
    n >>= 2
    s <<= 2
    const swap = source
    source = target
    target = swap
  }
  return source
}

// @ts-ignore: decorator
@inline
export function hasLeftOver(half: i32): bool {
  return (ctz(half) & 1) == 1
}
