/** Plain TypeScript twin of the eigen-decomposition, by another method: cyclic Jacobi rotations. */

/** Eigenvalues of a symmetric matrix, ascending. Golub and Van Loan, Matrix Computations, 8.5. */
export function eigenvaluesTwin(matrix: ArrayLike<number>, size: number): number[] {
  const a = Float64Array.from(matrix)
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = a[p * size + q]!
        if (off === 0) continue
        const half = (a[q * size + q]! - a[p * size + p]!) / (2 * off)
        const tangent = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.hypot(half, 1))
        const cosine = 1 / Math.hypot(tangent, 1)
        rotate(a, size, p, q, cosine, tangent * cosine)
      }
    }
  }
  return Array.from({ length: size }, (_, i) => a[i * size + i]!).sort((x, y) => x - y)
}

function rotate(a: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < size; k++) {
    const [x, y] = [a[k * size + p]!, a[k * size + q]!]
    a[k * size + p] = c * x - s * y
    a[k * size + q] = s * x + c * y
  }
  for (let k = 0; k < size; k++) {
    const [x, y] = [a[p * size + k]!, a[q * size + k]!]
    a[p * size + k] = c * x - s * y
    a[q * size + k] = s * x + c * y
  }
}
