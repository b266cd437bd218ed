// Finite impulse responses over frames of float64, lanes = channels; and polyphase resampling, of
// which every output frame is one such sum. Sums run from the oldest frame to the newest, whatever
// the tile: the answer does not depend on the block.
//
// rows: frames of `stride` float64, oldest first
// taps: float64, the impulse response turned round: the oldest frame's tap first

/** float32 frames as float64 rows. */
export function widenRows(input: usize, count: i32, to: usize): void {
  for (let o: usize = 0; o < <usize>count * 4; o += 16) {
    const v = v128.load(input + o)
    v128.store(to + 2 * o, f64x2.promote_low_f32x4(v))
    v128.store(to + 2 * o, f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)), 16)
  }
}

export function moveBytes(from: usize, to: usize, bytes: i32): void {
  memory.copy(to, from, <usize>bytes)
}

// @ts-ignore: decorator
@inline
function madd(sum: v128, x: v128, tap: v128): v128 {
  return f64x2.add(sum, f64x2.mul(x, tap))
}

// @ts-ignore: decorator
@inline
function storeFour(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const low = v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2)
  const high = v128.shuffle<i64>(f32x4.demote_f64x2_zero(c), f32x4.demote_f64x2_zero(d), 0, 2)
  v128.store(to, low)
  v128.store(to, high, 16)
}

/** 2 frames × 8 channels: every row is read once for both. */
// @ts-ignore: decorator
@inline
function tileOfTwo(rows: usize, row: usize, taps: usize, count: i32, y: usize, next: usize): void {
  let tap = v128.load64_splat(taps)
  let x = rows
  let e = f64x2.splat(0)
  let a = madd(e, v128.load(x), tap)
  let b = madd(e, v128.load(x, 16), tap)
  let c = madd(e, v128.load(x, 32), tap)
  let d = madd(e, v128.load(x, 48), tap)
  let f = e
  let g = e
  let h = e
  const end = taps + <usize>count * 8
  for (let t = taps + 8; t != end; t += 8) {
    const former = tap
    tap = v128.load64_splat(t)
    x += row
    let v = v128.load(x)
    a = madd(a, v, tap)
    e = madd(e, v, former)
    v = v128.load(x, 16)
    b = madd(b, v, tap)
    f = madd(f, v, former)
    v = v128.load(x, 32)
    c = madd(c, v, tap)
    g = madd(g, v, former)
    v = v128.load(x, 48)
    d = madd(d, v, tap)
    h = madd(h, v, former)
  }
  x += row
  storeFour(y, a, b, c, d)
  e = madd(e, v128.load(x), tap)
  f = madd(f, v128.load(x, 16), tap)
  g = madd(g, v128.load(x, 32), tap)
  h = madd(h, v128.load(x, 48), tap)
  storeFour(next, e, f, g, h)
}

/** 1 frame × 16 channels. */
// @ts-ignore: decorator
@inline
function tileOfOneWide(rows: usize, row: usize, taps: usize, count: i32, y: usize): void {
  let a = f64x2.splat(0)
  let b = a
  let c = a
  let d = a
  let e = a
  let f = a
  let g = a
  let h = a
  let x = rows
  const end = taps + <usize>count * 8
  for (let t = taps; t != end; t += 8) {
    const tap = v128.load64_splat(t)
    a = madd(a, v128.load(x), tap)
    b = madd(b, v128.load(x, 16), tap)
    c = madd(c, v128.load(x, 32), tap)
    d = madd(d, v128.load(x, 48), tap)
    e = madd(e, v128.load(x, 64), tap)
    f = madd(f, v128.load(x, 80), tap)
    g = madd(g, v128.load(x, 96), tap)
    h = madd(h, v128.load(x, 112), tap)
    x += row
  }
  storeFour(y, a, b, c, d)
  storeFour(y + 32, e, f, g, h)
}

/** 1 frame × 8 channels. */
// @ts-ignore: decorator
@inline
function tileOfOne(rows: usize, row: usize, taps: usize, count: i32, y: usize): void {
  let a = f64x2.splat(0)
  let b = a
  let c = a
  let d = a
  let x = rows
  const end = taps + <usize>count * 8
  for (let t = taps; t != end; t += 8) {
    const tap = v128.load64_splat(t)
    a = madd(a, v128.load(x), tap)
    b = madd(b, v128.load(x, 16), tap)
    c = madd(c, v128.load(x, 32), tap)
    d = madd(d, v128.load(x, 48), tap)
    x += row
  }
  storeFour(y, a, b, c, d)
}

// @ts-ignore: decorator
@inline
function oneFrame(rows: usize, row: usize, taps: usize, count: i32, y: usize): void {
  let o: usize = 0
  for (; o + 128 <= row; o += 128) tileOfOneWide(rows + o, row, taps, count, y + (o >> 1))
  if (o < row) tileOfOne(rows + o, row, taps, count, y + (o >> 1))
}

/** out[f] = Σ_m taps[m] rows[f + m], in float32; `frames` + `count` − 1 rows are read. */
export function firDirect(
  rows: usize,
  frames: i32,
  stride: i32,
  taps: usize,
  count: i32,
  output: usize,
): void {
  const row = <usize>stride * 8
  const outBytes = <usize>stride * 4
  let x = rows
  let y = output
  let left = frames
  for (; left >= 2; left -= 2) {
    for (let o: usize = 0; o < row; o += 64) {
      const to = y + (o >> 1)
      tileOfTwo(x + o, row, taps, count, to, to + outBytes)
    }
    x += row * 2
    y += outBytes * 2
  }
  if (left) oneFrame(x, row, taps, count, y)
}

/**
 * One output frame for every `down`-th place in a grid `up` times as fine as the rows.
 * taps: `up` phases of `count` taps; rows: the `count` − 1 rows before the new ones come first
 * offset: the next output's place after the first new row, in steps of the fine grid
 * @returns how many frames were written
 */
export function resampleRows(
  rows: usize,
  fresh: i32,
  stride: i32,
  taps: usize,
  count: i32,
  up: i32,
  down: i32,
  offset: i32,
  output: usize,
): i32 {
  const row = <usize>stride * 8
  const end = fresh * up
  let y = output
  let written = 0
  for (let at = offset; at < end; at += down) {
    const phase = at % up
    const first = rows + row * (at / up)
    oneFrame(first, row, taps + <usize>(phase * count) * 8, count, y)
    y += <usize>stride * 4
    written++
  }
  return written
}

/** Multiplies every bin of all channels by one complex number: float32 pairs in `response`. */
export function applyResponse(
  re: usize,
  im: usize,
  bins: i32,
  stride: i32,
  response: usize,
): void {
  const row = <usize>stride * 4
  let x = re
  let y = im
  for (let k = 0; k < bins; k++) {
    const c = v128.load32_splat(response + <usize>k * 8)
    const s = v128.load32_splat(response + <usize>k * 8, 4)
    for (let o: usize = 0; o < row; o += 16) {
      const a = v128.load(x + o)
      const b = v128.load(y + o)
      v128.store(x + o, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)))
      v128.store(y + o, f32x4.add(f32x4.mul(a, s), f32x4.mul(b, c)))
    }
    x += row
    y += row
  }
}

/** √(re² + im²) of `count` float32 values, a multiple of 4. */
export function magnitudes(re: usize, im: usize, count: i32, output: usize): void {
  for (let o: usize = 0; o < <usize>count * 4; o += 16) {
    const a = v128.load(re + o)
    const b = v128.load(im + o)
    v128.store(output + o, f32x4.sqrt(f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b))))
  }
}
