/** The words and tables that the FFT kernels read: see `assembly/fft.ts`. */
import type { KernelMemory } from '../kernel-memory.ts'

export interface FourierShape {
  /** N: a power of two, 8 or more. */
  readonly length: number
  /** Frames of signal per transform; the rest of N is zeros. */
  readonly segmentFrames: number
  /** Values per frame, a multiple of 8. */
  readonly stride: number
  readonly detrend: boolean
  /** Each of `segmentFrames` values. */
  readonly windows: readonly ArrayLike<number>[]
  /** One per window. */
  readonly weights: readonly number[]
}

export interface FourierPlan {
  readonly words: Int32Array
  /** One row of N values per window, zeros after the segment. */
  readonly windows: Float32Array
}

/** @throws RangeError when the length is no power of two from 8 on, or a segment does not fit */
export function planFourier(memory: KernelMemory, shape: FourierShape): FourierPlan {
  const { length, segmentFrames, stride } = shape
  checkShape(shape)
  const half = length / 2
  const windows = memory.float32(shape.windows.length * length)
  shape.windows.forEach((window, k) => {
    for (let i = 0; i < segmentFrames; i++) windows[k * length + i] = window[i]!
  })
  // The largest weight, then each as a share of it, which float32 can hold.
  const largest = Math.max(0, ...shape.weights)
  const weights = memory.float64(shape.weights.length + 1)
  weights.set([largest, ...shape.weights.map((weight) => (largest ? weight / largest : 0))])
  const tile = memory.float32(length * 4)
  const scratch = memory.float32(length * 4)
  // Powers read their rows again: for the next window, or as a part of the next segment.
  const other = shape.windows.length > 0 ? memory.float32(length * 4) : tile
  const words = memory.int32(13)
  words.set([
    length,
    segmentFrames,
    stride,
    shape.detrend ? 1 : 0,
    shape.windows.length,
    windows.byteOffset,
    weights.byteOffset,
    tile.byteOffset,
    scratch.byteOffset,
    other.byteOffset,
    roots(memory, half, half).byteOffset,
    roots(memory, length, length / 4 + 1).byteOffset,
    memory.float32(shape.windows.length ? (half + 1) * 4 : 0).byteOffset,
  ])
  return { words, windows }
}

function checkShape({ length, segmentFrames, stride }: FourierShape): void {
  if (!(length >= 8 && Number.isInteger(Math.log2(length)))) {
    throw new RangeError(`an FFT of ${length} is not of a power of two from 8 on`)
  }
  if (!(segmentFrames >= 1 && segmentFrames <= length)) {
    throw new RangeError(`a segment of ${segmentFrames} frames does not fit an FFT of ${length}`)
  }
  if (stride % 8 !== 0) throw new RangeError(`a stride of ${stride} is not a multiple of 8`)
}

/** The first `count` of e^(−2πik/n), as pairs of float32. */
function roots(memory: KernelMemory, n: number, count: number): Float32Array {
  const table = memory.float32(count * 2)
  for (let k = 0; k < count; k++) {
    table[2 * k] = Math.cos((2 * Math.PI * k) / n)
    table[2 * k + 1] = -Math.sin((2 * Math.PI * k) / n)
  }
  return table
}
