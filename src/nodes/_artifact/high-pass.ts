/**
 * The part of a signal that artifact nodes judge: above a cut, by a causal second-order
 * Butterworth filter, with values that are not finite replaced by the channel's last sound one so
 * that they cannot poison the filter. It starts as if the first sample had been there for ever.
 */
import { butterworth, kernelsOn, packSections, primeIirState } from '../../kernels/index.ts'
import { type Chunk, type NodeMemory, type NodeState, strideFor } from '../../signal/index.ts'

interface HighPassRequest {
  readonly channels: number
  readonly cutHz: number
  readonly rateHz: number
  readonly maxFrames: number
}

export interface HighPass {
  readonly state: NodeState
  /** The filtered frames of the chunk last taken in, `stride` values each. */
  readonly data: Float32Array
  take(chunk: Chunk): void
  /** The next frame is the first of a new run. */
  restart(): void
}

export function newHighPass(memory: NodeMemory, request: HighPassRequest): HighPass {
  const { channels, cutHz, rateHz, maxFrames } = request
  const stride = strideFor(channels)
  const kernels = kernelsOn(memory.wasm)
  const designed = butterworth(2, { kind: 'high', cutHz }, rateHz)
  const sections = memory.float64(designed.length * 5)
  packSections(designed, sections)
  const cascade = memory.float64(designed.length * 2 * stride)
  const sound = memory.float32(maxFrames * stride)
  const data = memory.float32(maxFrames * stride)
  const last = memory.float32(stride)
  const state = { cascade, last, primed: false }
  return {
    state,
    data,
    take(chunk) {
      const values = chunk.data as Float32Array
      for (let i = 0; i < chunk.frames * stride; i++) {
        if (Number.isFinite(values[i]!)) last[i % stride] = values[i]!
        sound[i] = last[i % stride]!
      }
      if (!state.primed) primeIirState(sections, cascade, sound, 0, stride)
      state.primed = true
      kernels.iirCascade(sound, data, chunk.frames, stride, sections, cascade)
    },
    restart() {
      state.primed = false
    },
  }
}
