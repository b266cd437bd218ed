/** Plain TypeScript twin of the IIR cascade: the reference that tests hold the kernel against. */

/** As `Kernels.iirCascade`; rounds to float32 only where a value enters or leaves. */
export function iirCascadeTwin(
  input: Float32Array | Float64Array,
  output: Float32Array | Float64Array,
  frames: number,
  stride: number,
  sections: Float64Array,
  state: Float64Array,
): void {
  const sectionCount = sections.length / 5
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < stride; c++) {
      let x = input[f * stride + c]!
      for (let s = 0; s < sectionCount; s++) {
        const k = s * 5
        const p = s * 2 * stride + c
        const q = p + stride
        const y = sections[k]! * x + state[p]!
        state[p] = sections[k + 1]! * x - sections[k + 3]! * y + state[q]!
        state[q] = sections[k + 2]! * x - sections[k + 4]! * y
        x = y
      }
      output[f * stride + c] = x
    }
  }
}
