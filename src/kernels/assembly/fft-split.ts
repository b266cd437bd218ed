// From the half-length complex spectrum Z to the spectrum of the real rows, with the last pass of
// radix 2 in the same sweep where one is left over. Either stored as real and imaginary part, one
// row of `rowBytes` per bin, or added up as power.
// roots: e^(-2πik/N) for k = 0 … N/4, float32 pairs.
import { hasLeftOver } from './fft-passes'

// @ts-ignore: decorator
@inline
function addPower(re: v128, im: v128, weight: v128, to: usize): void {
  const p = f32x4.relaxed_madd(re, re, f32x4.mul(im, im))
  v128.store(to, f32x4.relaxed_madd(p, weight, v128.load(to)))
}

// @ts-ignore: decorator
@inline
function emit(
  isPower: bool,
  re: v128,
  im: v128,
  weight: v128,
  at: usize,
  first: usize,
  second: usize,
): void {
  if (isPower) addPower(re, im, weight, first + at)
  else {
    v128.store(first + at, re)
    v128.store(second + at, im)
  }
}

/** Two bins that mirror each other, at `low` and `high`, from the elements of Z at these places. */
// @ts-ignore: decorator
@inline
function splitPair(
  isPower: bool,
  ar: v128,
  ai: v128,
  cr: v128,
  ci: v128,
  root: usize,
  low: usize,
  high: usize,
  weight: v128,
  first: usize,
  second: usize,
): void {
  // Twice the even and odd part: powers come out four times as large.
  let er = f32x4.add(ar, cr)
  let ei = f32x4.sub(ai, ci)
  let or = f32x4.add(ai, ci)
  let oi = f32x4.sub(cr, ar)
  if (!isPower) {
    const scale = f32x4.splat(0.5)
    er = f32x4.mul(scale, er)
    ei = f32x4.mul(scale, ei)
    or = f32x4.mul(scale, or)
    oi = f32x4.mul(scale, oi)
  }
  const c = v128.load32_splat(root)
  const s = v128.load32_splat(root, 4)
  const pr = f32x4.relaxed_nmadd(oi, s, f32x4.mul(or, c))
  const pi = f32x4.relaxed_madd(oi, c, f32x4.mul(or, s))
  emit(isPower, f32x4.add(er, pr), f32x4.add(ei, pi), weight, low, first, second)
  emit(isPower, f32x4.sub(er, pr), f32x4.sub(pi, ei), weight, high, first, second)
}

/** Bins 0, half and half / 2, which pair with themselves. Powers four times as large here too. */
// @ts-ignore: decorator
@inline
function splitLone(
  isPower: bool,
  zr: v128,
  zi: v128,
  mr: v128,
  mi: v128,
  half: i32,
  weight: v128,
  rowBytes: usize,
  first: usize,
  second: usize,
): void {
  const none = f32x4.splat(0)
  const single = f32x4.mul(weight, f32x4.splat(2))
  const whole = f32x4.mul(weight, f32x4.splat(4))
  const last = rowBytes * half
  emit(isPower, f32x4.add(zr, zi), none, single, 0, first, second)
  emit(isPower, f32x4.sub(zr, zi), none, single, last, first, second)
  emit(isPower, mr, f32x4.neg(mi), whole, last >> 1, first, second)
}

// @ts-ignore: decorator
@inline
function splitWhole(
  isPower: bool,
  z: usize,
  half: i32,
  roots: usize,
  weight: v128,
  rowBytes: usize,
  first: usize,
  second: usize,
): void {
  const middle = half >> 1
  const m = z + <usize>middle * 32
  const zr = v128.load(z)
  const zi = v128.load(z, 16)
  splitLone(isPower, zr, zi, v128.load(m), v128.load(m, 16), half, weight, rowBytes, first, second)
  let up = z + 32
  let down = z + <usize>(half - 1) * 32
  let low = rowBytes
  let high = rowBytes * (half - 1)
  let root = roots + 8
  while (low != high) {
    const ar = v128.load(up)
    const ai = v128.load(up, 16)
    const cr = v128.load(down)
    const ci = v128.load(down, 16)
    splitPair(isPower, ar, ai, cr, ci, root, low, high, weight, first, second)
    up += 32
    down -= 32
    low += rowBytes
    high -= rowBytes
    root += 8
  }
}

/** Bins 0, half and half / 2 with a pass of radix 2 before them. */
// @ts-ignore: decorator
@inline
function splitLoneLeftOver(
  isPower: bool,
  z: usize,
  half: i32,
  weight: v128,
  rowBytes: usize,
  first: usize,
  second: usize,
): void {
  const far = z + <usize>half * 16
  const ar = v128.load(z)
  const ai = v128.load(z, 16)
  const br = v128.load(far)
  const bi = v128.load(far, 16)
  const zr = f32x4.add(ar, br)
  const zi = f32x4.add(ai, bi)
  const mr = f32x4.sub(ar, br)
  const mi = f32x4.sub(ai, bi)
  splitLone(isPower, zr, zi, mr, mi, half, weight, rowBytes, first, second)
}

