// Cascade of second-order sections, transposed direct form II, lanes = channels.
// Values stay in registers through all sections of a frame; the state lives in memory. State and
// coefficients are float64 throughout: float32 state diverges for low cut-offs at high rates.
//
// sections: per section b0 b1 b2 a1 a2 (a0 = 1), float64
// state:    per section two rows of `stride` float64

// One section over two lanes: returns the output and updates both state cells.
// @ts-ignore: decorator
@inline
function section(x: v128, c: usize, p: usize, q: usize): v128 {
  const y = f64x2.add(f64x2.mul(v128.load64_splat(c), x), v128.load(p))
  v128.store(
    p,
    f64x2.add(
      f64x2.sub(f64x2.mul(v128.load64_splat(c, 8), x), f64x2.mul(v128.load64_splat(c, 24), y)),
      v128.load(q),
    ),
  )
  v128.store(
    q,
    f64x2.sub(f64x2.mul(v128.load64_splat(c, 16), x), f64x2.mul(v128.load64_splat(c, 32), y)),
  )
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
  for (let f = 0; f < frames; f++) {
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
        a = section(a, k, p, q)
        b = section(b, k, p + 16, q + 16)
        c = section(c, k, p + 32, q + 32)
        d = section(d, k, p + 48, q + 48)
        p += row * 2
        k += 40
      }
      v128.store(y + o, demoteTwo(a, b))
      v128.store(y + o, demoteTwo(c, d), 16)
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
        a = section(a, k, p, q)
        b = section(b, k, p + 16, q + 16)
        c = section(c, k, p + 32, q + 32)
        d = section(d, k, p + 48, q + 48)
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
