/** SVD entropy: how evenly the singular values of the delay-embedded window are spread. */
import type { NodeMemory } from '../../signal/index.ts'

/** Rounds of Jacobi's method; it converges quadratically, so few are ever needed. */
const mostSweeps = 30

export function newSvdEntropy(
  order: number,
  delay: number,
  normalised: boolean,
  memory: NodeMemory,
): (segment: Float64Array, into: Float32Array, at: number) => void {
  const gram = memory.float64(order * order)
  return (segment, into, at) => {
    into[at] = 0
    fillGram(segment, order, delay, gram)
    diagonalise(gram, order)
    let sum = 0
    for (let k = 0; k < order; k++) sum += Math.sqrt(Math.max(0, gram[k * order + k]!))
    if (sum === 0) return
    let bits = 0
    for (let k = 0; k < order; k++) {
      const share = Math.sqrt(Math.max(0, gram[k * order + k]!)) / sum
      if (share > 0) bits -= share * Math.log2(share)
    }
    into[at] = normalised ? bits / Math.log2(order) : bits
  }
}

/** Gram matrix of the embedding: its eigenvalues are the squared singular values. */
function fillGram(segment: Float64Array, order: number, delay: number, gram: Float64Array): void {
  const patterns = segment.length - (order - 1) * delay
  for (let a = 0; a < order; a++) {
    for (let b = a; b < order; b++) {
      let sum = 0
      const i0 = a * delay
      const j0 = b * delay
      for (let i = 0; i < patterns; i++) sum += segment[i0 + i]! * segment[j0 + i]!
      gram[a * order + b] = sum
      gram[b * order + a] = sum
    }
  }
}

/** Cyclic Jacobi: rotates the symmetric matrix until only its diagonal, the eigenvalues, is left. */
function diagonalise(matrix: Float64Array, order: number): void {
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let off = 0
    let all = 0
    for (let p = 0; p < order; p++) {
      for (let q = 0; q < order; q++) {
        const square = matrix[p * order + q]! ** 2
        all += square
        if (p !== q) off += square
      }
    }
    if (off <= 1e-36 * all) return
    for (let p = 0; p < order - 1; p++) {
      for (let q = p + 1; q < order; q++) rotate(matrix, order, p, q)
    }
  }
}

function rotate(matrix: Float64Array, order: number, p: number, q: number): void {
  const apq = matrix[p * order + q]!
  if (apq === 0) return
  const theta = (matrix[q * order + q]! - matrix[p * order + p]!) / (2 * apq)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cos = 1 / Math.sqrt(t * t + 1)
  const sin = t * cos
  for (let k = 0; k < order; k++) {
    const kp = matrix[k * order + p]!
    const kq = matrix[k * order + q]!
    matrix[k * order + p] = cos * kp - sin * kq
    matrix[k * order + q] = sin * kp + cos * kq
  }
  for (let k = 0; k < order; k++) {
    const pk = matrix[p * order + k]!
    const qk = matrix[q * order + k]!
    matrix[p * order + k] = cos * pk - sin * qk
    matrix[q * order + k] = sin * pk + cos * qk
  }
}
