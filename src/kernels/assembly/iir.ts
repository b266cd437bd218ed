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
