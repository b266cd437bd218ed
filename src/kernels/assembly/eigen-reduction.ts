// What the Householder steps of the eigen-decomposition do to rows: take the last update and meet the
// next vector, or be reflected, in one sweep.

// @ts-ignore: decorator
@inline
function sum(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1)
}

/** row −= f × u + g × q */
export function takeTwo(row: usize, u: usize, f: f64, q: usize, g: f64, bytes: usize): void {
  const a = f64x2.splat(f)
  const b = f64x2.splat(g)
  for (let o: usize = 0; o < bytes; o += 16) {
    const v = f64x2.relaxed_nmadd(a, v128.load(u + o), v128.load(row + o))
    v128.store(row + o, f64x2.relaxed_nmadd(b, v128.load(q + o), v))
  }
}

/**
 * Rows j and j + 1 of the lower triangle, j being even, take the update u qᵀ + q uᵀ; their part in the
 * product of the whole matrix with `next` is added to p. end: 8 × j, bytes from a row's beginning
 */
export function reduceTwoRows(
  row: usize,
  other: usize,
  end: usize,
  u: usize,
  q: usize,
  next: usize,
  p: usize,
): void {
  const a = v128.load64_splat(q + end)
  const b = v128.load64_splat(u + end)
  const c = v128.load64_splat(q + end, 8)
  const d = v128.load64_splat(u + end, 8)
  const e = v128.load64_splat(next + end)
  const f = v128.load64_splat(next + end, 8)
  let product = f64x2.splat(0)
  let otherProduct = product
  for (let o: usize = 0; o < end; o += 16) {
    const x = v128.load(u + o)
    const y = v128.load(q + o)
    const z = v128.load(next + o)
    const v = f64x2.relaxed_nmadd(b, y, f64x2.relaxed_nmadd(a, x, v128.load(row + o)))
    const w = f64x2.relaxed_nmadd(d, y, f64x2.relaxed_nmadd(c, x, v128.load(other + o)))
    v128.store(row + o, v)
    v128.store(other + o, w)
    product = f64x2.relaxed_madd(v, z, product)
    otherProduct = f64x2.relaxed_madd(w, z, otherProduct)
    v128.store(p + o, f64x2.relaxed_madd(f, w, f64x2.relaxed_madd(e, v, v128.load(p + o))))
  }
  const u0 = load<f64>(u + end)
  const u1 = load<f64>(u + end, 8)
  const q0 = load<f64>(q + end)
  const q1 = load<f64>(q + end, 8)
  const first = load<f64>(row + end) - 2 * u0 * q0
  const beside = load<f64>(other + end) - (u0 * q1 + u1 * q0)
  const second = load<f64>(other + end, 8) - 2 * u1 * q1
  store<f64>(row + end, first)
  store<f64>(other + end, beside)
  store<f64>(other + end, second, 8)
  const n0 = load<f64>(next + end)
  const n1 = load<f64>(next + end, 8)
  store<f64>(p + end, load<f64>(p + end) + sum(product) + first * n0 + beside * n1)
  store<f64>(p + end, load<f64>(p + end, 8) + sum(otherProduct) + beside * n0 + second * n1, 8)
}

/** The same for row j alone. */
export function reduceLastRow(
  row: usize,
  end: usize,
  u: usize,
  q: usize,
  next: usize,
  p: usize,
): void {
  const e = v128.load64_splat(next + end)
  const u0 = load<f64>(u + end)
  const q0 = load<f64>(q + end)
  takeTwo(row, u, q0, q, u0, end)
  let product = f64x2.splat(0)
  for (let o: usize = 0; o < end; o += 16) {
    const v = v128.load(row + o)
    product = f64x2.relaxed_madd(v, v128.load(next + o), product)
    v128.store(p + o, f64x2.relaxed_madd(e, v, v128.load(p + o)))
  }
  const first = load<f64>(row + end) - 2 * u0 * q0
  store<f64>(row + end, first)
  store<f64>(p + end, load<f64>(p + end) + sum(product) + first * load<f64>(next + end))
}

/**
 * Two rows v, each less its reflections: v −= share (u v) u, then v −= nextShare (w v) w.
 * both: the product of u and w
 */
export function reflectTwoRows(
  row: usize,
  rowBytes: usize,
  u: usize,
  w: usize,
  share: f64,
  nextShare: f64,
  both: f64,
  bytes: usize,
): void {
  const other = row + rowBytes
  let a = f64x2.splat(0)
  let b = a
  let c = a
  let d = a
  let e = a
  let f = a
  let g = a
  let h = a
  for (let o: usize = 0; o < bytes; o += 32) {
    let v = v128.load(row + o)
    let z = v128.load(other + o)
    let x = v128.load(u + o)
    a = f64x2.relaxed_madd(x, v, a)
    c = f64x2.relaxed_madd(x, z, c)
    x = v128.load(w + o)
    b = f64x2.relaxed_madd(x, v, b)
    d = f64x2.relaxed_madd(x, z, d)
    v = v128.load(row + o, 16)
    z = v128.load(other + o, 16)
    x = v128.load(u + o, 16)
    e = f64x2.relaxed_madd(x, v, e)
    g = f64x2.relaxed_madd(x, z, g)
    x = v128.load(w + o, 16)
    f = f64x2.relaxed_madd(x, v, f)
    h = f64x2.relaxed_madd(x, z, h)
  }
  a = f64x2.add(a, e)
  b = f64x2.add(b, f)
  c = f64x2.add(c, g)
  d = f64x2.add(d, h)
  const first = share * sum(a)
  const otherFirst = share * sum(c)
  a = f64x2.splat(first)
  b = f64x2.splat(nextShare * (sum(b) - first * both))
  c = f64x2.splat(otherFirst)
  d = f64x2.splat(nextShare * (sum(d) - otherFirst * both))
  for (let o: usize = 0; o < bytes; o += 16) {
    const x = v128.load(u + o)
    const y = v128.load(w + o)
    const v = f64x2.relaxed_nmadd(a, x, v128.load(row + o))
    const z = f64x2.relaxed_nmadd(c, x, v128.load(other + o))
    v128.store(row + o, f64x2.relaxed_nmadd(b, y, v))
    v128.store(other + o, f64x2.relaxed_nmadd(d, y, z))
  }
}
