/** Filters bound to arrays: see `Kernels`. */
import type { RawKernels } from './module.ts'

export interface FilterKernels {
  /**
   * Cascade of second-order sections over every channel, transposed direct form II, float64
   * coefficients and state, with fused multiply-add: within one rounding of the output of
   * `scipy.signal.sosfilt`, the same bits for any split into blocks. `output` may be `input`.
   * @param sections per section b0 b1 b2 a1 a2, with a0 = 1
   * @param state per section 2 × stride values; see `primeIirState`
   */
  iirCascade(
    input: Float32Array,
    output: Float32Array,
    frames: number,
    stride: number,
    sections: Float64Array,
    state: Float64Array,
  ): void
  /** The same in float64 throughout: bit-identical to `scipy.signal.sosfilt`. */
  iirCascade64(
    input: Float64Array,
    output: Float64Array,
    frames: number,
    stride: number,
    sections: Float64Array,
    state: Float64Array,
  ): void
}

export function bindFilters(raw: RawKernels): FilterKernels {
  return {
    iirCascade(input, output, frames, stride, sections, state) {
      raw.iirCascade32(
        input.byteOffset,
        output.byteOffset,
        frames,
        stride,
        sections.byteOffset,
        sections.length / 5,
        state.byteOffset,
      )
    },
    iirCascade64(input, output, frames, stride, sections, state) {
      raw.iirCascade64(
        input.byteOffset,
        output.byteOffset,
        frames,
        stride,
        sections.byteOffset,
        sections.length / 5,
        state.byteOffset,
      )
    },
  }
}
