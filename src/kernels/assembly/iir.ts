// Cascade of second-order sections, transposed direct form II, lanes = channels.
// Values stay in registers through all sections of a frame; the state lives in memory. State and
// coefficients are float64 throughout: float32 state diverges for low cut-offs at high rates.
//
// sections: per section b0 b1 b2 a1 a2 (a0 = 1), float64
// state:    per section two rows of `stride` float64

// One section over two lanes: returns the output and updates both state cells. The coefficients are
// loaded once for all lanes of a step: a compiler may not do that by itself, because of the stores.
// @ts-ignore: decorator
@inline
function section(
  x: v128,
  b0: v128,
  b1: v128,
  b2: v128,
  a1: v128,
  a2: v128,
  p: usize,
  q: usize,
): v128 {
  const y = f64x2.add(f64x2.mul(b0, x), v128.load(p))
  v128.store(p, f64x2.add(f64x2.sub(f64x2.mul(b1, x), f64x2.mul(a1, y)), v128.load(q)))
  v128.store(q, f64x2.sub(f64x2.mul(b2, x), f64x2.mul(a2, y)))
  return y
}

// The same, bit by bit, where b2 = b0, as in every notch and Butterworth section but those of
// first order: one product serves twice.
// @ts-ignore: decorator
@inline
function evenSection(
  x: v128,
  b0: v128,
  b1: v128,
  a1: v128,
  a2: v128,
  p: usize,
  q: usize,
): v128 {
  const product = f64x2.mul(b0, x)
  const y = f64x2.add(product, v128.load(p))
  v128.store(p, f64x2.add(f64x2.sub(f64x2.mul(b1, x), f64x2.mul(a1, y)), v128.load(q)))
  v128.store(q, f64x2.sub(product, f64x2.mul(a2, y)))
  return y
}

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
    let y: v128
    let u: v128
    let v: v128
    if (isUnit(k)) {
      y = f64x2.add(a, v128.load(p))
      u = first(a, y, b1, a1, v128.load(q))
      v = f64x2.relaxed_nmadd(a2, y, a)
      a = y
      y = f64x2.add(e, u)
      v128.store(p, first(e, y, b1, a1, v))
      v128.store(q, f64x2.relaxed_nmadd(a2, y, e))
      e = y
      y = f64x2.add(b, v128.load(p, 16))
      u = first(b, y, b1, a1, v128.load(q, 16))
      v = f64x2.relaxed_nmadd(a2, y, b)
      b = y
      y = f64x2.add(f, u)
      v128.store(p, first(f, y, b1, a1, v), 16)
      v128.store(q, f64x2.relaxed_nmadd(a2, y, f), 16)
      f = y
      y = f64x2.add(c, v128.load(p, 32))
      u = first(c, y, b1, a1, v128.load(q, 32))
      v = f64x2.relaxed_nmadd(a2, y, c)
      c = y
      y = f64x2.add(g, u)
      v128.store(p, first(g, y, b1, a1, v), 32)
      v128.store(q, f64x2.relaxed_nmadd(a2, y, g), 32)
      g = y
      y = f64x2.add(d, v128.load(p, 48))
      u = first(d, y, b1, a1, v128.load(q, 48))
      v = f64x2.relaxed_nmadd(a2, y, d)
      d = y
      y = f64x2.add(h, u)
      v128.store(p, first(h, y, b1, a1, v), 48)
      v128.store(q, f64x2.relaxed_nmadd(a2, y, h), 48)
      h = y
    } else {
      const b0 = v128.load64_splat(k)
      const b2 = v128.load64_splat(k, 16)
      y = f64x2.relaxed_madd(b0, a, v128.load(p))
      u = first(a, y, b1, a1, v128.load(q))
      v = second(a, y, b2, a2)
      a = y
      y = f64x2.relaxed_madd(b0, e, u)
      v128.store(p, first(e, y, b1, a1, v))
      v128.store(q, second(e, y, b2, a2))
      e = y
      y = f64x2.relaxed_madd(b0, b, v128.load(p, 16))
      u = first(b, y, b1, a1, v128.load(q, 16))
      v = second(b, y, b2, a2)
      b = y
      y = f64x2.relaxed_madd(b0, f, u)
      v128.store(p, first(f, y, b1, a1, v), 16)
      v128.store(q, second(f, y, b2, a2), 16)
      f = y
      y = f64x2.relaxed_madd(b0, c, v128.load(p, 32))
      u = first(c, y, b1, a1, v128.load(q, 32))
      v = second(c, y, b2, a2)
      c = y
      y = f64x2.relaxed_madd(b0, g, u)
      v128.store(p, first(g, y, b1, a1, v), 32)
      v128.store(q, second(g, y, b2, a2), 32)
      g = y
      y = f64x2.relaxed_madd(b0, d, v128.load(p, 48))
      u = first(d, y, b1, a1, v128.load(q, 48))
      v = second(d, y, b2, a2)
      d = y
      y = f64x2.relaxed_madd(b0, h, u)
      v128.store(p, first(h, y, b1, a1, v), 48)
      v128.store(q, second(h, y, b2, a2), 48)
      h = y
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

/** float64 throughout: bit-identical to a scalar cascade in the same order of operations. */
export function iirCascade64(
  input: usize,
  output: usize,
  frames: i32,
  stride: i32,
  sections: usize,
  sectionCount: i32,
  state: usize,
): void {
  const frameBytes = <usize>stride * 8
  let x = input
  let y = output
  for (let f = 0; f < frames; f++) {
    for (let o: usize = 0; o < frameBytes; o += 64) {
      let a = v128.load(x + o)
      let b = v128.load(x + o, 16)
      let c = v128.load(x + o, 32)
      let d = v128.load(x + o, 48)
      let p = state + o
      let k = sections
      for (let s = 0; s < sectionCount; s++) {
        const q = p + frameBytes
        const b0 = v128.load64_splat(k)
        const b1 = v128.load64_splat(k, 8)
        const a1 = v128.load64_splat(k, 24)
        const a2 = v128.load64_splat(k, 32)
        if (load<f64>(k) == load<f64>(k, 16)) {
          a = evenSection(a, b0, b1, a1, a2, p, q)
          b = evenSection(b, b0, b1, a1, a2, p + 16, q + 16)
          c = evenSection(c, b0, b1, a1, a2, p + 32, q + 32)
          d = evenSection(d, b0, b1, a1, a2, p + 48, q + 48)
        } else {
          const b2 = v128.load64_splat(k, 16)
          a = section(a, b0, b1, b2, a1, a2, p, q)
          b = section(b, b0, b1, b2, a1, a2, p + 16, q + 16)
          c = section(c, b0, b1, b2, a1, a2, p + 32, q + 32)
          d = section(d, b0, b1, b2, a1, a2, p + 48, q + 48)
        }
        p += frameBytes * 2
        k += 40
      }
      v128.store(y + o, a)
      v128.store(y + o, b, 16)
      v128.store(y + o, c, 32)
      v128.store(y + o, d, 48)
    }
    x += frameBytes
    y += frameBytes
  }
}
