import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packSections, primeIirState } from './design/cascade.ts'
import type { Section } from './design/sections.ts'
import { kernelsOn, newKernelMemory } from './index.ts'
import { iirCascadeTwin } from './twins/iir.ts'
import { affineTwin, countMatchesTwin, envelopeTwin, powerSumsTwin } from './twins/summary.ts'

const memory = newKernelMemory()
const kernels = kernelsOn(memory)
const firstFree = 65536

/** Arrays in kernel memory, laid out one after the other. */
function arena() {
  let at = firstFree
  const take = (bytes: number) => {
    const start = at
    at += Math.ceil(bytes / 16) * 16
    if (at > memory.buffer.byteLength)
      memory.grow(Math.ceil((at - memory.buffer.byteLength) / 65536))
    return start
  }
  return {
    float32: (n: number) => new Float32Array(memory.buffer, take(n * 4), n).fill(0),
    float64: (n: number) => new Float64Array(memory.buffer, take(n * 8), n).fill(0),
    int32: (n: number) => new Int32Array(memory.buffer, take(n * 4), n).fill(0),
    int16: (n: number) => new Int16Array(memory.buffer, take(n * 2), n).fill(0),
  }
}

const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/iir.json', import.meta.url), 'utf8'),
).cascade as { sos: number[][]; input: number[][]; primed: number[][]; fromZero: number[][] }

function goldenSections(): Section[] {
  return golden.sos.map(([b0, b1, b2, , a1, a2]) => [b0!, b1!, b2!, a1!, a2!] as const)
}

/** Filters in blocks of the given sizes, over and over, to the end of the golden input. */
function cascade(kind: 'float32' | 'float64', blocks: number[], primed: boolean): number[] {
  const frames = golden.input.length
  const stride = 8
  const lend = arena()
  const sections = lend.float64(goldenSections().length * 5)
  packSections(goldenSections(), sections)
  const state = lend.float64(goldenSections().length * 2 * stride)
  const whole = Float64Array.from(golden.input.flat())
  if (primed) primeIirState(sections, state, whole, 0, stride)
  const output: number[] = []
  for (let at = 0, b = 0; at < frames; b++) {
    const n = Math.min(blocks[b % blocks.length]!, frames - at)
    const block = whole.subarray(at * stride, (at + n) * stride)
    if (kind === 'float64') {
      const buffer = lend.float64(n * stride)
      buffer.set(block)
      kernels.iirCascade64(buffer, buffer, n, stride, sections, state)
      output.push(...buffer)
    } else {
      const buffer = lend.float32(n * stride)
      buffer.set(block)
      kernels.iirCascade(buffer, buffer, n, stride, sections, state)
      output.push(...buffer)
    }
    at += n
  }
  return output
}

test('the float64 cascade is bit-identical to scipy.signal.sosfilt for any block split', () => {
  const wanted = golden.fromZero.flat()
  for (const blocks of [[1], [7], [64], [400], [3, 100, 1, 17]]) {
    expect(cascade('float64', blocks, false)).toEqual(wanted)
  }
})

test('float32 in and out with float64 state stays within one rounding of SciPy', () => {
  const wanted = golden.primed.flat()
  for (const blocks of [[1], [7], [400]]) {
    cascade('float32', blocks, true).forEach((value, i) => {
      expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(wanted[i]!)))
    })
  }
})

test('a primed cascade does not ring on a constant offset', () => {
  const lend = arena()
  const sections = lend.float64(25)
  packSections(goldenSections(), sections)
  const state = lend.float64(5 * 2 * 8)
  const input = lend.float32(8 * 500).fill(60_000)
  primeIirState(sections, state, input, 0, 8)
  kernels.iirCascade(input, input, 500, 8, sections, state)
  expect(Math.max(...input.map(Math.abs))).toBeLessThan(1e-3)
})

const signal = fc.integer({ min: 1, max: 3 }).chain((lanes) =>
  fc.record({
    stride: fc.constant(lanes * 8),
    frames: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer(),
  }),
)

/** Reproducible values of either sign, large and small. */
function fill(into: Float32Array | Float64Array | Int32Array | Int16Array, seed: number) {
  let x = seed | 1
  for (let i = 0; i < into.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0
    into[i] = x / 65536
  }
}

/** Differs by no more than one rounding to float32 of the value, or a float64 one of the largest. */
function expectRounded(values: Float32Array, wanted: Float32Array): void {
  const slack = 1e-13 * wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  values.forEach((value, i) => {
    const error = Math.abs(value - wanted[i]!)
    expect(error).toBeLessThanOrEqual(2 ** -23 * Math.abs(wanted[i]!) + slack)
  })
}

