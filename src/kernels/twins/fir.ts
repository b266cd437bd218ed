/** Plain TypeScript twins of FIR filter and resampler: the sums as they are defined, in float64. */

/** y[n] = Σ_k h[k] x[n − k], oldest frame first. */
export function firTwin(
  input: ArrayLike<number>,
  frames: number,
  stride: number,
  taps: ArrayLike<number>,
): Float32Array {
  return resampleTwin(input, frames, stride, taps, 1, 1)
}

/** y[n] = Σ_k h[n × down − k × up] x[k] for all n whose newest frame is among the input's. */
export function resampleTwin(
  input: ArrayLike<number>,
  frames: number,
  stride: number,
  taps: ArrayLike<number>,
  up: number,
  down: number,
): Float32Array {
  const count = Math.ceil((frames * up) / down)
  const output = new Float32Array(count * stride)
  for (let n = 0; n < count; n++) {
    const newest = Math.floor((n * down) / up)
    const oldest = newest - Math.ceil(taps.length / up) + 1
    for (let c = 0; c < stride; c++) {
      let sum = 0
      for (let k = Math.max(0, oldest); k <= newest; k++) {
        sum += input[k * stride + c]! * (taps[n * down - k * up] ?? 0)
      }
      output[n * stride + c] = sum
    }
  }
  return output
}
