import { expect, test } from 'vitest'
import { choleskyInPlace, choleskySolve } from './cholesky.ts'

const n = 5
const rows = Array.from({ length: n + 3 }, (_, i) =>
  Array.from({ length: n }, (_, j) => Math.sin((i + 1) * (j + 2) * 1.7) + (i === j ? 1 : 0)),
)
const gram = (a: number, b: number) => rows.reduce((sum, row) => sum + row[a]! * row[b]!, 0)

test('the solution solves the system to rounding error', () => {
  const matrix = Float64Array.from({ length: n * n }, (_, i) => gram(Math.floor(i / n), i % n))
  const original = matrix.slice()
  const b = Float64Array.from([3, -1, 0.5, 8, -2])
  const x = b.slice()
  choleskyInPlace(matrix, n)
  choleskySolve(matrix, n, x, 0)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += original[i * n + j]! * x[j]!
    expect(sum).toBeCloseTo(b[i]!, 11)
  }
})

test('a variable that repeats another one gets 0', () => {
  const matrix = Float64Array.from([2, 2, 2, 2])
  const x = Float64Array.from([4, 4])
  choleskyInPlace(matrix, 2)
  choleskySolve(matrix, 2, x, 0)
  expect(x[0]).toBeCloseTo(2, 12)
  expect(x[1]).toBe(0)
})

test('zeros solve to zeros', () => {
  const matrix = new Float64Array(9)
  const x = Float64Array.from([1, 2, 3])
  choleskyInPlace(matrix, 3)
  choleskySolve(matrix, 3, x, 0)
  expect([...x]).toEqual([0, 0, 0])
})
