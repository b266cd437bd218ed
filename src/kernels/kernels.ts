/**
 * The WebAssembly kernels bound to one memory. They work in place on arrays that live in that
 * memory (`NodeMemory` hands such arrays out), allocate nothing, and know nothing of streams.
 * Frames are `stride` values apart; `stride` is a multiple of 8, so that no tail is left over.
 */
import { wasmBase64 } from './generated/wasm.ts'

type Native = Int16Array | Int32Array | Float32Array | Float64Array

export interface Kernels {
  /**
   * Cascade of second-order sections over every channel, transposed direct form II, float64
   * coefficients and state. `output` may be `input`.
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
  /** output = input × scale + offset per channel, rounded once to float32. */
  affine(
    input: Native,
    output: Float32Array,
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
}

type Raw = Record<string, (...values: number[]) => void>

/** Memory limits that the module is compiled for, in pages of 64 KiB. */
const wasmPages = { initial: 2, maximum: 65536 } as const

/** Shared, so that rings and several threads may look into it. The first page is the module's. */
export function newKernelMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ ...wasmPages, shared: true })
}

let compiled: WebAssembly.Module | undefined
const bound = new WeakMap<WebAssembly.Memory, Kernels>()

/** The kernels over `memory`; instantiated once per memory and thread. */
export function kernelsOn(memory: WebAssembly.Memory): Kernels {
  const known = bound.get(memory)
  if (known) return known
  compiled ??= new WebAssembly.Module(bytesOfModule())
  const instance = new WebAssembly.Instance(compiled, { env: { memory } })
  const kernels = wrap(instance.exports as unknown as Raw)
  bound.set(memory, kernels)
  return kernels
}

function bytesOfModule(): Uint8Array<ArrayBuffer> {
  const text = atob(wasmBase64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function wrap(raw: Raw): Kernels {
  const { iirCascade32, iirCascade64, envelope, powerSums } = raw as Required<Raw>
  const { affineFromInt16, affineFromInt32, affineFromFloat32, affineFromFloat64 } = raw
  return {
    iirCascade(input, output, frames, stride, sections, state) {
      iirCascade32!(
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
      iirCascade64!(
        input.byteOffset,
        output.byteOffset,
        frames,
        stride,
        sections.byteOffset,
        sections.length / 5,
        state.byteOffset,
      )
    },
    affine(input, output, frames, stride, scale, offset) {
      const convert =
        input instanceof Int32Array
          ? affineFromInt32
          : input instanceof Float32Array
            ? affineFromFloat32
            : input instanceof Int16Array
              ? affineFromInt16
              : affineFromFloat64
      const x = input.byteOffset
      convert!(x, output.byteOffset, frames, stride, scale.byteOffset, offset.byteOffset)
    },
    envelope(input, start, frames, stride, minimum, maximum) {
      const at = input.byteOffset + start * 4
      envelope!(at, frames, stride, minimum.byteOffset, maximum.byteOffset)
    },
    powerSums(input, start, frames, stride, sum, squares) {
      const at = input.byteOffset + start * 4
      powerSums!(at, frames, stride, sum.byteOffset, squares.byteOffset)
    },
  }
}
