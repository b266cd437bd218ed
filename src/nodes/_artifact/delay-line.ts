/**
 * Frames on their way through a node that answers late: values, times and the index of the oldest
 * one. What leaves keeps its own index and times.
 */
import {
  type Chunk,
  type ChunkBuffer,
  type Emit,
  type NodeMemory,
  strideFor,
} from '../../signal/index.ts'
import type { RemovalRecord } from './removal-record.ts'

export interface DelayLine {
  readonly state: {
    data: Float32Array
    time: Float64Array
    hostTime: Float64Array
    first: number
    count: number
  }
  /** Frame f, oldest first, from `f * stride` on. */
  readonly data: Float32Array
  readonly stride: number
  /** How many frames are held. */
  held(): number
  push(chunk: Chunk, f: number): void
  /**
   * Sends `output` (its values are there already) as the frames from `from` on, and tells the
   * record what changed.
   */
  emitFrames(
    from: number,
    output: ChunkBuffer<Float32Array>,
    record: RemovalRecord,
    emit: Emit,
  ): void
  /** Takes the oldest frames out. */
  drop(frames: number): void
}

export function newDelayLine(memory: NodeMemory, channels: number, capacity: number): DelayLine {
  const stride = strideFor(channels)
  const data = memory.float32(capacity * stride)
  const [time, hostTime] = [memory.float64(capacity), memory.float64(capacity)]
  const state = { data, time, hostTime, first: 0, count: 0 }

  return {
    state,
    data,
    stride,
    held: () => state.count,
    push(chunk, f) {
      if (state.count === 0) state.first = chunk.firstSample + f
      const to = state.count * stride
      for (let c = 0; c < channels; c++) data[to + c] = chunk.data[f * chunk.stride + c]!
      time[state.count] = chunk.time[f]!
      hostTime[state.count] = chunk.hostTime[f]!
      state.count++
    },
    emitFrames(from, output, record, emit) {
      output.firstSample = state.first + from
      for (let f = 0; f < output.frames; f++) {
        const at = from + f
        output.time[f] = time[at]!
        output.hostTime[f] = hostTime[at]!
        record.frame(data, at * stride, output, f, emit)
      }
      if (output.frames > 0) emit.chunk('out', output)
    },
    drop(frames) {
      data.copyWithin(0, frames * stride)
      time.copyWithin(0, frames)
      hostTime.copyWithin(0, frames)
      state.first += frames
      state.count -= frames
    },
  }
}
