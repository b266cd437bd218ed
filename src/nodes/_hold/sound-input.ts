/**
 * Keeps values that are not finite out of nodes whose memory they would spoil for ever: in their
 * place stands the channel's last finite value, 0 before the first.
 */
import { kernelsOn } from '../../kernels/index.ts'
import { type Chunk, type NodeMemory, strideFor } from '../../signal/index.ts'

export interface SoundInput {
  /** Per channel the last value let through; a part of the node's state. */
  readonly last: Float32Array
  /**
   * The chunk's values if all are finite, or else `scratch` with the held ones in place.
   * @param scratch room for the chunk's frames
   */
  of(chunk: Chunk, scratch: Float32Array): Float32Array
  /** Writes the last values to one frame of `into`: what a short gap is filled with. */
  held(into: Float32Array): void
}

export function newSoundInput(memory: NodeMemory, channels: number): SoundInput {
  const stride = strideFor(channels)
  const last = memory.float32(stride)
  const kernels = kernelsOn(memory.wasm)
  return {
    last,
    of(chunk, scratch) {
      const data = chunk.data as Float32Array
      const length = chunk.frames * stride
      const sound = kernels.allFinite(data, length) ? data : scratch
      if (sound !== data) holdOver(data, scratch, length, last)
      for (let c = 0; c < stride; c++) last[c] = sound[length - stride + c]!
      return sound
    },
    held(into) {
      for (let c = 0; c < stride; c++) into[c] = last[c]!
    },
  }
}

function holdOver(
  data: Float32Array,
  into: Float32Array,
  length: number,
  last: Float32Array,
): void {
  const stride = last.length
  for (let from = 0; from < length; from += stride) {
    for (let c = 0; c < stride; c++) {
      const value = data[from + c]!
      if (value - value === 0) last[c] = value
      into[from + c] = last[c]!
    }
  }
}
