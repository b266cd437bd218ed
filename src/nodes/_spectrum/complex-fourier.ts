/**
 * Fourier transform of complex values, float64, of any length that has no prime factor above 5:
 * Stockham's self-sorting algorithm, one pass per factor (Temperton 1983). Before a pass, every
 * m-th value belongs together and the transforms of these m groups, of length l, lie behind each
 * other; the pass joins p groups each.
 */

/** Interleaved: re, im, re, im … */
export type ComplexArray = Float64Array<ArrayBuffer>

interface Pass {
  readonly factor: number
  /** Length of the groups before. */
  readonly l: number
  /** Groups after. */
  readonly m: number
  /** exp(−2πi j r / (l × factor)) at ((r − 1) × l + j) × 2, for r from 1 on. */
  readonly twiddles: Float64Array
}

/** 4 is two passes of 2 in one. */
const factors = [4, 2, 3, 5] as const

/** True for lengths that `ComplexFourier` takes. */
export function isSmooth(length: number): boolean {
  return factorsOf(length) !== null
}

function factorsOf(length: number): number[] | null {
  const found: number[] = []
  let rest = length
  for (const factor of factors) {
    for (; rest % factor === 0; rest /= factor) found.push(factor)
  }
  return rest === 1 ? found : null
}

export class ComplexFourier {
  readonly length: number
  /** Rough cost of a transform. */
  readonly nanoseconds: number
  readonly #passes: readonly Pass[]
  readonly #other: ComplexArray

  constructor(length: number) {
    this.length = length
    this.nanoseconds = 1.3 * length * Math.log2(Math.max(2, length))
    this.#other = new Float64Array(2 * length)
    const passes: Pass[] = []
    let l = 1
    for (const factor of factorsOf(length) ?? []) {
      passes.push({ factor, l, m: length / l / factor, twiddles: twiddlesOf(factor, l) })
      l *= factor
    }
    this.#passes = passes
  }

  /** Z[k] = Σ z[i] exp(−2πi k i / length), in place. */
  transform(values: ComplexArray): void {
    let from = values
    let to = this.#other
    for (const pass of this.#passes) {
      if (pass.factor === 4) passOf4(from, to, pass)
      else if (pass.factor === 2) passOf2(from, to, pass)
      else if (pass.factor === 3) passOf3(from, to, pass)
      else passOf5(from, to, pass)
      const swapped = from
      from = to
      to = swapped
    }
    if (from !== values) values.set(from)
  }
}

function twiddlesOf(factor: number, l: number): Float64Array {
  const twiddles = new Float64Array(2 * l * (factor - 1))
  for (let r = 1; r < factor; r++) {
    for (let j = 0; j < l; j++) {
      const angle = (-2 * Math.PI * j * r) / (l * factor)
      twiddles[2 * ((r - 1) * l + j)] = Math.cos(angle)
      twiddles[2 * ((r - 1) * l + j) + 1] = Math.sin(angle)
    }
  }
  return twiddles
}

function passOf2(from: Float64Array, to: Float64Array, { l, m, twiddles }: Pass): void {
  for (let s = 0; s < m; s++) {
    for (let j = 0; j < l; j++) {
      const a = 2 * (s * l + j)
      const b = a + 2 * m * l
      const wr = twiddles[2 * j]!
      const wi = twiddles[2 * j + 1]!
      const br = from[b]! * wr - from[b + 1]! * wi
      const bi = from[b]! * wi + from[b + 1]! * wr
      const o = 2 * (2 * s * l + j)
      to[o] = from[a]! + br
      to[o + 1] = from[a + 1]! + bi
      to[o + 2 * l] = from[a]! - br
      to[o + 2 * l + 1] = from[a + 1]! - bi
    }
  }
}

function passOf4(from: Float64Array, to: Float64Array, { l, m, twiddles: w }: Pass): void {
  const step = 2 * m * l
  for (let s = 0; s < m; s++) {
    for (let j = 0; j < l; j++) {
      const a = 2 * (s * l + j)
      const t1 = 2 * j
      const t2 = 2 * (l + j)
      const t3 = 2 * (2 * l + j)
      const b = a + step
      const c = a + 2 * step
      const d = a + 3 * step
      const br = from[b]! * w[t1]! - from[b + 1]! * w[t1 + 1]!
      const bi = from[b]! * w[t1 + 1]! + from[b + 1]! * w[t1]!
      const cr = from[c]! * w[t2]! - from[c + 1]! * w[t2 + 1]!
      const ci = from[c]! * w[t2 + 1]! + from[c + 1]! * w[t2]!
      const dr = from[d]! * w[t3]! - from[d + 1]! * w[t3 + 1]!
      const di = from[d]! * w[t3 + 1]! + from[d + 1]! * w[t3]!
      const er = from[a]! + cr
      const ei = from[a + 1]! + ci
      const fr = from[a]! - cr
      const fi = from[a + 1]! - ci
      const gr = br + dr
      const gi = bi + di
      const hr = br - dr
      const hi = bi - di
      const o = 2 * (4 * s * l + j)
      to[o] = er + gr
      to[o + 1] = ei + gi
      to[o + 2 * l] = fr + hi
      to[o + 2 * l + 1] = fi - hr
      to[o + 4 * l] = er - gr
      to[o + 4 * l + 1] = ei - gi
      to[o + 6 * l] = fr - hi
      to[o + 6 * l + 1] = fi + hr
    }
  }
}

