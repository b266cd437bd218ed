/**
 * Reference electrode standardisation: from the common average to a point at infinity, by way of
 * the sources that could have made the potentials. Yao (2001), A method to standardize a reference
 * of scalp EEG recordings to a point at infinity. As MNE's set_eeg_reference('REST'), with the lead
 * field of three concentric spheres.
 */

import type { Direction } from '../../signal/index.ts'
import { choleskyInPlace, choleskySolve } from '../_linear-algebra/cholesky.ts'
import { leadField } from '../_scalp/concentric-spheres.ts'

/**
 * Weights w of the potentials v (any reference) that give what the average reference itself is
 * worth against infinity; they sum to 0. With the lead field G, its mean over the electrodes m and
 * Gₐ = G − 1·mᵀ: w = m·Gₐ⁺ = (Gₐ·Gₐᵀ)⁺·Gₐ·m.
 */
export function standardisationWeights(electrodes: readonly Direction[]): Float64Array {
  const field = leadField(electrodes)
  const count = field.length
  const sources = field[0]!.length
  const mean = Float64Array.from(
    { length: sources },
    (_, s) => field.reduce((sum, row) => sum + row[s]!, 0) / count,
  )
  const centred = field.map((row) => row.map((value, s) => value - mean[s]!))
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0
    for (let s = 0; s < sources; s++) sum += a[s]! * b[s]!
    return sum
  }
  const products = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) products[i * count + j] = dot(centred[i]!, centred[j]!)
  }
  // The average has no share in Gₐ; with one of its own the matrix can be inverted, and the
  // solution stays free of it.
  let trace = 0
  for (let i = 0; i < count; i++) trace += products[i * count + i]!
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) products[i * count + j] = products[i * count + j]! + trace / count
  }
  const weights = Float64Array.from(centred, (row) => dot(row, mean))
  choleskyInPlace(products, count)
  choleskySolve(products, count, weights, 0)
  return weights
}
