/** Conversions and running summaries bound to arrays: see `Kernels`. */
import type { RawKernels } from './module.ts'

type Native = Int16Array | Int32Array | Float32Array | Float64Array

export interface SummaryKernels {
  /** output = input × scale + offset per channel, in float64, and rounded once for float32. */
  affine(
    input: Native,
    output: Float32Array | Float64Array,
    frames: number,
    stride: number,
    scale: Float64Array,
    offset: Float64Array,
  ): void
  /** Folds the frames from value `start` of `input` on into minimum and maximum per channel. */
  envelope(
    input: Float32Array,
    start: number,
    frames: number,
    stride: number,
    minimum: Float32Array,
    maximum: Float32Array,
  ): void
  /** Adds the frames from value `start` of `input` on to sum and sum of squares per channel. */
  powerSums(
    input: Float32Array,
    start: number,
    frames: number,
    stride: number,
    sum: Float64Array,
    squares: Float64Array,
  ): void
  /**
   * For every distance d from `from` to `to` − 1, compares value i with value i + d of a segment of
   * `length` and adds to `counts` at how many places `order` matches in a row have just come, and
   * at how many more than that. Matches are closer than `radius`, in float32.
   * @param values followed by at least 8 that are NaN
   */
  countMatches(
    values: Float32Array,
    length: number,
    from: number,
    to: number,
    order: number,
    radius: number,
    counts: Int32Array,
  ): void
  /** Is none of the first `values` values (a multiple of 8) infinite or NaN? */
  allFinite(input: Float32Array, values: number): boolean
}

export function bindSummaries(raw: RawKernels): SummaryKernels {
  return {
    affine(input, output, frames, stride, scale, offset) {
      const convert = output instanceof Float64Array ? wideOf(raw, input) : affineOf(raw, input)
      const x = input.byteOffset
      convert(x, output.byteOffset, frames, stride, scale.byteOffset, offset.byteOffset)
    },
    envelope(input, start, frames, stride, minimum, maximum) {
      const at = input.byteOffset + start * 4
      raw.envelope(at, frames, stride, minimum.byteOffset, maximum.byteOffset)
    },
    powerSums(input, start, frames, stride, sum, squares) {
      const at = input.byteOffset + start * 4
      raw.powerSums(at, frames, stride, sum.byteOffset, squares.byteOffset)
    },
    countMatches(values, length, from, to, order, radius, counts) {
      raw.countMatches(values.byteOffset, length, from, to, order, radius, counts.byteOffset)
    },
    allFinite: (input, values) => raw.allFinite(input.byteOffset, values) === 1,
  }
}

function affineOf(raw: RawKernels, input: Native) {
  if (input instanceof Int32Array) return raw.affineFromInt32
  if (input instanceof Float32Array) return raw.affineFromFloat32
  return input instanceof Int16Array ? raw.affineFromInt16 : raw.affineFromFloat64
}

function wideOf(raw: RawKernels, input: Native) {
  if (input instanceof Int32Array) return raw.affineWideFromInt32
  if (input instanceof Float32Array) return raw.affineWideFromFloat32
  return input instanceof Int16Array ? raw.affineWideFromInt16 : raw.affineWideFromFloat64
}