const sin3 = Math.sin((2 * Math.PI) / 3)

function passOf3(from: Float64Array, to: Float64Array, { l, m, twiddles: w }: Pass): void {
  const step = 2 * m * l
  for (let s = 0; s < m; s++) {
    for (let j = 0; j < l; j++) {
      const a = 2 * (s * l + j)
      const t1 = 2 * j
      const t2 = 2 * (l + j)
      const b = a + step
      const c = a + 2 * step
      const br = from[b]! * w[t1]! - from[b + 1]! * w[t1 + 1]!
      const bi = from[b]! * w[t1 + 1]! + from[b + 1]! * w[t1]!
      const cr = from[c]! * w[t2]! - from[c + 1]! * w[t2 + 1]!
      const ci = from[c]! * w[t2 + 1]! + from[c + 1]! * w[t2]!
      const sr = br + cr
      const si = bi + ci
      const dr = sin3 * (br - cr)
      const di = sin3 * (bi - ci)
      const hr = from[a]! - sr / 2
      const hi = from[a + 1]! - si / 2
      const o = 2 * (3 * s * l + j)
      to[o] = from[a]! + sr
      to[o + 1] = from[a + 1]! + si
      to[o + 2 * l] = hr + di
      to[o + 2 * l + 1] = hi - dr
      to[o + 4 * l] = hr - di
      to[o + 4 * l + 1] = hi + dr
    }
  }
}

const [cos51, sin51] = [Math.cos((2 * Math.PI) / 5), Math.sin((2 * Math.PI) / 5)]
const [cos52, sin52] = [Math.cos((4 * Math.PI) / 5), Math.sin((4 * Math.PI) / 5)]

function passOf5(from: Float64Array, to: Float64Array, { l, m, twiddles: w }: Pass): void {
  const step = 2 * m * l
  for (let s = 0; s < m; s++) {
    for (let j = 0; j < l; j++) {
      const a = 2 * (s * l + j)
      const t1 = 2 * j
      const t2 = 2 * (l + j)
      const t3 = 2 * (2 * l + j)
      const t4 = 2 * (3 * l + j)
      const b = a + step
      const c = a + 2 * step
      const d = a + 3 * step
      const e = a + 4 * step
      const br = from[b]! * w[t1]! - from[b + 1]! * w[t1 + 1]!
      const bi = from[b]! * w[t1 + 1]! + from[b + 1]! * w[t1]!
      const cr = from[c]! * w[t2]! - from[c + 1]! * w[t2 + 1]!
      const ci = from[c]! * w[t2 + 1]! + from[c + 1]! * w[t2]!
      const dr = from[d]! * w[t3]! - from[d + 1]! * w[t3 + 1]!
      const di = from[d]! * w[t3 + 1]! + from[d + 1]! * w[t3]!
      const er = from[e]! * w[t4]! - from[e + 1]! * w[t4 + 1]!
      const ei = from[e]! * w[t4 + 1]! + from[e + 1]! * w[t4]!
      const ur = br + er
      const ui = bi + ei
      const vr = cr + dr
      const vi = ci + di
      const xr = br - er
      const xi = bi - ei
      const yr = cr - dr
      const yi = ci - di
      const fr = from[a]! + cos51 * ur + cos52 * vr
      const fi = from[a + 1]! + cos51 * ui + cos52 * vi
      const gr = from[a]! + cos52 * ur + cos51 * vr
      const gi = from[a + 1]! + cos52 * ui + cos51 * vi
      const pr = sin51 * xr + sin52 * yr
      const pi = sin51 * xi + sin52 * yi
      const qr = sin52 * xr - sin51 * yr
      const qi = sin52 * xi - sin51 * yi
      const o = 2 * (5 * s * l + j)
      to[o] = from[a]! + ur + vr
      to[o + 1] = from[a + 1]! + ui + vi
      to[o + 2 * l] = fr + pi
      to[o + 2 * l + 1] = fi - pr
      to[o + 4 * l] = gr + qi
      to[o + 4 * l + 1] = gi - qr
      to[o + 6 * l] = gr - qi
      to[o + 6 * l + 1] = gi + qr
      to[o + 8 * l] = fr - pi
      to[o + 8 * l + 1] = fi + pr
    }
  }
}
