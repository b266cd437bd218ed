import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GraphMemory } from '../../graph/memory.ts'
import {
  covarianceOf,
  kernelsOn,
  newKernelMemory,
  packSpatialFilter,
  SymmetricEigen,
} from '../index.ts'
import { eigenvaluesTwin } from '../twins/eigen.ts'
import { addProductsTwin, exponentialMeanTwin, spatialFilterTwin } from '../twins/matrix.ts'

const wasm = newKernelMemory()
const memory = new GraphMemory(wasm).lend()
const kernels = kernelsOn(wasm)

interface Golden {
  input: number[][]
  matrix: number[][]
  filtered: number[][]
  covariance: number[][]
  fade: number
  fadedCovariance: number[][]
  share: number
  exponentialMean: number[][]
  eigenvalues: number[]
  eigenvectors: number[][]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/kernels_matrix.json', import.meta.url), 'utf8'),
)
const frames = golden.input.length
const channels = golden.input[0]!.length
const stride = 16
const input = memory.float32(frames * stride)
golden.input.forEach((frame, f) => {
  input.set(frame, f * stride)
})

function worst(values: ArrayLike<number>, wanted: readonly number[]): number {
  return wanted.reduce((most, value, i) => Math.max(most, Math.abs(values[i]! - value)), 0)
}

/** Runs `work` over the golden frames in blocks of the given size. */
function inBlocks(size: number, work: (block: Float32Array, frames: number, at: number) => void) {
  for (let at = 0; at < frames; at += size) {
    const n = Math.min(size, frames - at)
    work(input.subarray(at * stride, (at + n) * stride), n, at)
  }
}

for (const [kind, tolerance] of [
  ['float32', 1e-6],
  ['float64', 6e-8],
] as const) {
  test(`a spatial filter with ${kind} sums is NumPy's product within ${tolerance} of the largest term`, () => {
    const largestTerm =
      Math.max(...golden.matrix.flat().map(Math.abs)) *
      Math.max(...golden.input.flat().map(Math.abs))
    const weights = memory[kind](channels * 8)
    packSpatialFilter(golden.matrix, 8, weights)
    const output = memory.float32(frames * 8)
    kernels.spatialFilter(input, output, frames, stride, 8, weights)
    golden.filtered.forEach((wanted, f) => {
      expect(worst(output.subarray(f * 8), wanted)).toBeLessThan(tolerance * largestTerm)
    })
  })
}

const shape = fc.record({
  frames: fc.integer({ min: 1, max: 11 }),
  inputs: fc.integer({ min: 1, max: 40 }),
  lanes: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer(),
})

/** Reproducible values of either sign between −32768 and 32767. */
function fill(into: Float32Array | Float64Array, seed: number): void {
  let x = seed | 1
  for (let i = 0; i < into.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0
    into[i] = x / 65536
  }
}

test('the spatial filter equals its twin: bit by bit with float64 weights, else but for fusing', () => {
  fc.assert(
    fc.property(shape, ({ frames, inputs, lanes, seed }) => {
      const lent = new GraphMemory(newKernelMemory()).lend()
      const [inStride, outStride] = [Math.ceil(inputs / 8) * 8, lanes * 8]
      const x = lent.float32(frames * inStride)
      fill(x, seed)
      for (const kind of ['float32', 'float64'] as const) {
        const weights = lent[kind](inputs * outStride)
        fill(weights, seed + 1)
        const output = lent.float32(frames * outStride)
        const twin = new Float32Array(output.length)
        kernelsOn(lent.wasm).spatialFilter(x, output, frames, inStride, outStride, weights)
        spatialFilterTwin(x, twin, frames, inStride, outStride, weights)
        if (kind === 'float64') expect(output).toEqual(twin)
        // Every sum of either may be rounded once more or less: by 2⁻²⁴ of its size, each time.
        else expect(worst(output, [...twin])).toBeLessThan(inputs * inputs * 2 ** (30 - 24))
      }
    }),
    { numRuns: 40 },
  )
})

test('the spatial filter gives the same bits for any block', () => {
  const [inputs, outputs] = [40, 48]
  const x = memory.float32(11 * inputs)
  fill(x, 5)
  for (const kind of ['float32', 'float64'] as const) {
    const weights = memory[kind](inputs * outputs)
    fill(weights, 6)
    const whole = memory.float32(11 * outputs)
    kernels.spatialFilter(x, whole, 11, inputs, outputs, weights)
    for (let f = 0; f < 11; f++) {
      const one = memory.float32(outputs)
      kernels.spatialFilter(x.subarray(f * inputs), one, 1, inputs, outputs, weights)
      expect(one).toEqual(whole.slice(f * outputs, (f + 1) * outputs))
    }
  }
})

