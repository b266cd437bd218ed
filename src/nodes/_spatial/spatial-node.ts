/**
 * A node that is one matrix times every frame: references, Laplacians, interpolation. Nothing is
 * remembered from one frame to the next. A value that is not finite spoils, in its own frame, the
 * outputs that it takes part in, and no others.
 */
import { kernelsOn, packSpatialFilter } from '../../kernels/index.ts'
import type { Channel, Chunk, NodeContext, NodeInstance, StreamInfo } from '../../signal/index.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'

export interface SpatialPlan {
  /** The node's kind. */
  readonly kind: string
  readonly channels: readonly Channel[]
  /** One row per output channel, one weight per input channel. */
  readonly matrix: readonly Float64Array[]
}

export function openSpatialNode<O extends object>(
  { id, inputs, options, memory, maxFrames }: NodeContext<O>,
  { kind, channels, matrix }: SpatialPlan,
): NodeInstance {
  const input = inputs.in!
  const kernels = kernelsOn(memory.wasm)
  const output = newSignalBuffer(memory, channels.length, maxFrames)
  const weights = memory.float64(input.channels.length * output.stride)
  packSpatialFilter(matrix, output.stride, weights)
  return {
    outputs: { out: deriveStream(input, { node: id, kind, channels, options }) },
    delaySamples: 0,
    state: {},
    process(_port, chunk, emit) {
      const data = chunk.data as Float32Array
      kernels.spatialFilter(data, output.data, chunk.frames, chunk.stride, output.stride, weights)
      mend(chunk, output.data, output.stride, matrix)
      copyTimes(chunk, output)
      emit.chunk('out', output)
    },
    gap(_port, gap, emit) {
      emit.gap('out', gap)
    },
  }
}

/**
 * Nothing times a value that is not finite is not a number either, and the kernel multiplies by
 * every weight: such frames are computed again from what has a weight.
 */
function mend(
  chunk: Chunk,
  output: Float32Array,
  stride: number,
  matrix: readonly Float64Array[],
): void {
  for (let f = 0; f < chunk.frames; f++) {
    if (Number.isFinite(output[f * stride])) continue
    const from = f * chunk.stride
    for (let j = 0; j < matrix.length; j++) {
      const row = matrix[j]!
      let sum = 0
      for (let i = 0; i < row.length; i++) {
        if (row[i] !== 0) sum += row[i]! * chunk.data[from + i]!
      }
      output[f * stride + j] = sum
    }
  }
}

/** The row that takes channel `index` as it is. */
export function unitRow(input: StreamInfo, index: number): Float64Array {
  const row = new Float64Array(input.channels.length)
  row[index] = 1
  return row
}
