/** Products of matrices and frames bound to arrays: see `Kernels`. */
import type { RawKernels } from './module.ts'

export interface MatrixKernels {
  /**
   * Spatial filter: out[f][j] = Σ_i W[j][i] in[f][i]. With float64 weights the sums are float64
   * and rounded once, at half the speed; with float32 weights they are float32, with fused
   * multiply-add, which is enough where the offsets of the inputs do not exceed the signal a
   * thousandfold.
   * @param output outputStride values a frame; must not be `input`
   * @param weights see `packSpatialFilter`: their length tells how many inputs are read
   */
  spatialFilter(
    input: Float32Array,
    output: Float32Array,
    frames: number,
    inputStride: number,
    outputStride: number,
    weights: Float32Array | Float64Array,
  ): void
  /**
   * For every frame x: products = keep × products + x xᵀ, sums = keep × sums + x. With `keep` 1
   * all frames count alike, with less they fade. See `covarianceOf`.
   * @param products stride × stride; the upper triangle counts, the rest is scratch
   * @param sums stride
   * @param wide scratch for some frames of `stride` values, 8 frames or so
   */
  addProducts(
    input: Float32Array,
    frames: number,
    stride: number,
    products: Float64Array,
    sums: Float64Array,
    keep: number,
    wide: Float64Array,
  ): void
  /**
   * Exponentially weighted mean per channel: mean += share × (x − mean), written for every frame.
   * @param output may be `input`
   * @param mean stride values: the state
   */
  exponentialMean(
    input: Float32Array,
    output: Float32Array,
    frames: number,
    stride: number,
    share: number,
    mean: Float64Array,
  ): void
}

export function bindMatrices(raw: RawKernels): MatrixKernels {
  return {
    spatialFilter(input, output, frames, inputStride, outputStride, weights) {
      const apply = weights instanceof Float64Array ? raw.spatialFilter64 : raw.spatialFilter32
      const inputs = weights.length / outputStride
      const x = input.byteOffset
      const y = output.byteOffset
      apply(x, y, frames, inputs, inputStride, outputStride, weights.byteOffset)
    },
    addProducts(input, frames, stride, products, sums, keep, wide) {
      raw.addProducts(
        input.byteOffset,
        frames,
        stride,
        wide.byteOffset,
        wide.length / stride,
        products.byteOffset,
        sums.byteOffset,
        keep,
      )
    },
    exponentialMean(input, output, frames, stride, share, mean) {
      const x = input.byteOffset
      const y = output.byteOffset
      raw.exponentialMean(x, y, frames, stride, share, mean.byteOffset)
    },
  }
}