test('covariance is numpy.cov within 1e-9 in spite of 20 mV offsets, for any block', () => {
  for (const size of [1, 7, 60]) {
    const products = memory.float64(stride * stride)
    const sums = memory.float64(stride)
    const wide = memory.float64(stride * 8)
    inBlocks(size, (block, n) => {
      kernels.addProducts(block, n, stride, products, sums, 1, wide)
    })
    const covariance = new Float64Array(channels * channels)
    covarianceOf(products, sums, frames, stride, channels, covariance)
    const largest = Math.max(...golden.covariance.flat())
    expect(worst(covariance, golden.covariance.flat())).toBeLessThan(1e-9 * largest)
  }
})

test('a fading covariance is the weighted one of NumPy within 1e-8', () => {
  const [products, sums] = [memory.float64(stride * stride), memory.float64(stride)]
  const wide = memory.float64(stride * 8)
  let weight = 0
  inBlocks(5, (block, n) => {
    kernels.addProducts(block, n, stride, products, sums, golden.fade, wide)
    for (let f = 0; f < n; f++) weight = weight * golden.fade + 1
  })
  const covariance = new Float64Array(channels * channels)
  covarianceOf(products, sums, weight, stride, channels, covariance)
  const wanted = golden.fadedCovariance.flat()
  expect(worst(covariance, wanted)).toBeLessThan(1e-8 * Math.max(...wanted))
})

test('products and sums equal their twins bit by bit', () => {
  for (const keep of [1, 0.97]) {
    const [products, sums] = [memory.float64(stride * stride), memory.float64(stride)]
    const [twinProducts, twinSums] = [products.slice(), sums.slice()]
    const wide = memory.float64(stride * 3)
    inBlocks(7, (block, n) => {
      kernels.addProducts(block, n, stride, products, sums, keep, wide)
      addProductsTwin(block, n, stride, twinProducts, twinSums, keep)
    })
    expect(sums).toEqual(twinSums)
    for (let i = 0; i < stride; i++) {
      const row = i * stride
      expect(products.slice(row + i, row + stride)).toEqual(
        twinProducts.slice(row + i, row + stride),
      )
    }
  }
})

test('the exponential mean is the recursion in float64, for any block, in place too', () => {
  const mean = memory.float64(stride)
  const output = memory.float32(frames * stride)
  inBlocks(7, (block, n, at) => {
    const to = output.subarray(at * stride)
    to.set(block)
    kernels.exponentialMean(to, to, n, stride, golden.share, mean)
  })
  const twin = new Float32Array(frames * stride)
  exponentialMeanTwin(input, twin, frames, stride, golden.share, new Float64Array(stride))
  expect(output).toEqual(twin)
  golden.exponentialMean.forEach((wanted, f) => {
    expect(worst(output.subarray(f * stride), wanted)).toBeLessThan(1e-7 * 20_000)
  })
})

test("eigenvalues are NumPy's within 1e-14 of the largest, and so are the vectors, up to sign", () => {
  const eigen = new SymmetricEigen(memory, channels)
  expect(eigen.decompose(Float64Array.from(golden.covariance.flat()))).toBe(true)
  expect(worst(eigen.values, golden.eigenvalues)).toBeLessThan(1e-14 * golden.eigenvalues.at(-1)!)
  golden.eigenvectors.forEach((wanted, k) => {
    const vector = eigen.vectors.subarray(k * eigen.width, k * eigen.width + channels)
    const sign = Math.sign(vector.reduce((sum, value, i) => sum + value * wanted[i]!, 0))
    expect(
      worst(
        vector.map((value) => sign * value),
        wanted,
      ),
    ).toBeLessThan(1e-10)
  })
})

/** Largest of |A v − λ v| and |VᵀV − 1|. */
function residual(matrix: Float64Array, { size, width, values, vectors }: SymmetricEigen): number {
  let most = 0
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) {
      let product = 0
      let inner = 0
      for (let j = 0; j < size; j++) {
        product += matrix[i * size + j]! * vectors[k * width + j]!
        inner += vectors[i * width + j]! * vectors[k * width + j]!
      }
      const error = Math.abs(product - values[k]! * vectors[k * width + i]!)
      most = Math.max(most, error, Math.abs(inner - (i === k ? 1 : 0)))
    }
  }
  return most
}

