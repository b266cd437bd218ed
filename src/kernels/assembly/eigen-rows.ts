// What the eigen-decomposition does to whole rows: scaling, rotating, sorting.

/** Divides by the largest magnitude, so that no square can overflow; returns it. */
export function scaleRows(a: usize, size: i32, width: i32): f64 {
  const end = a + <usize>size * width * 8
  let most = f64x2.splat(0)
  for (let p = a; p < end; p += 16) most = f64x2.max(most, f64x2.abs(v128.load(p)))
  const scale = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1))
  if (scale == 0 || !(scale < Infinity)) return scale
  const divisor = f64x2.splat(scale)
  for (let p = a; p < end; p += 16) v128.store(p, f64x2.div(v128.load(p), divisor))
  return scale
}

/** Bytes of a noted rotation: two factors and a flag. */
// @ts-ignore: decorator
@inline
export const TURN: usize = 24

/** One chain of rotations over 8 columns, the row between two rotations kept in registers. */
// @ts-ignore: decorator
@inline
function rotateColumns(columns: usize, row: usize, first: i32, last: i32, turns: usize): void {
  let p = columns + row * last
  let a = v128.load(p)
  let b = v128.load(p, 16)
  let c = v128.load(p, 32)
  let d = v128.load(p, 48)
  let turn = turns
  for (let i = last; i > first; i--) {
    const t = v128.load64_splat(turn)
    const u = v128.load64_splat(turn, 8)
    const q = p - row
    let v = v128.load(q)
    if (!load<i64>(turn, 16)) {
      v128.store(p, f64x2.relaxed_madd(t, v, a))
      a = f64x2.relaxed_nmadd(u, a, v)
      v = v128.load(q, 16)
      v128.store(p, f64x2.relaxed_madd(t, v, b), 16)
      b = f64x2.relaxed_nmadd(u, b, v)
      v = v128.load(q, 32)
      v128.store(p, f64x2.relaxed_madd(t, v, c), 32)
      c = f64x2.relaxed_nmadd(u, c, v)
      v = v128.load(q, 48)
      v128.store(p, f64x2.relaxed_madd(t, v, d), 48)
      d = f64x2.relaxed_nmadd(u, d, v)
    } else {
      v128.store(p, f64x2.relaxed_madd(t, a, v))
      a = f64x2.relaxed_nmadd(u, v, a)
      v = v128.load(q, 16)
      v128.store(p, f64x2.relaxed_madd(t, b, v), 16)
      b = f64x2.relaxed_nmadd(u, v, b)
      v = v128.load(q, 32)
      v128.store(p, f64x2.relaxed_madd(t, c, v), 32)
      c = f64x2.relaxed_nmadd(u, v, c)
      v = v128.load(q, 48)
      v128.store(p, f64x2.relaxed_madd(t, d, v), 48)
      d = f64x2.relaxed_nmadd(u, v, d)
    }
    p = q
    turn += TURN
  }
  v128.store(p, a)
  v128.store(p, b, 16)
  v128.store(p, c, 32)
  v128.store(p, d, 48)
}

// @ts-ignore: decorator
@inline
function storeFour(p: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(p, a)
  v128.store(p, b, 16)
  v128.store(p, c, 32)
  v128.store(p, d, 48)
}

// Two rows to their places after a rotation by the factors at `turn`: what the second chain does last.
// @ts-ignore: decorator
@inline
function storeTurned(p: usize, q: usize, carried: v128, x: v128, turn: usize): void {
  const t = v128.load64_splat(turn)
  const u = v128.load64_splat(turn, 8)
  v128.store(p, f64x2.relaxed_madd(t, x, carried))
  v128.store(q, f64x2.relaxed_nmadd(u, carried, x))
}

/**
 * Two chains at once that begin with the same rows, none of their rotations being steep: the second
 * follows the first one row behind, and a row is read and written once for both. The first chain goes
 * down at least as far as the second, and both turn at least one pair of rows.
 */
