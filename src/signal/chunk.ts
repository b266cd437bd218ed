/**
 * Consecutive frames of one stream, and the gaps between them. One identity carries everything:
 * `(streamId, sampleIndex)`. A lost sample consumes its index, so loss, overrun and a hole in a
 * file are the same arithmetic.
 */
import type { NumericFormat } from './stream.ts'

export type Samples = Int16Array | Int32Array | Float32Array | Float64Array

/**
 * Consecutive frames of one stream; never spans a gap. Lent, not given: valid until the callee
 * returns, so copy what must be kept. Frame `f`, channel `c` stands at `data[f * stride + c]`.
 */
export interface Chunk<S extends Samples = Samples> {
  /** Index of the first frame since the stream began. */
  readonly firstSample: number
  readonly frames: number
  readonly data: S
  /** Values from one frame to the next: at least the channel count, more where padded for SIMD. */
  readonly stride: number
  /** Per frame: seconds on the host's monotonic clock, fitted; strictly increasing. */
  readonly time: Float64Array
  /** Per frame: seconds on the host's monotonic clock when the frame's bytes arrived. */
  readonly hostTime: Float64Array
  /** Per frame: seconds on the device's own clock (NaN where a frame has none), or null. */
  readonly deviceTime: Float64Array | null
  /** Per frame: the device's packet counter as it came, or null. */
  readonly sequence: Float64Array | null
}

/** A chunk whose owner refills it in place: what rings, nodes and protocols hold. */
export type ChunkBuffer<S extends Samples = Samples> = {
  -readonly [K in keyof Chunk<S>]: Chunk<S>[K]
}

/** Why samples are missing. */
export const gapReasons = [
  'lost', // the device's counter or clock jumped
  'corrupt', // bytes arrived damaged and were refused
  'disconnected', // the link to the device was down
  'overrun', // a reader was too slow for its ring
  'dropped', // a bounded queue dropped its oldest
  'restarted', // a worker was restarted
  'settings', // the device stood still while it was set anew, or a graph was changed
] as const
export type GapReason = (typeof gapReasons)[number]

/** `lostSamples` frames are missing from index `atSample` on. */
export interface Gap {
  readonly atSample: number
  readonly lostSamples: number
  /** False where a wrapped counter or a silent link leaves only an estimate. */
  readonly exact: boolean
  readonly reason: GapReason
}

function newSamples(format: NumericFormat, length: number, shared = false): Samples {
  const bytes = length * bytesPerSample(format)
  const buffer = shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)
  return samplesOver(format, buffer, 0, length)
}

export function samplesOver(
  format: NumericFormat,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): Samples {
  switch (format) {
    case 'int16':
      return new Int16Array(buffer, byteOffset, length)
    case 'int32':
      return new Int32Array(buffer, byteOffset, length)
    case 'float32':
      return new Float32Array(buffer, byteOffset, length)
    case 'float64':
      return new Float64Array(buffer, byteOffset, length)
  }
}

export function bytesPerSample(format: NumericFormat): number {
  return format === 'int16' ? 2 : format === 'float64' ? 8 : 4
}

/** What a stream's chunks carry beside the two times. */
export interface ClockColumns {
  readonly deviceTime: boolean
  readonly sequence: boolean
}

export interface ChunkShape {
  readonly format: NumericFormat
  readonly channels: number
  readonly maxFrames: number
  /** Defaults to `channels`. */
  readonly stride?: number
  readonly deviceTime?: boolean
  readonly sequence?: boolean
}

/** A chunk with room for `maxFrames` frames, to be filled again and again. */
export function newChunkBuffer(shape: ChunkShape): ChunkBuffer {
  const stride = shape.stride ?? shape.channels
  return {
    firstSample: 0,
    frames: 0,
    data: newSamples(shape.format, stride * shape.maxFrames),
    stride,
    time: new Float64Array(shape.maxFrames),
    hostTime: new Float64Array(shape.maxFrames),
    deviceTime: shape.deviceTime ? new Float64Array(shape.maxFrames) : null,
    sequence: shape.sequence ? new Float64Array(shape.maxFrames) : null,
  }
}