/** The same with a pass of radix 2 before it: element k and k + half/2 come from one butterfly. */
// @ts-ignore: decorator
@inline
function splitLeftOver(
  isPower: bool,
  z: usize,
  half: i32,
  roots: usize,
  weight: v128,
  rowBytes: usize,
  first: usize,
  second: usize,
): void {
  const s = half >> 1
  const far = <usize>s * 32
  splitLoneLeftOver(isPower, z, half, weight, rowBytes, first, second)
  const middle = s >> 1
  let up = z + 32
  let down = z + far - 32
  const last = rowBytes * half
  let low = rowBytes
  let inner = rowBytes * (s - 1)
  let root = roots + 8
  let innerRoot = roots + <usize>(s - 1) * 8
  for (let q = 1; q <= middle; q++) {
    const ar = v128.load(up)
    const ai = v128.load(up, 16)
    const br = v128.load(up + far)
    const bi = v128.load(up + far, 16)
    const cr = v128.load(down)
    const ci = v128.load(down, 16)
    const dr = v128.load(down + far)
    const di = v128.load(down + far, 16)
    splitPair(
      isPower,
      f32x4.add(ar, br),
      f32x4.add(ai, bi),
      f32x4.sub(cr, dr),
      f32x4.sub(ci, di),
      root,
      low,
      last - low,
      weight,
      first,
      second,
    )
    if (q < middle) {
      splitPair(
        isPower,
        f32x4.add(cr, dr),
        f32x4.add(ci, di),
        f32x4.sub(ar, br),
        f32x4.sub(ai, bi),
        innerRoot,
        inner,
        last - inner,
        weight,
        first,
        second,
      )
    }
    up += 32
    down -= 32
    low += rowBytes
    inner -= rowBytes
    root += 8
    innerRoot -= 8
  }
}

/** Real and imaginary part of bins 0 … half. */
export function splitInto(
  z: usize,
  half: i32,
  roots: usize,
  rowBytes: usize,
  re: usize,
  im: usize,
): void {
  const none = f32x4.splat(0)
  if (hasLeftOver(half)) splitLeftOver(false, z, half, roots, none, rowBytes, re, im)
  else splitWhole(false, z, half, roots, none, rowBytes, re, im)
}

/**
 * Adds 4 × weight × |X|² of bins 0 … half to `sums`, float32, one row of one vector per bin; half
 * of that for bins 0 and half, which have no mirror image.
 */
export function addPowers(z: usize, half: i32, roots: usize, weight: f32, sums: usize): void {
  const w = f32x4.splat(weight)
  if (hasLeftOver(half)) splitLeftOver(true, z, half, roots, w, 16, sums, 0)
  else splitWhole(true, z, half, roots, w, 16, sums, 0)
}

/**
 * The way back: elements of Z from bins 0 … half, scaled by 1/N, with real and imaginary part
 * swapped, which turns the forward passes into backward ones.
 */
export function joinFrom(
  re: usize,
  im: usize,
  rowBytes: usize,
  half: i32,
  roots: usize,
  z: usize,
): void {
  const scale = f32x4.splat(<f32>(0.5 / <f64>half))
  const last = rowBytes * half
  const a = f32x4.mul(scale, v128.load(re))
  const b = f32x4.mul(scale, v128.load(re + last))
  v128.store(z, f32x4.sub(a, b))
  v128.store(z, f32x4.add(a, b), 16)
  const middle = half >> 1
  for (let k = 1; k <= middle; k++) {
    const low = rowBytes * k
    const high = last - low
    const ar = f32x4.mul(scale, v128.load(re + low))
    const ai = f32x4.mul(scale, v128.load(im + low))
    const cr = f32x4.mul(scale, v128.load(re + high))
    const ci = f32x4.mul(scale, v128.load(im + high))
    const er = f32x4.add(ar, cr)
    const ei = f32x4.sub(ai, ci)
    const dr = f32x4.sub(ar, cr)
    const di = f32x4.add(ai, ci)
    const c = v128.load32_splat(roots + <usize>k * 8)
    const s = v128.load32_splat(roots + <usize>k * 8, 4)
    const or = f32x4.relaxed_madd(di, s, f32x4.mul(dr, c))
    const oi = f32x4.relaxed_nmadd(dr, s, f32x4.mul(di, c))
    const up = z + <usize>k * 32
    const down = z + <usize>(half - k) * 32
    v128.store(down, f32x4.sub(or, ei))
    v128.store(down, f32x4.add(er, oi), 16)
    v128.store(up, f32x4.add(ei, or))
    v128.store(up, f32x4.sub(er, oi), 16)
  }
}
