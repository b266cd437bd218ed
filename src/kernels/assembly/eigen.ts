// Eigenvalues and eigenvectors of a symmetric matrix, float64: Householder reduction to
// tridiagonal form, then implicit QL. The rotations of several QL steps are noted down and then run
// over the eigenvector rows together; these are kept without their scale, so that a rotation takes
// two products instead of four.
// Martin, Reinsch, Wilkinson 1968 (tred2); Bowdler, Martin, Reinsch, Wilkinson 1968 (tql2).
// Scaled rotations: Gentleman 1973, J. Inst. Maths Applics 12, 329–336.
// Every row has `width` values, a multiple of 8; what stands beyond `size` is zero.
import { reduceLastRow, reduceTwoRows, reflectTwoRows, takeTwo } from './eigen-reduction'
import { restoreScales, rotateRows, scaleRows, sortRows, TURN } from './eigen-rows'

// @ts-ignore: decorator
@inline
const MAXIMUM_STEPS = 60

// QL steps whose rotations are run together; symmetric-eigen.ts makes room for them.
// @ts-ignore: decorator
@inline
const CHAINS = 16

// A rotation with a smaller cosine is noted the other way round: a scale shrinks by no more at a time,
// which the chains that are run together cannot bring below what float64 can hold.
// @ts-ignore: decorator
@inline
const STEEP = 1 / 65536

// @ts-ignore: decorator
@inline
const SMALL = 1e-75

// Below this a sum of squares has lost digits; what it is made of is enlarged first.
// @ts-ignore: decorator
@inline
const SMALLEST_SQUARE = 1e-280

// @ts-ignore: decorator
@inline
const ENLARGED = 1e150

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
    low = f64x2.relaxed_madd(v128.load(a + o), v128.load(b + o), low)
    high = f64x2.relaxed_madd(v128.load(a + o, 16), v128.load(b + o, 16), high)
  }
  const sum = f64x2.add(low, high)
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/**
 * Reduces the lower triangle of `a` from its last row upwards. Afterwards row i holds the
 * Householder vector of step i, `norms` half its square, `diagonal` and `beside` the tridiagonal
 * matrix. The update that a step asks for waits for the next one, which reads all rows anyway.
 * scratch: two rows
 */
function reduce(
  a: usize,
  size: i32,
  width: i32,
  diagonal: usize,
  beside: usize,
  norms: usize,
  scratch: usize,
): void {
  const row = <usize>width * 8
  memory.fill(scratch, 0, 2 * row)
  let oldU = scratch
  let oldQ = scratch
  let q = scratch + row
  for (let i = size - 1; i > 0; i--) {
    const u = a + row * i
    // Rows are taken in steps of 4 values: the vector is zero beyond its end.
    const bytes = <usize>((i + 3) & ~3) * 8
    const padded = (i + 4) & ~3
    takeTwo(u, oldU, load<f64>(at(oldQ, i)), oldQ, load<f64>(at(oldU, i)), <usize>padded * 8)
    store<f64>(at(diagonal, i), load<f64>(at(u, i)))
    for (let j = i; j < padded; j++) store<f64>(at(u, j), 0)
    const last = load<f64>(at(u, i - 1))
    store<f64>(at(u, i - 1), 0)
    const rest = dot(u, u, bytes)
    const square = rest + last * last
    const g = last > 0 ? -sqrt(square) : sqrt(square)
    // With nothing beside the last value the step is the identity, and its vector zero.
    const norm = rest == 0 ? 0 : square - last * g
    const share = rest == 0 ? 0 : 1 / norm
    store<f64>(at(beside, i), rest == 0 ? last : g)
    store<f64>(at(norms, i), norm)
    if (rest != 0) store<f64>(at(u, i - 1), last - g)
    memory.fill(q, 0, <usize>padded * 8)
    let r = a
    let j = 0
    for (; j + 1 < i; j += 2) {
      reduceTwoRows(r, r + row, <usize>j * 8, oldU, oldQ, u, q)
      r += 2 * row
    }
    if (j < i) reduceLastRow(r, <usize>j * 8, oldU, oldQ, u, q)
    const k = 0.5 * dot(u, q, bytes) * share * share
    for (j = 0; j < i; j++) {
      store<f64>(at(q, j), load<f64>(at(q, j)) * share - k * load<f64>(at(u, j)))
    }
    const free = oldQ
    oldQ = q
    q = free
    oldU = u
  }
  const u0 = load<f64>(oldU)
  store<f64>(diagonal, load<f64>(a) - 2 * u0 * load<f64>(oldQ))
  store<f64>(beside, 0)
}

/**
 * The transposed product of all Householder steps, two at a time, from row 0 on. A row takes part
 * in a step as soon as the step's vector reaches it.
 */
