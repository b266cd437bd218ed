/** Plain TypeScript twins of the matrix kernels, in the same order of operations. */

export function spatialFilterTwin(
  input: Float32Array,
  output: Float32Array,
  frames: number,
  inputStride: number,
  outputStride: number,
  weights: Float32Array | Float64Array,
): void {
  const inputs = weights.length / outputStride
  const round = weights instanceof Float32Array ? Math.fround : (value: number) => value
  for (let f = 0; f < frames; f++) {
    for (let j = 0; j < outputStride; j++) {
      let sum = 0
      for (let i = 0; i < inputs; i++) {
        const product = round(input[f * inputStride + i]! * weights[i * outputStride + j]!)
        sum = round(sum + product)
      }
      output[f * outputStride + j] = sum
    }
  }
}

export function addProductsTwin(
  input: Float32Array,
  frames: number,
  stride: number,
  products: Float64Array,
  sums: Float64Array,
  keep: number,
): void {
  for (let f = 0; f < frames; f++) {
    for (let i = 0; i < stride; i++) {
      const x = input[f * stride + i]!
      sums[i] = sums[i]! * keep + x
      for (let j = i; j < stride; j++) {
        const at = i * stride + j
        products[at] = products[at]! * keep + x * input[f * stride + j]!
      }
    }
  }
}

export function exponentialMeanTwin(
  input: Float32Array,
  output: Float32Array,
  frames: number,
  stride: number,
  share: number,
  mean: Float64Array,
): void {
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < stride; c++) {
      mean[c] = mean[c]! + share * (input[f * stride + c]! - mean[c]!)
      output[f * stride + c] = mean[c]!
    }
  }
}
