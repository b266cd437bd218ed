// Real transforms of any power of two from 8 on, 4 channels at a time. The work is described by a
// plan of 32-bit words in memory, made once by the host: see `RealFft` and `Spectrum`.
import { hasLeftOver, middlePasses, plainReadingPass, refillingReadingPass, windowedReadingPass } from './fft-passes'
import { addPowers, joinFrom, splitInto } from './fft-split'

// @ts-ignore: decorator
@inline
function word(plan: usize, index: i32): i32 {
  return load<i32>(plan + <usize>index * 4)
}

// The words of a plan; the same list stands in fourier/plan.ts.
// @ts-ignore: decorator
@inline
const LENGTH = 0
// @ts-ignore: decorator
@inline
const SEGMENT = 1
// @ts-ignore: decorator
@inline
const STRIDE = 2
// @ts-ignore: decorator
@inline
const DETREND = 3
// @ts-ignore: decorator
@inline
const WINDOW_COUNT = 4
// @ts-ignore: decorator
@inline
const WINDOWS = 5
// @ts-ignore: decorator
@inline
const WEIGHTS = 6
// @ts-ignore: decorator
@inline
const TILE = 7
// @ts-ignore: decorator
@inline
const SCRATCH = 8
// @ts-ignore: decorator
@inline
const OTHER_SCRATCH = 9
// @ts-ignore: decorator
@inline
const TWIDDLES = 10
// @ts-ignore: decorator
@inline
const ROOTS = 11
// @ts-ignore: decorator
@inline
const COMPACT = 12

// @ts-ignore: decorator
@inline
function demote(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/**
 * Copies 4 channels of `rows` frames into rows of one vector each. They lie in a ring, which goes
 * on at `ring` after `ringEnd`. When detrended, `level` is taken from all, so that an offset costs
 * no digits, and the sum of the rest is returned.
 */
// @ts-ignore: decorator
@inline
function gather(
  ring: usize,
  ringEnd: usize,
  at: usize,
  lane: usize,
  rowBytes: usize,
  rows: i32,
  level: v128,
  isDetrended: bool,
  into: usize,
): v128 {
  let to = into
  let x = at + lane
  let low = f64x2.splat(0)
  let high = low
  for (let left = rows; left > 0; left -= 16) {
    // Sums of 16 rows in float32, wherever the ring ends.
    let sum = f32x4.splat(0)
    for (let few = min(left, 16); few > 0; ) {
      if (x >= ringEnd) x = ring + lane
      const isWhole = x - lane + rowBytes * few <= ringEnd
      const run = isWhole ? few : <i32>((ringEnd - x + lane) / rowBytes)
      const end = to + <usize>run * 16
      few -= run
      for (; to != end; to += 16) {
        let v = v128.load(x)
        if (isDetrended) {
          v = f32x4.sub(v, level)
          sum = f32x4.add(sum, v)
        }
        v128.store(to, v)
        x += rowBytes
      }
    }
    if (isDetrended) {
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum))
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(sum, sum, 1, 1)))
    }
  }
  return demote(low, high)
}

/** A whole segment into the plan's tile, zeros after it; returns its mean above its first row. */
// @ts-ignore: decorator
@inline
function gatherSegment(
  plan: usize,
  ring: usize,
  ringEnd: usize,
  at: usize,
  lane: usize,
  isDetrended: bool,
): v128 {
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const rows = word(plan, SEGMENT)
  const tile = <usize>word(plan, TILE)
  const level = v128.load(at + lane)
  const sum = gather(ring, ringEnd, at, lane, rowBytes, rows, level, isDetrended, tile)
  const padding = <usize>(word(plan, LENGTH) - rows) * 16
  if (padding) memory.fill(tile + <usize>rows * 16, 0, padding)
  return f32x4.mul(sum, f32x4.splat(<f32>(1 / <f64>rows)))
}

/** From the real rows to Z, which lies in one of the two areas. */
// @ts-ignore: decorator
@inline
function windowed(
  plan: usize,
  lower: usize,
  upper: usize,
  window: usize,
  mean: v128,
  other: usize,
): usize {
  const half = word(plan, LENGTH) >> 1
  const scratch = <usize>word(plan, SCRATCH)
  const twiddles = <usize>word(plan, TWIDDLES)
  windowedReadingPass(lower, upper, half, window, mean, twiddles, scratch)
  return middlePasses(scratch, other, half, twiddles)
}

