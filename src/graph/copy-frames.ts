/** Frames of a chunk, copied to where they may stay. */
import type { Chunk, ChunkBuffer } from '../signal/index.ts'

/** Frames `from` up to, not with, `to`; the strides may differ in what is padded. */
export function copyFrames(chunk: Chunk, from: number, to: number, into: ChunkBuffer): void {
  copyTimes(chunk, from, to, into)
  const values = Math.min(chunk.stride, into.stride)
  for (let f = from; f < to; f++) {
    const [of, at] = [f * chunk.stride, (f - from) * into.stride]
    for (let c = 0; c < values; c++) into.data[at + c] = chunk.data[of + c]!
  }
}

/** As `copyFrames`, but for the values. */
export function copyTimes(chunk: Chunk, from: number, to: number, into: ChunkBuffer): void {
  into.firstSample = chunk.firstSample + from
  into.frames = to - from
  for (let f = from; f < to; f++) {
    into.time[f - from] = chunk.time[f]!
    into.hostTime[f - from] = chunk.hostTime[f]!
  }
}

/** Room for `maxFrames` frames over `data`. */
export function chunkOver(
  data: ChunkBuffer['data'],
  stride: number,
  maxFrames: number,
): ChunkBuffer {
  return {
    firstSample: 0,
    frames: 0,
    data,
    stride,
    time: new Float64Array(maxFrames),
    hostTime: new Float64Array(maxFrames),
    deviceTime: null,
    sequence: null,
  }
}
