/**
 * Cholesky factor of a symmetric, positive semi-definite matrix and what is solved with it; small
 * matrices, row by row, in place. A variable that is a combination of those before it gets a zero
 * column and takes no part in the solution.
 */

/** A pivot below this share of its diagonal element is rounding error. */
const pivotShare = 1e-11

/**
 * Replaces the lower triangle of `matrix` (n × n from `at` on) by its factor L with L·Lᵀ = matrix.
 * The upper triangle is left alone.
 */
export function choleskyInPlace(matrix: Float64Array, n: number, at = 0): void {
  for (let j = 0; j < n; j++) {
    const row = at + j * n
    const diagonal = matrix[row + j]!
    let pivot = diagonal
    for (let k = 0; k < j; k++) pivot -= matrix[row + k]! * matrix[row + k]!
    const root = pivot > pivotShare * diagonal ? Math.sqrt(pivot) : 0
    matrix[row + j] = root
    for (let i = j + 1; i < n; i++) {
      const other = at + i * n
      let sum = matrix[other + j]!
      for (let k = 0; k < j; k++) sum -= matrix[other + k]! * matrix[row + k]!
      matrix[other + j] = root > 0 ? sum / root : 0
    }
  }
}

/** Solves L·Lᵀ·x = b in place of b; variables without a pivot get 0. */
export function choleskySolve(
  factor: Float64Array,
  n: number,
  b: Float64Array,
  from: number,
  at = 0,
): void {
  for (let i = 0; i < n; i++) {
    const row = at + i * n
    let sum = b[from + i]!
    for (let k = 0; k < i; k++) sum -= factor[row + k]! * b[from + k]!
    b[from + i] = factor[row + i]! > 0 ? sum / factor[row + i]! : 0
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[from + i]!
    for (let k = i + 1; k < n; k++) sum -= factor[at + k * n + i]! * b[from + k]!
    const pivot = factor[at + i * n + i]!
    b[from + i] = pivot > 0 ? sum / pivot : 0
  }
}