/** Spectrum of the segment at `at` behind a window. */
export function fftWindowed(
  plan: usize,
  ring: usize,
  ringEnd: usize,
  at: usize,
  window: usize,
  re: usize,
  im: usize,
): void {
  const half = word(plan, LENGTH) >> 1
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const tile = <usize>word(plan, TILE)
  const upper = tile + <usize>half * 16
  const isDetrended = word(plan, DETREND) != 0
  for (let lane: usize = 0; lane < rowBytes; lane += 16) {
    const mean = isDetrended
      ? gatherSegment(plan, ring, ringEnd, at, lane, true)
      : gatherSegment(plan, ring, ringEnd, at, lane, false)
    const z = windowed(plan, tile, upper, window, mean, tile)
    splitInto(z, half, <usize>word(plan, ROOTS), rowBytes, re + lane, im + lane)
  }
}

/** Spectrum of the segment at `at` as it is, in one piece or across the end of the ring. */
export function fftForward(
  plan: usize,
  ring: usize,
  ringEnd: usize,
  at: usize,
  re: usize,
  im: usize,
): void {
  const length = word(plan, LENGTH)
  const half = length >> 1
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const tile = <usize>word(plan, TILE)
  const scratch = <usize>word(plan, SCRATCH)
  const twiddles = <usize>word(plan, TWIDDLES)
  const isWhole = at + rowBytes * length <= ringEnd && word(plan, SEGMENT) == length
  for (let lane: usize = 0; lane < rowBytes; lane += 16) {
    if (isWhole) plainReadingPass(at + lane, rowBytes, half, twiddles, scratch)
    else {
      gatherSegment(plan, ring, ringEnd, at, lane, false)
      plainReadingPass(tile, 16, half, twiddles, scratch)
    }
    const z = middlePasses(scratch, tile, half, twiddles)
    splitInto(z, half, <usize>word(plan, ROOTS), rowBytes, re + lane, im + lane)
  }
}

/** float32 rows of one vector, times `scale`, onto float64 rows of `rowBytes`. */
function addRows(from: usize, to: usize, rowBytes: usize, rows: i32, scale: f64): void {
  const factor = f64x2.splat(scale)
  let x = from
  let y = to
  for (let k = 0; k < rows; k++) {
    const v = v128.load(x)
    const low = f64x2.promote_low_f32x4(v)
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1))
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(low, factor)))
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(high, factor)), 16)
    x += 16
    y += rowBytes
  }
}

/** Adds Σ over the plan's windows of weight × |X|² to the compact area, from rows in the tile. */
// @ts-ignore: decorator
@inline
function addWindows(plan: usize, lower: usize, upper: usize, mean: v128): void {
  const length = word(plan, LENGTH)
  const compact = <usize>word(plan, COMPACT)
  const roots = <usize>word(plan, ROOTS)
  const other = <usize>word(plan, OTHER_SCRATCH)
  let window = <usize>word(plan, WINDOWS)
  let weight = <usize>word(plan, WEIGHTS) + 8
  for (let left = word(plan, WINDOW_COUNT); left > 0; left--) {
    const z = windowed(plan, lower, upper, window, mean, other)
    addPowers(z, length >> 1, roots, <f32>load<f64>(weight), compact)
    window += <usize>length * 4
    weight += 8
  }
}

/**
 * Detrended segments behind one window that overlap by half: every row is copied once. The lower
 * half of the tile takes the rows of the next segment while it is read for the last time.
 */
function addHalfOverlapping(plan: usize, at: usize, lane: usize, segments: i32): void {
  const half = word(plan, LENGTH) >> 1
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const hop = rowBytes * half
  const end = at + hop * (segments + 1)
  const scratch = <usize>word(plan, SCRATCH)
  const other = <usize>word(plan, OTHER_SCRATCH)
  const twiddles = <usize>word(plan, TWIDDLES)
  const roots = <usize>word(plan, ROOTS)
  const compact = <usize>word(plan, COMPACT)
  const window = <usize>word(plan, WINDOWS)
  const weight = <f32>load<f64>(<usize>word(plan, WEIGHTS) + 8)
  const level = v128.load(at + lane)
  const share = f32x4.splat(<f32>(0.5 / <f64>half))
  let lower = <usize>word(plan, TILE)
  let upper = lower + <usize>half * 16
  let old = gather(at, end, at, lane, rowBytes, half, level, true, lower)
  let sum = gather(at, end, at + hop, lane, rowBytes, half, level, true, upper)
  let next = at + 2 * hop + lane
  for (let left = segments - 1; left > 0; left--) {
    const mean = f32x4.mul(f32x4.add(old, sum), share)
    old = sum
    sum = refillingReadingPass(
      lower,
      upper,
      half,
      window,
      mean,
      twiddles,
      scratch,
      next,
      rowBytes,
      level,
    )
    addPowers(middlePasses(scratch, other, half, twiddles), half, roots, weight, compact)
    const free = lower
    lower = upper
    upper = free
    next += hop
  }
  addWindows(plan, lower, upper, f32x4.mul(f32x4.add(old, sum), share))
}