// @ts-ignore: decorator
@inline
function rotateTwice(
  columns: usize,
  row: usize,
  first: i32,
  second: i32,
  last: i32,
  turns: usize,
  secondTurns: usize,
): void {
  let p = columns + row * last
  let q = p - 2 * row
  let t = v128.load64_splat(turns)
  let u = v128.load64_splat(turns, 8)
  let a = v128.load(p)
  let e = f64x2.relaxed_madd(t, v128.load(q + row), a)
  a = f64x2.relaxed_nmadd(u, a, v128.load(q + row))
  let b = v128.load(p, 16)
  let f = f64x2.relaxed_madd(t, v128.load(q + row, 16), b)
  b = f64x2.relaxed_nmadd(u, b, v128.load(q + row, 16))
  let c = v128.load(p, 32)
  let g = f64x2.relaxed_madd(t, v128.load(q + row, 32), c)
  c = f64x2.relaxed_nmadd(u, c, v128.load(q + row, 32))
  let d = v128.load(p, 48)
  let h = f64x2.relaxed_madd(t, v128.load(q + row, 48), d)
  d = f64x2.relaxed_nmadd(u, d, v128.load(q + row, 48))
  turns += TURN
  let i = last - 1
  for (const least = max(second, first + 1); i >= least; i--) {
    t = v128.load64_splat(turns)
    u = v128.load64_splat(turns, 8)
    const y = v128.load64_splat(secondTurns)
    const z = v128.load64_splat(secondTurns, 8)
    let v = v128.load(q)
    let x = f64x2.relaxed_madd(t, v, a)
    a = f64x2.relaxed_nmadd(u, a, v)
    v128.store(p, f64x2.relaxed_madd(y, x, e))
    e = f64x2.relaxed_nmadd(z, e, x)
    v = v128.load(q, 16)
    x = f64x2.relaxed_madd(t, v, b)
    b = f64x2.relaxed_nmadd(u, b, v)
    v128.store(p, f64x2.relaxed_madd(y, x, f), 16)
    f = f64x2.relaxed_nmadd(z, f, x)
    v = v128.load(q, 32)
    x = f64x2.relaxed_madd(t, v, c)
    c = f64x2.relaxed_nmadd(u, c, v)
    v128.store(p, f64x2.relaxed_madd(y, x, g), 32)
    g = f64x2.relaxed_nmadd(z, g, x)
    v = v128.load(q, 48)
    x = f64x2.relaxed_madd(t, v, d)
    d = f64x2.relaxed_nmadd(u, d, v)
    v128.store(p, f64x2.relaxed_madd(y, x, h), 48)
    h = f64x2.relaxed_nmadd(z, h, x)
    p -= row
    q -= row
    turns += TURN
    secondTurns += TURN
  }
  if (i >= second) {
    // Both end here: the first is done with row i, the second still has to turn it.
    storeTurned(p, q + row, e, a, secondTurns)
    storeTurned(p + 16, q + row + 16, f, b, secondTurns)
    storeTurned(p + 32, q + row + 32, g, c, secondTurns)
    storeTurned(p + 48, q + row + 48, h, d, secondTurns)
    return
  }
  storeFour(p, e, f, g, h)
  storeFour(q + row, a, b, c, d)
  rotateColumns(columns, row, first, i, turns)
}

/** Gives every row its scale, which is 1 from then on. */
export function restoreScales(rows: usize, row: usize, scales: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    const p = rows + row * i
    const scale = v128.load64_splat(scales + <usize>i * 8)
    for (let o: usize = 0; o < row; o += 16) {
      v128.store(p + o, f64x2.mul(scale, v128.load(p + o)))
    }
    store<f64>(scales + <usize>i * 8, 1)
  }
}

/**
 * Runs chains of rotations over the rows, one after the other, 8 columns at a time, so that these
 * stay in the nearest cache through all chains. A chain rotates rows last and last − 1, then
 * last − 1 and last − 2, … down to `first`.
 * chains: first and last of each chain, as i32; `last` is negative, −1 − last, of a chain with steep
 * rotations
 * turns: every rotation in the order of the chains, see `note` in eigen.ts
 */
export function rotateRows(
  vectors: usize,
  row: usize,
  chains: usize,
  count: i32,
  turns: usize,
): void {
  for (let o: usize = 0; o < row; o += 64) {
    let turn = turns
    for (let k = 0; k < count; k++) {
      const chain = chains + <usize>k * 8
      const first = load<i32>(chain)
      const last = load<i32>(chain, 4)
      const end = last < 0 ? -1 - last : last
      const next = turn + <usize>(end - first) * TURN
      if (k + 1 < count && last > first && load<i32>(chain, 12) == last) {
        const second = load<i32>(chain, 8)
        if (second >= first && second < last) {
          rotateTwice(vectors + o, row, first, second, last, turn, next)
          turn = next + <usize>(last - second) * TURN
          k++
          continue
        }
      }
      rotateColumns(vectors + o, row, first, end, turn)
      turn = next
    }
  }
}

/** Ascending values, each with its row. */
export function sortRows(values: usize, rows: usize, size: i32, row: usize): void {
  for (let i = 0; i < size - 1; i++) {
    let least = i
    for (let k = i + 1; k < size; k++) {
      if (load<f64>(values + <usize>k * 8) < load<f64>(values + <usize>least * 8)) least = k
    }
    if (least == i) continue
    const value = load<f64>(values + <usize>i * 8)
    store<f64>(values + <usize>i * 8, load<f64>(values + <usize>least * 8))
    store<f64>(values + <usize>least * 8, value)
    const p = rows + row * i
    const q = rows + row * least
    for (let o: usize = 0; o < row; o += 16) {
      const v = v128.load(p + o)
      v128.store(p + o, v128.load(q + o))
      v128.store(q + o, v)
    }
  }
}
