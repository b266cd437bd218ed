/**
 * A cascade of sections at work on a stream: it starts as if its first frame had been there for
 * ever, and holds the last frame over short gaps.
 */
import { kernelsOn, packSections, primeIirState, type Section } from '../../kernels/index.ts'
import { type NodeMemory, strideFor } from '../../signal/index.ts'

export interface RunningCascade {
  /** Per section two rows: a part of the node's state. */
  readonly state: Float64Array
  /** Starts anew with the first frame of `input`. */
  prime(input: Float32Array): void
  /** `output` may be `input`. */
  run(input: Float32Array, output: Float32Array, frames: number): void
}

export function newRunningCascade(
  memory: NodeMemory,
  designed: readonly Section[],
  channels: number,
): RunningCascade {
  const stride = strideFor(channels)
  const kernels = kernelsOn(memory.wasm)
  const sections = memory.float64(designed.length * 5)
  packSections(designed, sections)
  const state = memory.float64(designed.length * 2 * stride)
  return {
    state,
    prime(input) {
      primeIirState(sections, state, input, 0, stride)
    },
    run(input, output, frames) {
      kernels.iirCascade(input, output, frames, stride, sections, state)
    },
  }
}