/**
 * Adds Σ over `segments` and the plan's windows of weight × |X|² to `sums`, float64, one row per
 * bin. The segments begin at `at` and are `hopBytes` apart; one alone may go on at the beginning of
 * the ring. They are summed in float32 first, in a compact area that stays in the nearest cache: a
 * call takes some tens of segments at most.
 */
export function fftPowers(
  plan: usize,
  ring: usize,
  ringEnd: usize,
  at: usize,
  segments: i32,
  hopBytes: usize,
  sums: usize,
): void {
  const half = word(plan, LENGTH) >> 1
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const compact = <usize>word(plan, COMPACT)
  const tile = <usize>word(plan, TILE)
  const upper = tile + <usize>half * 16
  const scale = load<f64>(<usize>word(plan, WEIGHTS))
  const isDetrended = word(plan, DETREND) != 0
  const isHalfOverlapping =
    segments > 1 &&
    isDetrended &&
    hopBytes == rowBytes * half &&
    word(plan, WINDOW_COUNT) == 1 &&
    word(plan, SEGMENT) == word(plan, LENGTH)
  for (let lane: usize = 0; lane < rowBytes; lane += 16) {
    memory.fill(compact, 0, <usize>(half + 1) * 16)
    if (isHalfOverlapping) addHalfOverlapping(plan, at, lane, segments)
    else {
      let x = at
      for (let i = 0; i < segments; i++) {
        const mean = isDetrended
          ? gatherSegment(plan, ring, ringEnd, x, lane, true)
          : gatherSegment(plan, ring, ringEnd, x, lane, false)
        addWindows(plan, tile, upper, mean)
        x += hopBytes
      }
    }
    addRows(compact, sums + 2 * lane, rowBytes * 2, half + 1, scale * 0.25)
  }
}

/** Stores element k of the swapped result as rows 2k and 2k + 1. */
// @ts-ignore: decorator
@inline
function storeRows(output: usize, rowBytes: usize, k: i32, im: v128, re: v128): void {
  const to = output + rowBytes * 2 * k
  v128.store(to, re)
  v128.store(to + rowBytes, im)
}

/** The inverse of `fftForward` without a window: N rows into `output`. */
export function fftInverse(plan: usize, re: usize, im: usize, output: usize): void {
  const half = word(plan, LENGTH) >> 1
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const tile = <usize>word(plan, TILE)
  const scratch = <usize>word(plan, SCRATCH)
  const twiddles = <usize>word(plan, TWIDDLES)
  for (let lane: usize = 0; lane < rowBytes; lane += 16) {
    joinFrom(re + lane, im + lane, rowBytes, half, <usize>word(plan, ROOTS), tile)
    plainReadingPass(tile, 16, half, twiddles, scratch)
    let z = middlePasses(scratch, tile, half, twiddles)
    const to = output + lane
    if (hasLeftOver(half)) {
      const s = half >> 1
      const far = <usize>s * 32
      for (let k = 0; k < s; k++) {
        const ar = v128.load(z)
        const ai = v128.load(z, 16)
        const br = v128.load(z + far)
        const bi = v128.load(z + far, 16)
        storeRows(to, rowBytes, k, f32x4.add(ar, br), f32x4.add(ai, bi))
        storeRows(to, rowBytes, k + s, f32x4.sub(ar, br), f32x4.sub(ai, bi))
        z += 32
      }
    } else {
      for (let k = 0; k < half; k++) {
        storeRows(to, rowBytes, k, v128.load(z), v128.load(z, 16))
        z += 32
      }
    }
  }
}
