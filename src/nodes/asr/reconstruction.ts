/**
 * From the covariance of a window to the matrix that keeps what is clean: directions with more
 * variance than calibration allows are replaced by what the others tell of them, given how
 * channels go together in clean data. R = C·K·(Kᵀ·C·K)⁻¹·Kᵀ with C the clean covariance and K the
 * directions kept, which is Mullen's M·(Kᵀ·M)⁺·Kᵀ with M·Mᵀ = C.
 */

import type { SymmetricEigen } from '../../kernels/index.ts'
import type { NodeMemory } from '../../signal/index.ts'
import { choleskyInPlace, choleskySolve } from '../_linear-algebra/cholesky.ts'

export interface Reconstruction {
  /** channels × channels: I − R, what to take away; zeros where all is clean. */
  readonly removal: Float64Array
  /** @returns how many directions are reconstructed */
  update(covariance: Float64Array, rowLength: number): number
}

export function newReconstruction(
  memory: NodeMemory,
  eigen: SymmetricEigen,
  clean: { readonly covariance: Float64Array; readonly thresholds: Float64Array },
  maxRemovedShare: number,
): Reconstruction {
  const n = eigen.size
  const removal = memory.float64(n * n)
  /** Kept directions, one per row; those through the clean covariance; their products. */
  const kept = memory.float64(n * n)
  const mixed = memory.float64(n * n)
  const inner = memory.float64(n * n)
  const solved = memory.float64(n)
  const alwaysKept = n - Math.floor(maxRemovedShare * n + 0.5) - 1

  /** Variance that clean data may have along direction `k` of the window. */
  function allowed(k: number): number {
    const vector = k * eigen.width
    let sum = 0
    for (let i = 0; i < n; i++) {
      let product = 0
      for (let c = 0; c < n; c++)
        product += clean.thresholds[i * n + c]! * eigen.vectors[vector + c]!
      sum += product * product
    }
    return sum
  }

  function gather(): number {
    let rows = 0
    for (let k = 0; k < n; k++) {
      if (k >= alwaysKept && !(eigen.values[k]! < allowed(k))) continue
      for (let c = 0; c < n; c++) kept[rows * n + c] = eigen.vectors[k * eigen.width + c]!
      rows++
    }
    return rows
  }

  function factorise(rows: number): void {
    for (let k = 0; k < rows; k++) {
      for (let c = 0; c < n; c++) mixed[k * n + c] = dot(clean.covariance, c * n, kept, k * n, n)
    }
    for (let k = 0; k < rows; k++) {
      for (let l = 0; l <= k; l++) inner[k * rows + l] = dot(mixed, k * n, kept, l * n, n)
    }
    choleskyInPlace(inner, rows)
  }

  return {
    removal,
    update(covariance, rowLength) {
      removal.fill(0)
      if (!eigen.decompose(covariance, rowLength)) return 0
      const rows = gather()
      if (rows === n) return 0
      factorise(rows)
      for (let c = 0; c < n; c++) {
        for (let k = 0; k < rows; k++) solved[k] = kept[k * n + c]!
        choleskySolve(inner, rows, solved, 0)
        for (let r = 0; r < n; r++) {
          let sum = r === c ? 1 : 0
          for (let k = 0; k < rows; k++) sum -= mixed[k * n + r]! * solved[k]!
          removal[r * n + c] = sum
        }
      }
      return n - rows
    },
  }
}

function dot(a: Float64Array, from: number, b: Float64Array, at: number, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += a[from + i]! * b[at + i]!
  return sum
}
