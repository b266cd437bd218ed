// The cascade of iir.ts for float32 samples: float64 state and coefficients, with fused multiply-add.
// Two frames or 16 channels at a time, whatever keeps more in registers; the answer is the same.

// @ts-ignore: decorator
@inline
function demoteTwo(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

// @ts-ignore: decorator
@inline
function widenTwo(x: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(x))
}

// @ts-ignore: decorator
@inline
function storeEight(y: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(y, demoteTwo(a, b))
  v128.store(y, demoteTwo(c, d), 16)
}

// What a section leaves behind for the next frame and the one after it, multiplied and added in one
// rounding where the processor can.
// @ts-ignore: decorator
@inline
function first(x: v128, y: v128, b1: v128, a1: v128, old: v128): v128 {
  return f64x2.relaxed_nmadd(a1, y, f64x2.relaxed_madd(b1, x, old))
}

// @ts-ignore: decorator
@inline
function second(x: v128, y: v128, b2: v128, a2: v128): v128 {
  return f64x2.relaxed_nmadd(a2, y, f64x2.mul(b2, x))
}

/** b0 = b2 = 1, as in every Butterworth section but the first: a product less, the same bits. */
// @ts-ignore: decorator
@inline
function isUnit(k: usize): bool {
  return load<f64>(k) == 1 && load<f64>(k, 16) == 1
}

/** The first of two frames through a section; what is at p stays for the second. */
// @ts-ignore: decorator
@inline
function begin(isUnit: bool, x: v128, b0: v128, p: usize): v128 {
  const old = v128.load(p)
  return isUnit ? f64x2.add(x, old) : f64x2.relaxed_madd(b0, x, old)
}

/** The second frame, `next`, after the first one went in as x and came out as y. */
// @ts-ignore: decorator
@inline
function follow(
  isUnit: bool,
  x: v128,
  y: v128,
  next: v128,
  b0: v128,
  b1: v128,
  b2: v128,
  a1: v128,
  a2: v128,
  p: usize,
  q: usize,
): v128 {
  const u = first(x, y, b1, a1, v128.load(q))
  const v = isUnit ? f64x2.relaxed_nmadd(a2, y, x) : second(x, y, b2, a2)
  const z = isUnit ? f64x2.add(next, u) : f64x2.relaxed_madd(b0, next, u)
  v128.store(p, first(next, z, b1, a1, v))
  v128.store(q, isUnit ? f64x2.relaxed_nmadd(a2, z, next) : second(next, z, b2, a2))
  return z
}

/**
 * Two frames of 8 channels: their state is read and written once for both. The same operations in
 * the same order as one frame after the other.
 * k: the sections; p: the state of these channels
 */
function twoFrames(
  x: usize,
  out: usize,
  frameBytes: usize,
  row: usize,
  k: usize,
  sectionCount: i32,
  p: usize,
): void {
  const next = x + frameBytes
  let a = widenTwo(x)
  let b = widenTwo(x + 8)
  let c = widenTwo(x + 16)
  let d = widenTwo(x + 24)
  let e = widenTwo(next)
  let f = widenTwo(next + 8)
  let g = widenTwo(next + 16)
  let h = widenTwo(next + 24)
  for (let s = 0; s < sectionCount; s++) {
    const q = p + row
    const b1 = v128.load64_splat(k, 8)
    const a1 = v128.load64_splat(k, 24)
    const a2 = v128.load64_splat(k, 32)
    if (isUnit(k)) {
      let y = begin(true, a, b1, p)
      e = follow(true, a, y, e, b1, b1, b1, a1, a2, p, q)
      a = y
      y = begin(true, b, b1, p + 16)
      f = follow(true, b, y, f, b1, b1, b1, a1, a2, p + 16, q + 16)
      b = y
      y = begin(true, c, b1, p + 32)
      g = follow(true, c, y, g, b1, b1, b1, a1, a2, p + 32, q + 32)
      c = y
      y = begin(true, d, b1, p + 48)
      h = follow(true, d, y, h, b1, b1, b1, a1, a2, p + 48, q + 48)
      d = y
    } else {
      const b0 = v128.load64_splat(k)
      const b2 = v128.load64_splat(k, 16)
      let y = begin(false, a, b0, p)
      e = follow(false, a, y, e, b0, b1, b2, a1, a2, p, q)
      a = y
      y = begin(false, b, b0, p + 16)
      f = follow(false, b, y, f, b0, b1, b2, a1, a2, p + 16, q + 16)
      b = y
      y = begin(false, c, b0, p + 32)
      g = follow(false, c, y, g, b0, b1, b2, a1, a2, p + 32, q + 32)
      c = y
      y = begin(false, d, b0, p + 48)
      h = follow(false, d, y, h, b0, b1, b2, a1, a2, p + 48, q + 48)
      d = y
    }
    p = q + row
    k += 40
  }
  storeEight(out, a, b, c, d)
  storeEight(out + frameBytes, e, f, g, h)
}

/** The same for one frame and one section. */
// @ts-ignore: decorator
@inline
function fusedSection(
  x: v128,
  b0: v128,
  b1: v128,
  b2: v128,
  a1: v128,
  a2: v128,
  p: usize,
  q: usize,
): v128 {
  const y = f64x2.relaxed_madd(b0, x, v128.load(p))
  v128.store(p, first(x, y, b1, a1, v128.load(q)))
  v128.store(q, second(x, y, b2, a2))
  return y
}

