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
function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1))
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

/**
 * Two frames of 8 channels through sections that are all even: their state is read and written
 * once for both. The same operations in the same order as one frame after the other.
 * k: the sections; p: the state of these channels
 */
function twoFrames(
  x: usize,
  y: usize,
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
    const b0 = v128.load64_splat(k)
    const b1 = v128.load64_splat(k, 8)
    const a1 = v128.load64_splat(k, 24)
    const a2 = v128.load64_splat(k, 32)
    let t = f64x2.mul(b0, a)
    let u = f64x2.mul(b1, a)
    a = f64x2.add(t, v128.load(p))
    u = f64x2.add(f64x2.sub(u, f64x2.mul(a1, a)), v128.load(q))
    t = f64x2.sub(t, f64x2.mul(a2, a))
    let w = f64x2.mul(b0, e)
    let v = f64x2.mul(b1, e)
    e = f64x2.add(w, u)
    v128.store(p, f64x2.add(f64x2.sub(v, f64x2.mul(a1, e)), t))
    v128.store(q, f64x2.sub(w, f64x2.mul(a2, e)))
    t = f64x2.mul(b0, b)
    u = f64x2.mul(b1, b)
    b = f64x2.add(t, v128.load(p, 16))
    u = f64x2.add(f64x2.sub(u, f64x2.mul(a1, b)), v128.load(q, 16))
    t = f64x2.sub(t, f64x2.mul(a2, b))
    w = f64x2.mul(b0, f)
    v = f64x2.mul(b1, f)
    f = f64x2.add(w, u)
    v128.store(p, f64x2.add(f64x2.sub(v, f64x2.mul(a1, f)), t), 16)
    v128.store(q, f64x2.sub(w, f64x2.mul(a2, f)), 16)
    t = f64x2.mul(b0, c)
    u = f64x2.mul(b1, c)
    c = f64x2.add(t, v128.load(p, 32))
    u = f64x2.add(f64x2.sub(u, f64x2.mul(a1, c)), v128.load(q, 32))
    t = f64x2.sub(t, f64x2.mul(a2, c))
    w = f64x2.mul(b0, g)
    v = f64x2.mul(b1, g)
    g = f64x2.add(w, u)
    v128.store(p, f64x2.add(f64x2.sub(v, f64x2.mul(a1, g)), t), 32)
    v128.store(q, f64x2.sub(w, f64x2.mul(a2, g)), 32)
    t = f64x2.mul(b0, d)
    u = f64x2.mul(b1, d)
    d = f64x2.add(t, v128.load(p, 48))
    u = f64x2.add(f64x2.sub(u, f64x2.mul(a1, d)), v128.load(q, 48))
    t = f64x2.sub(t, f64x2.mul(a2, d))
    w = f64x2.mul(b0, h)
    v = f64x2.mul(b1, h)
    h = f64x2.add(w, u)
    v128.store(p, f64x2.add(f64x2.sub(v, f64x2.mul(a1, h)), t), 48)
    v128.store(q, f64x2.sub(w, f64x2.mul(a2, h)), 48)
    p = q + row
    k += 40
  }
  storeEight(y, a, b, c, d)
  storeEight(y + frameBytes, e, f, g, h)
}

// Frames of 8 channels taken one after the other before the next 8 channels have their turn: their
// state stays near, and 8 lines of memory come in at once. Measured: 4 and 16 are slower.
// @ts-ignore: decorator
@inline
const TOGETHER = 8

function areEven(sections: usize, sectionCount: i32): bool {
  for (let s = 0; s < sectionCount; s++) {
    const k = sections + <usize>s * 40
    if (load<f64>(k) != load<f64>(k, 16)) return false
  }
  return true
}

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
  let f = 0
  if (frames > 1 && areEven(sections, sectionCount)) {
    while (f + 2 <= frames) {
      const run = min(TOGETHER, (frames - f) & ~1)
      for (let o: usize = 0; o < frameBytes; o += 32) {
        let at = o
        for (let i = 0; i < run; i += 2) {
          twoFrames(x + at, y + at, frameBytes, row, sections, sectionCount, state + 2 * o)
          at += frameBytes * 2
        }
      }
      f += run
      x += frameBytes * run
      y += frameBytes * run
    }
  }
  for (; f < frames; f++) {
    for (let o: usize = 0; o < frameBytes; o += 32) {
      const low = v128.load(x + o)
      const high = v128.load(x + o, 16)
      let a = f64x2.promote_low_f32x4(low)
      let b = promoteHigh(low)
      let c = f64x2.promote_low_f32x4(high)
      let d = promoteHigh(high)
      let p = state + 2 * o
      let k = sections
      for (let s = 0; s < sectionCount; s++) {
        const q = p + row
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
        p += row * 2
        k += 40
      }
      storeEight(y + o, a, b, c, d)
    }
    x += frameBytes
    y += frameBytes
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