test('the float32 cascade equals its twin but for the fused multiply-add, within 1e-13', () => {
  fc.assert(
    fc.property(signal, ({ stride, frames, seed }) => {
      const lend = arena()
      const input = lend.float32(stride * frames)
      fill(input, seed)
      const sections = lend.float64(25)
      packSections(goldenSections(), sections)
      const [state, output] = [lend.float64(10 * stride), lend.float32(stride * frames)]
      const [twinState, twinOutput] = [
        new Float64Array(10 * stride),
        new Float32Array(stride * frames),
      ]
      kernels.iirCascade(input, output, frames, stride, sections, state)
      iirCascadeTwin(input, twinOutput, frames, stride, sections, twinState)
      expectRounded(output, twinOutput)
      const largest = twinState.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      state.forEach((value, i) => {
        expect(Math.abs(value - twinState[i]!)).toBeLessThanOrEqual(1e-13 * largest)
      })
    }),
  )
})

test('the float32 cascade gives the same bits for any block split', () => {
  const whole = cascade('float32', [400], true)
  for (const blocks of [[1], [7], [2, 9, 1, 16]]) {
    expect(cascade('float32', blocks, true)).toEqual(whole)
  }
})

test('the affine kernel equals its twin for every native format', () => {
  fc.assert(
    fc.property(signal, ({ stride, frames, seed }) => {
      const lend = arena()
      const [scale, offset] = [lend.float64(stride), lend.float64(stride)]
      fill(scale, seed + 1)
      fill(offset, seed + 2)
      for (const format of ['int16', 'int32', 'float32', 'float64'] as const) {
        const input = lend[format](stride * frames)
        fill(input, seed)
        for (const width of ['float32', 'float64'] as const) {
          const output = lend[width](stride * frames)
          const twin = width === 'float32' ? new Float32Array(output) : new Float64Array(output)
          kernels.affine(input, output, frames, stride, scale, offset)
          affineTwin(input, twin, frames, stride, scale, offset)
          expect(output).toEqual(twin)
        }
      }
    }),
  )
})

test('envelope and power sums equal their twins', () => {
  fc.assert(
    fc.property(signal, ({ stride, frames, seed }) => {
      const lend = arena()
      const input = lend.float32(stride * (frames + 1))
      fill(input, seed)
      const low = lend.float32(stride).fill(Infinity)
      const high = lend.float32(stride).fill(-Infinity)
      const [sum, squares] = [lend.float64(stride), lend.float64(stride)]
      const twinLow = new Float32Array(low)
      const twinHigh = new Float32Array(high)
      const [twinSum, twinSquares] = [new Float64Array(stride), new Float64Array(stride)]
      kernels.envelope(input, stride, frames, stride, low, high)
      envelopeTwin(input, stride, frames, stride, twinLow, twinHigh)
      kernels.powerSums(input, stride, frames, stride, sum, squares)
      powerSumsTwin(input, stride, frames, stride, twinSum, twinSquares)
      expect([low, high, sum, squares]).toEqual([twinLow, twinHigh, twinSum, twinSquares])
    }),
  )
})

test('a NaN never enters an envelope', () => {
  const lend = arena()
  const input = lend.float32(16).fill(1)
  input[3] = Number.NaN
  const [low, high] = [lend.float32(8).fill(Infinity), lend.float32(8).fill(-Infinity)]
  kernels.envelope(input, 0, 2, 8, low, high)
  expect([low[3], high[3]]).toEqual([1, 1])
})

test('allFinite finds one value that is not, wherever it stands', () => {
  const memory = newKernelMemory()
  const values = new Float32Array(memory.buffer, 65536, 64)
  for (let i = 0; i < values.length; i++) values[i] = (i % 2 ? -1 : 1) * 3e38
  const kernels = kernelsOn(memory)
  expect(kernels.allFinite(values, 64)).toBe(true)
  for (let i = 0; i < values.length; i++) {
    const kept = values[i]!
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      values[i] = bad
      expect(kernels.allFinite(values, 64)).toBe(false)
      expect(kernels.allFinite(values, i - (i % 8))).toBe(true)
    }
    values[i] = kept
  }
})

test('counting matches gives its twin’s counts for any segment, range of distances and order', () => {
  const value = fc.integer({ min: -20, max: 20 }).map((n) => n / 8)
  const segments = fc.array(value, { minLength: 12, maxLength: 70 })
  fc.assert(
    fc.property(
      segments,
      fc.nat(40),
      fc.nat(30),
      fc.integer({ min: 1, max: 4 }),
      (all, a, n, m) => {
        const lend = arena()
        const values = lend.float32(all.length + 8).fill(Number.NaN)
        values.set(all)
        const from = 1 + (a % (all.length - m - 1))
        const to = Math.min(all.length - m, from + n)
        const [counts, twin] = [lend.int32(2), new Int32Array(2)]
        kernels.countMatches(values, all.length, from, to, m, 0.7, counts)
        countMatchesTwin(values, all.length, from, to, m, 0.7, twin)
        expect([...counts]).toEqual([...twin])
      },
    ),
  )
})
