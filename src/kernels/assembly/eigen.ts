// Eigenvalues and eigenvectors of a symmetric matrix, float64: Householder reduction to
// tridiagonal form, then implicit QL. The rotations of several QL steps are noted down and then run
// over the eigenvector rows together.
// Martin, Reinsch, Wilkinson 1968 (tred2); Bowdler, Martin, Reinsch, Wilkinson 1968 (tql2).
// Every row has `width` values, a multiple of 8; what stands beyond `size` is zero.
import { rotateRows, scaleRows, sortRows } from './eigen-rows'

// @ts-ignore: decorator
@inline
const MAXIMUM_STEPS = 60

// QL steps whose rotations are run together; symmetric-eigen.ts makes room for them.
// @ts-ignore: decorator
@inline
const CHAINS = 16

// Beside a matrix whose largest value is 1; its square is still a normal number.
// @ts-ignore: decorator
@inline
const NEGLIGIBLE = 1e-150

// @ts-ignore: decorator
@inline
function at(base: usize, index: i32): usize {
  return base + <usize>index * 8
}

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, bytes: usize): f64 {
  let low = f64x2.splat(0)
  let high = low
  for (let o: usize = 0; o < bytes; o += 32) {
    low = f64x2.add(low, f64x2.mul(v128.load(a + o), v128.load(b + o)))
    high = f64x2.add(high, f64x2.mul(v128.load(a + o, 16), v128.load(b + o, 16)))
  }
  const sum = f64x2.add(low, high)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** Two rows at once: their products with `u` go to p and p + 8. */
// @ts-ignore: decorator
@inline
function dotTwo(a: usize, b: usize, u: usize, bytes: usize, p: usize, share: f64): void {
  let aLow = f64x2.splat(0)
  let aHigh = aLow
  let bLow = aLow
  let bHigh = aLow
  for (let o: usize = 0; o < bytes; o += 32) {
    const low = v128.load(u + o)
    const high = v128.load(u + o, 16)
    aLow = f64x2.add(aLow, f64x2.mul(v128.load(a + o), low))
    bLow = f64x2.add(bLow, f64x2.mul(v128.load(b + o), low))
    aHigh = f64x2.add(aHigh, f64x2.mul(v128.load(a + o, 16), high))
    bHigh = f64x2.add(bHigh, f64x2.mul(v128.load(b + o, 16), high))
  }
  const x = f64x2.add(aLow, aHigh)
  const y = f64x2.add(bLow, bHigh)
  const even = v128.shuffle<i64>(x, y, 0, 2)
  const odd = v128.shuffle<i64>(x, y, 1, 3)
  v128.store(p, f64x2.mul(f64x2.add(even, odd), f64x2.splat(share)))
}

/** row −= f × u + g × q */
// @ts-ignore: decorator
@inline
function takeTwo(row: usize, u: usize, f: f64, q: usize, g: f64, bytes: usize): void {
  const a = f64x2.splat(f)
  const b = f64x2.splat(g)
  for (let o: usize = 0; o < bytes; o += 16) {
    const part = f64x2.add(f64x2.mul(a, v128.load(u + o)), f64x2.mul(b, v128.load(q + o)))
    v128.store(row + o, f64x2.sub(v128.load(row + o), part))
  }
}

/**
 * Reduces `a` from its last row upwards. Afterwards row i holds the Householder vector of step i,
 * `norms` half its square, `diagonal` and `beside` the tridiagonal matrix. q: one row of scratch,
 * zero beyond the size.
 */
function reduce(
  a: usize,
  size: i32,
  width: i32,
  diagonal: usize,
  beside: usize,
  norms: usize,
  q: usize,
): void {
  const row = <usize>width * 8
  for (let i = size - 1; i > 0; i--) {
    const u = a + row * i
    // Rows are taken in steps of 4 values: the vector is zero beyond its end.
    const bytes = <usize>((i + 3) & ~3) * 8
    store<f64>(at(diagonal, i), load<f64>(at(u, i)))
    for (let j = i; j < ((i + 3) & ~3); j++) store<f64>(at(u, j), 0)
    const last = load<f64>(at(u, i - 1))
    store<f64>(at(u, i - 1), 0)
    const rest = dot(u, u, bytes)
    if (rest == 0) {
      // Nothing beside the last value: the step would be the identity.
      store<f64>(at(beside, i), last)
      store<f64>(at(norms, i), 0)
      continue
    }
    const square = rest + last * last
    const g = last > 0 ? -sqrt(square) : sqrt(square)
    const norm = square - last * g
    store<f64>(at(beside, i), g)
    store<f64>(at(norms, i), norm)
    store<f64>(at(u, i - 1), last - g)
    for (let j = 0; j < i; j += 2) {
      const r = a + row * j
      dotTwo(r, r + row, u, bytes, at(q, j), 1 / norm)
    }
    for (let j = i; j < ((i + 3) & ~3); j++) store<f64>(at(q, j), 0)
    const k = dot(u, q, bytes) / (2 * norm)
    for (let j = 0; j < i; j++) store<f64>(at(q, j), load<f64>(at(q, j)) - k * load<f64>(at(u, j)))
    for (let j = 0; j < i; j++) {
      takeTwo(a + row * j, u, load<f64>(at(q, j)), q, load<f64>(at(u, j)), bytes)
    }
  }
  store<f64>(diagonal, load<f64>(a))
  store<f64>(beside, 0)
}

/** The transposed product of all Householder steps, one step after the other, from row 0 on. */
function accumulate(a: usize, size: i32, width: i32, norms: usize, vectors: usize): void {
  const row = <usize>width * 8
  memory.fill(vectors, 0, row * size)
  for (let i = 0; i < size; i++) {
    const u = a + row * i
    const norm = load<f64>(at(norms, i))
    if (i > 0 && norm != 0) {
      const bytes = <usize>((i + 3) & ~3) * 8
      for (let j = 0; j < i; j++) {
        const v = vectors + row * j
        const share = f64x2.splat(dot(u, v, bytes) / norm)
        for (let o: usize = 0; o < bytes; o += 16) {
          v128.store(v + o, f64x2.sub(v128.load(v + o), f64x2.mul(share, v128.load(u + o))))
        }
      }
    }
    store<f64>(at(vectors + row * i, i), 1)
  }
}

/** The first row from `first` on whose neighbour below is as good as zero. */
function splitPoint(diagonal: usize, beside: usize, first: i32, size: i32): i32 {
  let m = first
  for (; m < size - 1; m++) {
    const scale = abs(load<f64>(at(diagonal, m))) + abs(load<f64>(at(diagonal, m + 1)))
    const next = abs(load<f64>(at(beside, m)))
    if (next <= f64.EPSILON * scale || next < NEGLIGIBLE) break
  }
  return m
}

/** One implicit QL step on rows first … last; notes its rotations, returns the row it reached. */
function step(diagonal: usize, beside: usize, first: i32, last: i32, turns: usize): i32 {
  let g =
    (load<f64>(at(diagonal, first + 1)) - load<f64>(at(diagonal, first))) /
    (2 * load<f64>(at(beside, first)))
  let r = sqrt(g * g + 1)
  g =
    load<f64>(at(diagonal, last)) -
    load<f64>(at(diagonal, first)) +
    load<f64>(at(beside, first)) / (g + (g >= 0 ? r : -r))
  let s: f64 = 1
  let c: f64 = 1
  let p: f64 = 0
  for (let i = last - 1; i >= first; i--) {
    const f = s * load<f64>(at(beside, i))
    const b = c * load<f64>(at(beside, i))
    r = sqrt(f * f + g * g)
    store<f64>(at(beside, i + 1), r)
    if (r == 0) {
      store<f64>(at(diagonal, i + 1), load<f64>(at(diagonal, i + 1)) - p)
      store<f64>(at(beside, last), 0)
      return i + 1
    }
    s = f / r
    c = g / r
    g = load<f64>(at(diagonal, i + 1)) - p
    r = (load<f64>(at(diagonal, i)) - g) * s + 2 * c * b
    p = s * r
    store<f64>(at(diagonal, i + 1), g + p)
    g = c * r - b
    const turn = turns + <usize>(last - 1 - i) * 16
    store<f64>(turn, c)
    store<f64>(turn, s, 8)
  }
  store<f64>(at(diagonal, first), load<f64>(at(diagonal, first)) - p)
  store<f64>(at(beside, first), g)
  store<f64>(at(beside, last), 0)
  return first
}

/** Diagonalises, its rotations going to the rows of `vectors`; 0 when it does not converge. */
function iterate(
  diagonal: usize,
  beside: usize,
  size: i32,
  vectors: usize,
  row: usize,
  chains: usize,
  turns: usize,
): i32 {
  let count = 0
  let turn = turns
  for (let first = 0; first < size; first++) {
    let steps = 0
    for (;;) {
      const last = splitPoint(diagonal, beside, first, size)
      if (last == first) break
      if (steps++ == MAXIMUM_STEPS) return 0
      const reached = step(diagonal, beside, first, last, turn)
      store<i32>(chains + <usize>count * 8, reached)
      store<i32>(chains + <usize>count * 8, last, 4)
      turn += <usize>(last - reached) * 16
      if (++count < CHAINS) continue
      rotateRows(vectors, row, chains, count, turns)
      count = 0
      turn = turns
    }
  }
  rotateRows(vectors, row, chains, count, turns)
  return 1
}

/**
 * a: `size` rows of `width`, destroyed. values: `size`, ascending; vectors: row k belongs to value
 * k, orthonormal. work: (4 + 2 × CHAINS) × `width` float64, zero at the beginning.
 * @returns 1, or 0 when it does not converge (which only values that are not finite can do)
 */
export function symmetricEigen(
  a: usize,
  size: i32,
  width: i32,
  values: usize,
  vectors: usize,
  work: usize,
): i32 {
  const row = <usize>width * 8
  const beside = work
  const norms = work + row
  const chains = work + 2 * row
  const turns = work + 4 * row
  const scale = scaleRows(a, size, width)
  if (!(scale < Infinity)) return 0
  reduce(a, size, width, values, beside, norms, turns)
  accumulate(a, size, width, norms, vectors)
  for (let i = 1; i < size; i++) store<f64>(at(beside, i - 1), load<f64>(at(beside, i)))
  store<f64>(at(beside, size - 1), 0)
  if (!iterate(values, beside, size, vectors, row, chains, turns)) return 0
  for (let i = 0; i < size; i++) store<f64>(at(values, i), load<f64>(at(values, i)) * scale)
  sortRows(values, vectors, size, row)
  return 1
}
