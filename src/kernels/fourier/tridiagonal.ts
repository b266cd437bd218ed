/**
 * Single eigenvalues and eigenvectors of a symmetric tridiagonal matrix: bisection with Sturm
 * counts, then inverse iteration. Golub and Van Loan, Matrix Computations, 8.4.
 */

/** Eigenvalue number `index` in ascending order, to the last bits. */
export function tridiagonalEigenvalue(
  diagonal: Float64Array,
  beside: Float64Array,
  index: number,
): number {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < diagonal.length; i++) {
    const radius = Math.abs(beside[i - 1] ?? 0) + Math.abs(beside[i] ?? 0)
    low = Math.min(low, diagonal[i]! - radius)
    high = Math.max(high, diagonal[i]! + radius)
  }
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return middle
    if (countBelow(diagonal, beside, middle) > index) high = middle
    else low = middle
  }
}

/** How many eigenvalues lie below `value`. */
function countBelow(diagonal: Float64Array, beside: Float64Array, value: number): number {
  let count = 0
  let pivot = 1
  for (let i = 0; i < diagonal.length; i++) {
    const e = i ? beside[i - 1]! : 0
    pivot = diagonal[i]! - value - (e * e) / pivot
    if (pivot === 0) pivot = Number.EPSILON * (Math.abs(e) + Number.MIN_VALUE)
    if (pivot < 0) count++
  }
  return count
}

/** The eigenvector of `value`, of length 1; its sign is arbitrary. */
export function tridiagonalEigenvector(
  diagonal: Float64Array,
  beside: Float64Array,
  value: number,
): Float64Array {
  const n = diagonal.length
  let vector = new Float64Array(n).map((_, i) => 1 + 0.3 * Math.sin(1.7 * i))
  for (let round = 0; round < 4; round++) {
    vector = normalised(solveShifted(diagonal, beside, value, vector))
  }
  return vector
}

/** (T − value) x = right, by elimination with row exchanges. */
function solveShifted(
  diagonal: Float64Array,
  beside: Float64Array,
  value: number,
  right: Float64Array,
): Float64Array<ArrayBuffer> {
  const n = diagonal.length
  const tiny = Number.EPSILON * Math.max(largest(diagonal), largest(beside))
  const main = diagonal.map((d) => d - value)
  const first = new Float64Array(n)
  first.set(beside)
  const second = new Float64Array(n)
  const x = Float64Array.from(right)
  for (let i = 0; i + 1 < n; i++) {
    const below = beside[i]!
    if (Math.abs(below) > Math.abs(main[i]!)) {
      // Exchange rows i and i + 1, then eliminate.
      const factor = main[i]! / below
      const old = first[i]!
      main[i] = below
      first[i] = main[i + 1]!
      second[i] = first[i + 1]!
      main[i + 1] = old - factor * first[i]!
      first[i + 1] = -factor * second[i]!
      const swap = x[i]!
      x[i] = x[i + 1]!
      x[i + 1] = swap - factor * x[i]!
    } else {
      const factor = below / (main[i]! || tiny)
      main[i + 1] = main[i + 1]! - factor * first[i]!
      x[i + 1] = x[i + 1]! - factor * x[i]!
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    const rest = first[i]! * (x[i + 1] ?? 0) + second[i]! * (x[i + 2] ?? 0)
    x[i] = (x[i]! - rest) / (Math.abs(main[i]!) < tiny ? tiny : main[i]!)
  }
  return x
}

function normalised(vector: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  // Divided by the largest value first: an inverse iteration may come back with 1e300.
  const scale = largest(vector)
  const length = scale * Math.sqrt(vector.reduce((sum, value) => sum + (value / scale) ** 2, 0))
  return vector.map((value) => value / length)
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
