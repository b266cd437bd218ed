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
    const cosine = v128.load64_splat(turn)
    const sine = v128.load64_splat(turn, 8)
    const q = p - row
    let v = v128.load(q)
    v128.store(p, f64x2.add(f64x2.mul(sine, v), f64x2.mul(cosine, a)))
    a = f64x2.sub(f64x2.mul(cosine, v), f64x2.mul(sine, a))
    v = v128.load(q, 16)
    v128.store(p, f64x2.add(f64x2.mul(sine, v), f64x2.mul(cosine, b)), 16)
    b = f64x2.sub(f64x2.mul(cosine, v), f64x2.mul(sine, b))
    v = v128.load(q, 32)
    v128.store(p, f64x2.add(f64x2.mul(sine, v), f64x2.mul(cosine, c)), 32)
    c = f64x2.sub(f64x2.mul(cosine, v), f64x2.mul(sine, c))
    v = v128.load(q, 48)
    v128.store(p, f64x2.add(f64x2.mul(sine, v), f64x2.mul(cosine, d)), 48)
    d = f64x2.sub(f64x2.mul(cosine, v), f64x2.mul(sine, d))
    p = q
    turn += 16
  }
  v128.store(p, a)
  v128.store(p, b, 16)
  v128.store(p, c, 32)
  v128.store(p, d, 48)
}

/**
 * Runs chains of rotations over the rows, one after the other, 8 columns at a time, so that these
 * stay in the nearest cache through all chains. A chain rotates rows last and last − 1, then
 * last − 1 and last − 2, … down to `first`.
 * chains: first and last of each chain, as i32
 * turns: cosine and sine of every rotation in the order of the chains
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
      const first = load<i32>(chains + <usize>k * 8)
      const last = load<i32>(chains + <usize>k * 8, 4)
      rotateColumns(vectors + o, row, first, last, turn)
      turn += <usize>(last - first) * 16
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
