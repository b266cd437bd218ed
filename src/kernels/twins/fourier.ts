/** Plain TypeScript twin of the real FFT: the sum as it is defined, in float64. */

/** As `RealFft.forward`, with bins × stride values of each part. */
export function dftTwin(
  input: Float32Array,
  first: number,
  length: number,
  stride: number,
  re: Float64Array,
  im: Float64Array,
): void {
  for (let k = 0; k <= length / 2; k++) {
    for (let n = 0; n < length; n++) {
      const angle = (-2 * Math.PI * ((k * n) % length)) / length
      const frame = ((first + n) * stride) % input.length
      for (let c = 0; c < stride; c++) {
        re[k * stride + c] = re[k * stride + c]! + input[frame + c]! * Math.cos(angle)
        im[k * stride + c] = im[k * stride + c]! + input[frame + c]! * Math.sin(angle)
      }
    }
  }
}