function accumulate(a: usize, size: i32, width: i32, norms: usize, vectors: usize): void {
  const row = <usize>width * 8
  memory.fill(vectors, 0, row * size)
  for (let i = 0; i < size; i++) store<f64>(at(vectors + row * i, i), 1)
  for (let i = 1; i < size; i += 2) {
    const isPair = i + 1 < size
    const u = a + row * i
    const w = isPair ? u + row : u
    const bytes = <usize>((i + 4) & ~3) * 8
    const norm = load<f64>(at(norms, i))
    const nextNorm = isPair ? load<f64>(at(norms, i + 1)) : 0
    const share = norm == 0 ? 0 : 1 / norm
    const nextShare = nextNorm == 0 ? 0 : 1 / nextNorm
    const both = dot(u, w, bytes)
    for (let j = 0; j <= i; j += 2) {
      reflectTwoRows(vectors + row * j, row, u, w, share, nextShare, both, bytes)
    }
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

/**
 * Notes the rotation of rows i and i + 1 as one of rows without their scales: a product each, and
 * new scales. Which of the two rows keeps its factor 1 is the flag.
 */
// @ts-ignore: decorator
@inline
function note(turn: usize, c: f64, s: f64, scales: usize): bool {
  const v = load<f64>(scales)
  const a = load<f64>(scales, 8)
  if (abs(c) >= STEEP) {
    const product = c * a * v
    if (abs(product) > SMALLEST_SQUARE) {
      // One quotient for both factors.
      const t = s / product
      store<f64>(turn, t * (v * v))
      store<f64>(turn, t * (a * a), 8)
    } else {
      store<f64>(turn, ((s / c) * v) / a)
      store<f64>(turn, ((s / c) * a) / v, 8)
    }
    store<i64>(turn, 0, 16)
    store<f64>(scales, c * v)
    store<f64>(scales, c * a, 8)
    return false
  } else {
    const t = c / s
    store<f64>(turn, (t * a) / v)
    store<f64>(turn, (t * v) / a, 8)
    store<i64>(turn, 1, 16)
    store<f64>(scales, -s * a)
    store<f64>(scales, s * v, 8)
    return true
  }
}

/**
 * One implicit QL step on rows first … last; notes its rotations and the rows that they turn, the
 * last one as −1 − last when there are steep ones among them. Returns the row it reached.
 */
function step(
  diagonal: usize,
  beside: usize,
  first: i32,
  last: i32,
  turns: usize,
  scales: usize,
  chain: usize,
): i32 {
  let isSteep = false
  let reached = first
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
  let i = last - 1
  for (; i >= first; i--) {
    const f = s * load<f64>(at(beside, i))
    const b = c * load<f64>(at(beside, i))
    const square = f * f + g * g
    if (square < SMALLEST_SQUARE) {
      r = sqrt(f * ENLARGED * (f * ENLARGED) + g * ENLARGED * (g * ENLARGED)) / ENLARGED
      store<f64>(at(beside, i + 1), r)
      if (r == 0) {
        store<f64>(at(diagonal, i + 1), load<f64>(at(diagonal, i + 1)) - p)
        reached = i + 1
        break
      }
      s = f / r
      c = g / r
    } else {
      // The root and the quotient take their time side by side.
      r = sqrt(square)
      const inverse = r * (1 / square)
      store<f64>(at(beside, i + 1), r)
      s = f * inverse
      c = g * inverse
    }
    g = load<f64>(at(diagonal, i + 1)) - p
    r = (load<f64>(at(diagonal, i)) - g) * s + 2 * c * b
    p = s * r
    store<f64>(at(diagonal, i + 1), g + p)
    g = c * r - b
    if (note(turns + <usize>(last - 1 - i) * TURN, c, s, at(scales, i))) isSteep = true
  }
  if (reached == first) {
    store<f64>(at(diagonal, first), load<f64>(at(diagonal, first)) - p)
    store<f64>(at(beside, first), g)
  }
  store<f64>(at(beside, last), 0)
  store<i32>(chain, reached)
  store<i32>(chain, isSteep ? -1 - last : last, 4)
  return reached
}

function areSmall(scales: usize, size: i32): bool {
  let least = load<f64>(scales)
  for (let i = 0; i < size; i++) least = min(least, abs(load<f64>(at(scales, i))))
  return least < SMALL
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
  scales: usize,
): i32 {
  let count = 0
  let turn = turns
  for (let first = 0; first < size; first++) {
    let steps = 0
    for (;;) {
      const last = splitPoint(diagonal, beside, first, size)
      if (last == first) break
      if (steps++ == MAXIMUM_STEPS) return 0
      const chain = chains + <usize>count * 8
      const reached = step(diagonal, beside, first, last, turn, scales, chain)
      turn += <usize>(last - reached) * TURN
      if (++count < CHAINS) continue
      rotateRows(vectors, row, chains, count, turns)
      if (areSmall(scales, size)) restoreScales(vectors, row, scales, size)
      count = 0
      turn = turns
    }
  }
  rotateRows(vectors, row, chains, count, turns)
  restoreScales(vectors, row, scales, size)
  return 1
}

/**
 * a: `size` rows of `width`, of which the lower triangle is read, the rest being zero; destroyed.
 * values: `size`, ascending; vectors: row k belongs to value k, orthonormal.
 * work: (5 + 3 × CHAINS) × `width` float64, zero at the beginning.
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
  const scales = work + 4 * row
  const turns = work + 5 * row
  const scale = scaleRows(a, size, width)
  if (!(scale < Infinity)) return 0
  reduce(a, size, width, values, beside, norms, turns)
  accumulate(a, size, width, norms, vectors)
  for (let i = 1; i < size; i++) store<f64>(at(beside, i - 1), load<f64>(at(beside, i)))
  store<f64>(at(beside, size - 1), 0)
  for (let i = 0; i < size; i++) store<f64>(at(scales, i), 1)
  if (!iterate(values, beside, size, vectors, row, chains, turns, scales)) return 0
  for (let i = 0; i < size; i++) store<f64>(at(values, i), load<f64>(at(values, i)) * scale)
  sortRows(values, vectors, size, row)
  return 1
}
