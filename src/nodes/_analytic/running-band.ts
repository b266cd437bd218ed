/**
 * The analytic signal of a band at every sample, with the taps of `band-taps.ts`. Nothing comes out
 * until the filter is filled, at the start and after a gap. A value that is not finite counts as
 * the one before it.
 */
import { FirFilter } from '../../kernels/index.ts'
import { type Chunk, type NodeMemory, strideFor } from '../../signal/index.ts'
import { holdSound } from '../_window/hold-sound.ts'

export interface AnalyticFilter {
  readonly state: AnalyticFilterState
  readonly delaySamples: number
  /** Rows of `stride` values, one per frame of the last chunk. */
  readonly re: Float32Array
  readonly im: Float32Array
  /**
   * Filters a chunk into `re` and `im`.
   * @returns the first frame that is about a filled filter; the chunk's frames where none is
   */
  pass(chunk: Chunk): number
  forget(): void
}

export type AnalyticFilterState = {
  fir: FirFilter['state']
  last: Float32Array
  /** Frames since the last gap, up to the filter's length. */
  filled: number
}

/**
 * @param taps without `im` a plain band-pass
 * @param maxFrames of a chunk
 */
export function newAnalyticFilter(
  memory: NodeMemory,
  channels: number,
  taps: { readonly re: Float64Array; readonly im: Float64Array | null },
  maxFrames: number,
): AnalyticFilter {
  const stride = strideFor(channels)
  const { length } = taps.re
  const fir = new FirFilter(memory, taps.im ? [taps.re, taps.im] : [taps.re], stride)
  const sound = memory.float32(maxFrames * stride)
  const last = memory.float32(stride)
  const re = memory.float32(maxFrames * stride)
  const im = memory.float32(taps.im ? maxFrames * stride : 0)
  const outputs = taps.im ? [re, im] : [re]
  const state: AnalyticFilterState = { fir: fir.state, last, filled: 0 }
  return {
    state,
    delaySamples: (length - 1) / 2,
    re,
    im,
    pass(chunk) {
      holdSound(chunk.data as Float32Array, chunk.frames, stride, last, sound)
      fir.process(sound, chunk.frames, outputs)
      const first = Math.min(chunk.frames, Math.max(0, length - 1 - state.filled))
      state.filled = Math.min(length, state.filled + chunk.frames)
      return first
    },
    forget() {
      fir.clear()
      last.fill(0)
      state.filled = 0
    },
  }
}