test('a decomposition of any size is one: A v = λ v and the vectors are orthonormal', () => {
  for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 64, 129, 130]) {
    const matrix = new Float64Array(size * size)
    fill(matrix, size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) matrix[i * size + j] = matrix[j * size + i]!
    }
    const scaled = matrix.map((value) => value / 32768)
    const eigen = new SymmetricEigen(memory, size)
    expect(eigen.decompose(scaled)).toBe(true)
    expect(residual(scaled, eigen)).toBeLessThan(1e-13)
    for (let k = 1; k < size; k++) expect(eigen.values[k]! >= eigen.values[k - 1]!).toBe(true)
    if (size > 31) continue
    eigenvaluesTwin(scaled, size).forEach((value, k) => {
      expect(Math.abs(eigen.values[k]! - value)).toBeLessThan(1e-13)
    })
  }
})

test('matrices that tempt: zero, unit, rank one, graded, huge, tiny', () => {
  const size = 9
  const eigen = new SymmetricEigen(memory, size)
  const of = (value: (i: number, j: number) => number) =>
    Float64Array.from({ length: size * size }, (_, at) => value(Math.floor(at / size), at % size))
  const cases = [
    of(() => 0),
    of((i, j) => (i === j ? 1 : 0)),
    of(() => 1),
    of((i, j) => 10 ** -(i + j) + (i === j ? 10 ** (-3 * i) : 0)),
    of((i, j) => 1e-200 ** (Math.abs(i - j) / 2)),
    of((i, j) => (i === j ? 1 : 1e-9)),
  ]
  for (const matrix of cases) {
    expect(eigen.decompose(matrix)).toBe(true)
    expect(residual(matrix, eigen)).toBeLessThan(1e-14 * size)
  }
  for (const scale of [1e300, 1e-300]) {
    expect(eigen.decompose(of((i, j) => scale / (1 + i + j)))).toBe(true)
    expect(eigen.values[size - 1]! / scale).toBeCloseTo(1.7259, 3)
  }
})

test('matrices that tempt the rotations: blocks, steep ones, clusters, of 60 rows', () => {
  const size = 60
  const eigen = new SymmetricEigen(memory, size)
  const noise = new Float64Array(size * size)
  fill(noise, 3)
  const random = (i: number, j: number) => noise[Math.min(i, j) * size + Math.max(i, j)]! / 32768
  const kinds: Record<string, (i: number, j: number) => number> = {
    'anti-diagonal': (i, j) => (i + j === size - 1 ? 1 + i * j : 0),
    'no diagonal, neighbours alone': (i, j) => (Math.abs(i - j) === 1 ? 1 : 0),
    'pairs of values as good as equal': (i, j) =>
      i === j ? Math.abs(i - size / 2) : Math.abs(i - j) === 1 ? 1 : 0,
    'blocks of 7': (i, j) => (Math.floor(i / 7) === Math.floor(j / 7) ? random(i, j) : 0),
    'graded downwards': (i, j) => random(i, j) * 10 ** (-(i + j) / 4),
    'graded upwards': (i, j) => random(i, j) * 10 ** ((i + j - 2 * size) / 4),
    'rank 3': (i, j) => Math.cos(i - j) + Math.cos(i) * Math.cos(j),
    'one value many times': (i, j) => (i === j ? 2 : 0) + (i + j < 4 ? random(i, j) : 0),
  }
  for (const [kind, of] of Object.entries(kinds)) {
    const matrix = Float64Array.from({ length: size * size }, (_, at) =>
      of(Math.floor(at / size), at % size),
    )
    const largest = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    const scaled = matrix.map((value) => value / largest)
    expect(eigen.decompose(scaled), kind).toBe(true)
    expect(residual(scaled, eigen), kind).toBeLessThan(1e-13)
  }
})

test('a matrix with a value that is not finite is refused, not looped over', () => {
  const eigen = new SymmetricEigen(memory, 4)
  for (const bad of [Number.NaN, Infinity]) {
    const matrix = new Float64Array(16)
    matrix[1] = bad
    expect(eigen.decompose(matrix)).toBe(false)
  }
  expect(eigen.decompose(new Float64Array(16))).toBe(true)
})