// @ts-ignore: decorator
@inline
function fusedUnitSection(x: v128, b1: v128, a1: v128, a2: v128, p: usize, q: usize): v128 {
  const y = f64x2.add(x, v128.load(p))
  v128.store(p, first(x, y, b1, a1, v128.load(q)))
  v128.store(q, f64x2.relaxed_nmadd(a2, y, x))
  return y
}

function oneFrame(
  x: usize,
  out: usize,
  row: usize,
  k: usize,
  sectionCount: i32,
  p: usize,
): void {
  let a = widenTwo(x)
  let b = widenTwo(x + 8)
  let c = widenTwo(x + 16)
  let d = widenTwo(x + 24)
  for (let s = 0; s < sectionCount; s++) {
    const q = p + row
    const b1 = v128.load64_splat(k, 8)
    const a1 = v128.load64_splat(k, 24)
    const a2 = v128.load64_splat(k, 32)
    if (isUnit(k)) {
      a = fusedUnitSection(a, b1, a1, a2, p, q)
      b = fusedUnitSection(b, b1, a1, a2, p + 16, q + 16)
      c = fusedUnitSection(c, b1, a1, a2, p + 32, q + 32)
      d = fusedUnitSection(d, b1, a1, a2, p + 48, q + 48)
    } else {
      const b0 = v128.load64_splat(k)
      const b2 = v128.load64_splat(k, 16)
      a = fusedSection(a, b0, b1, b2, a1, a2, p, q)
      b = fusedSection(b, b0, b1, b2, a1, a2, p + 16, q + 16)
      c = fusedSection(c, b0, b1, b2, a1, a2, p + 32, q + 32)
      d = fusedSection(d, b0, b1, b2, a1, a2, p + 48, q + 48)
    }
    p = q + row
    k += 40
  }
  storeEight(out, a, b, c, d)
}

function sixteenOfOneFrame(
  x: usize,
  out: usize,
  row: usize,
  k: usize,
  sectionCount: i32,
  p: usize,
): void {
  let a = widenTwo(x)
  let b = widenTwo(x + 8)
  let c = widenTwo(x + 16)
  let d = widenTwo(x + 24)
  let e = widenTwo(x + 32)
  let f = widenTwo(x + 40)
  let g = widenTwo(x + 48)
  let h = widenTwo(x + 56)
  for (let s = 0; s < sectionCount; s++) {
    const q = p + row
    const b1 = v128.load64_splat(k, 8)
    const a1 = v128.load64_splat(k, 24)
    const a2 = v128.load64_splat(k, 32)
    if (isUnit(k)) {
      a = fusedUnitSection(a, b1, a1, a2, p, q)
      b = fusedUnitSection(b, b1, a1, a2, p + 16, q + 16)
      c = fusedUnitSection(c, b1, a1, a2, p + 32, q + 32)
      d = fusedUnitSection(d, b1, a1, a2, p + 48, q + 48)
      e = fusedUnitSection(e, b1, a1, a2, p + 64, q + 64)
      f = fusedUnitSection(f, b1, a1, a2, p + 80, q + 80)
      g = fusedUnitSection(g, b1, a1, a2, p + 96, q + 96)
      h = fusedUnitSection(h, b1, a1, a2, p + 112, q + 112)
    } else {
      const b0 = v128.load64_splat(k)
      const b2 = v128.load64_splat(k, 16)
      a = fusedSection(a, b0, b1, b2, a1, a2, p, q)
      b = fusedSection(b, b0, b1, b2, a1, a2, p + 16, q + 16)
      c = fusedSection(c, b0, b1, b2, a1, a2, p + 32, q + 32)
      d = fusedSection(d, b0, b1, b2, a1, a2, p + 48, q + 48)
      e = fusedSection(e, b0, b1, b2, a1, a2, p + 64, q + 64)
      f = fusedSection(f, b0, b1, b2, a1, a2, p + 80, q + 80)
      g = fusedSection(g, b0, b1, b2, a1, a2, p + 96, q + 96)
      h = fusedSection(h, b0, b1, b2, a1, a2, p + 112, q + 112)
    }
    p = q + row
    k += 40
  }
  storeEight(out, a, b, c, d)
  storeEight(out + 32, e, f, g, h)
}

// Frames of 8 channels taken one after the other before the next 8 channels have their turn: their
// state stays near, and 8 lines of memory come in at once. Measured: 4 and 16 are slower.
// @ts-ignore: decorator
@inline
const TOGETHER = 8

/** float32 in and out, float64 inside; `output` may be `input`. */
export function iirCascade32(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  sections: usize,
  sectionCount: i32,
  state: usize,
): void {
  const frameBytes = <usize>stride * 4
  const row = <usize>stride * 8
  let x = input
  let y = output
  let left = frames
  while (left >= 2) {
    const run = min(TOGETHER, left & ~1)
    for (let o: usize = 0; o < frameBytes; o += 32) {
      let at = o
      for (let i = 0; i < run; i += 2) {
        twoFrames(x + at, y + at, frameBytes, row, sections, sectionCount, state + 2 * o)
        at += frameBytes * 2
      }
    }
    left -= run
    x += frameBytes * run
    y += frameBytes * run
  }
  if (!left) return
  let o: usize = 0
  for (; o + 64 <= frameBytes; o += 64) {
    sixteenOfOneFrame(x + o, y + o, row, sections, sectionCount, state + 2 * o)
  }
  for (; o < frameBytes; o += 32) {
    oneFrame(x + o, y + o, row, sections, sectionCount, state + 2 * o)
  }
}
