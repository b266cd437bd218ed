// Real transforms of any power of two from 8 on, 4 channels at a time. The work is described by a
// plan of 32-bit words in memory, made once by the host: see `RealFft` and `Spectrum`.
import { hasLeftOver, middlePasses, plainReadingPass, windowedReadingPass } from './fft-passes'
import { addPowers, joinFrom, splitInto } from './fft-split'

// @ts-ignore: decorator
@inline
function word(plan: usize, index: i32): i32 {
  return load<i32>(plan + <usize>index * 4)
}

// The words of a plan; the same list stands in fourier/plan.ts. MEANS are zero unless detrended.
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
const MEANS = 12

/**
 * Copies 4 channels of a segment into rows of one vector each. The segment lies in a ring: it goes
 * on at `ring` after `ringEnd`. Rows beyond the segment stay zero.
 * The means of the rows go to MEANS: rounded to float32, and then what the rounding left over.
 */
// @ts-ignore: decorator
@inline
function gather(
  plan: usize,
  ring: usize,
  ringEnd: usize,
  at: usize,
  lane: usize,
  isDetrended: bool,
): void {
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const rows = word(plan, SEGMENT)
  let to = <usize>word(plan, TILE)
  let x = at
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  for (let left = rows; left > 0; ) {
    const run = min(left, <i32>((ringEnd - x) / rowBytes))
    const end = to + <usize>run * 16
    left -= run
    x += lane
    for (; to != end; to += 16) {
      const v = v128.load(x)
      v128.store(to, v)
      if (isDetrended) {
        low = f64x2.add(low, f64x2.promote_low_f32x4(v))
        high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1)))
      }
      x += rowBytes
    }
    x = ring
  }
  const padding = <usize>(word(plan, LENGTH) - rows) * 16
  if (padding) memory.fill(to, 0, padding)
  if (isDetrended) storeMeans(<usize>word(plan, MEANS), low, high, 1 / <f64>rows)
}

// @ts-ignore: decorator
@inline
function storeMeans(means: usize, low: v128, high: v128, share: f64): void {
  const a = f64x2.mul(low, f64x2.splat(share))
  const b = f64x2.mul(high, f64x2.splat(share))
  const c = f32x4.demote_f64x2_zero(a)
  const d = f32x4.demote_f64x2_zero(b)
  const e = f32x4.demote_f64x2_zero(f64x2.sub(a, f64x2.promote_low_f32x4(c)))
  const f = f32x4.demote_f64x2_zero(f64x2.sub(b, f64x2.promote_low_f32x4(d)))
  v128.store(means, v128.shuffle<i64>(c, d, 0, 2))
  v128.store(means, v128.shuffle<i64>(e, f, 0, 2), 16)
}

/** Spectrum of the segment at `at`; `window` 0 for none (and then no trend is removed either). */
export function fftForward(
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
  const scratch = <usize>word(plan, SCRATCH)
  const twiddles = <usize>word(plan, TWIDDLES)
  const means = <usize>word(plan, MEANS)
  const isDetrended = word(plan, DETREND) != 0
  for (let lane: usize = 0; lane < rowBytes; lane += 16) {
    if (isDetrended) gather(plan, ring, ringEnd, at, lane, true)
    else gather(plan, ring, ringEnd, at, lane, false)
    if (window) windowedReadingPass(tile, half, window, means, twiddles, scratch)
    else plainReadingPass(tile, half, twiddles, scratch)
    const z = middlePasses(scratch, tile, half, twiddles)
    splitInto(z, half, <usize>word(plan, ROOTS), rowBytes, re + lane, im + lane)
  }
}

/** Adds Σ over the plan's windows of weight × |X|² to `sums`, float64, one row per bin. */
export function fftPowers(
  plan: usize,
  ring: usize,
  ringEnd: usize,
  at: usize,
  sums: usize,
): void {
  const length = word(plan, LENGTH)
  const half = length >> 1
  const rowBytes = <usize>word(plan, STRIDE) * 4
  const tile = <usize>word(plan, TILE)
  const scratch = <usize>word(plan, SCRATCH)
  const twiddles = <usize>word(plan, TWIDDLES)
  const count = word(plan, WINDOW_COUNT)
  const weights = <usize>word(plan, WEIGHTS)
  const means = <usize>word(plan, MEANS)
  const isDetrended = word(plan, DETREND) != 0
  for (let lane: usize = 0; lane < rowBytes; lane += 16) {
    if (isDetrended) gather(plan, ring, ringEnd, at, lane, true)
    else gather(plan, ring, ringEnd, at, lane, false)
    let window = <usize>word(plan, WINDOWS)
    for (let k = 0; k < count; k++) {
      windowedReadingPass(tile, half, window, means, twiddles, scratch)
      const z = middlePasses(scratch, <usize>word(plan, OTHER_SCRATCH), half, twiddles)
      const weight = load<f64>(weights + <usize>k * 8)
      addPowers(z, half, <usize>word(plan, ROOTS), rowBytes, weight, sums + 2 * lane)
      window += <usize>length * 4
    }
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
    plainReadingPass(tile, half, twiddles, scratch)
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
