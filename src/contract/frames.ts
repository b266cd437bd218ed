/**
 * Frames of view streams as bytes, little-endian, every array 8-byte aligned:
 *
 *     0  u32  stream number
 *     4  u32  frames
 *     8  u32  channels
 *    12  u32  0
 *    16  f64  index of the first frame; a jump since the last message is a gap
 *    24  f64 × frames             time, seconds on the host's clock
 *     …  f32 × frames × channels  values, frame by frame
 */
import { type Chunk, SynapseError } from '../signal/index.ts'

const headBytes = 24
/** No honest message is longer; a reader refuses it before it looks further. */
export const maxFrameBytes = 16 * 1024 * 1024

export interface ViewFrames {
  readonly number: number
  readonly firstSample: number
  readonly frames: number
  readonly channels: number
  readonly time: Float64Array
  /** Frame `f`, channel `c` at `values[f * channels + c]`. */
  readonly values: Float32Array
}

export function frameBytes(frames: number, channels: number): number {
  return headBytes + frames * 8 + frames * channels * 4
}

/** @param chunk of float32 values */
export function encodeFrames(
  number: number,
  chunk: Chunk,
  channels: number,
): Uint8Array<ArrayBuffer> {
  const { frames, stride, data } = chunk
  const buffer = new ArrayBuffer(frameBytes(frames, channels))
  const head = new DataView(buffer, 0, headBytes)
  head.setUint32(0, number, true)
  head.setUint32(4, frames, true)
  head.setUint32(8, channels, true)
  head.setFloat64(16, chunk.firstSample, true)
  new Float64Array(buffer, headBytes, frames).set(chunk.time.subarray(0, frames))
  const values = new Float32Array(buffer, headBytes + frames * 8)
  for (let f = 0, to = 0; f < frames; f++) {
    for (let c = 0, from = f * stride; c < channels; c++) values[to++] = data[from++]!
  }
  return new Uint8Array(buffer)
}

/** @throws SynapseError bad-message */
export function decodeFrames(bytes: Uint8Array): ViewFrames {
  // A copy where the bytes stand askew in their buffer: typed arrays want their alignment.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  const { buffer, byteOffset: at, byteLength } = aligned
  if (byteLength < headBytes || byteLength > maxFrameBytes) throw badFrames(byteLength)
  const head = new DataView(buffer, at, headBytes)
  const frames = head.getUint32(4, true)
  const channels = head.getUint32(8, true)
  if (frameBytes(frames, channels) !== byteLength) throw badFrames(byteLength)
  return {
    number: head.getUint32(0, true),
    firstSample: head.getFloat64(16, true),
    frames,
    channels,
    time: new Float64Array(buffer, at + headBytes, frames),
    values: new Float32Array(buffer, at + headBytes + frames * 8, frames * channels),
  }
}

function badFrames(bytes: number): SynapseError {
  return new SynapseError('bad-message', `reading frames: ${bytes} bytes are not a whole message`)
}
