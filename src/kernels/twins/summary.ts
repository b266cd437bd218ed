/** Plain TypeScript twins of the conversion and summary kernels. */

export function affineTwin(
  input: Int16Array | Int32Array | Float32Array | Float64Array,
  output: Float32Array | Float64Array,
  frames: number,
  stride: number,
  scale: Float64Array,
  offset: Float64Array,
): void {
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < stride; c++) {
      output[f * stride + c] = input[f * stride + c]! * scale[c]! + offset[c]!
    }
  }
}

export function envelopeTwin(
  input: Float32Array,
  start: number,
  frames: number,
  stride: number,
  minimum: Float32Array,
  maximum: Float32Array,
): void {
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < stride; c++) {
      const x = input[start + f * stride + c]!
      if (x < minimum[c]!) minimum[c] = x
      if (x > maximum[c]!) maximum[c] = x
    }
  }
}

export function powerSumsTwin(
  input: Float32Array,
  start: number,
  frames: number,
  stride: number,
  sum: Float64Array,
  squares: Float64Array,
): void {
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < stride; c++) {
      const x = input[start + f * stride + c]!
      sum[c] = sum[c]! + x
      squares[c] = squares[c]! + x * x
    }
  }
}

export function countMatchesTwin(
  values: Float32Array,
  length: number,
  from: number,
  to: number,
  order: number,
  radius: number,
  counts: Int32Array,
): void {
  const limit = Math.fround(radius)
  for (let d = from; d < to; d++) {
    let run = 0
    for (let i = 0; i + d < length; i++) {
      const isNear = Math.abs(Math.fround(values[i]! - values[i + d]!)) < limit
      run = isNear ? run + 1 : 0
      if (run >= order) counts[0]!++
      if (run > order) counts[1]!++
    }
  }
}
