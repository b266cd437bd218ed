/** A matrix over channels in the layout that the kernel reads. */

/**
 * @param matrix one row of weights per output, each with one value per input
 * @param into inputs × outputStride, zeros where there is no output: `Float32Array` for float32
 * sums, `Float64Array` for float64 sums
 */
export function packSpatialFilter(
  matrix: readonly ArrayLike<number>[],
  outputStride: number,
  into: Float32Array | Float64Array,
): void {
  into.fill(0)
  matrix.forEach((row, j) => {
    for (let i = 0; i < row.length; i++) into[i * outputStride + j] = row[i]!
  })
}
