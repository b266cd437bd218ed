/** How a node measures one frame after the other against what came before. */
import type { NodeState } from '../../signal/index.ts'

export interface Scale {
  readonly state: NodeState
  /** Forgets everything. */
  clear(): void
  /**
   * Learns the frame at value `at` of `input`, and writes it measured to the same place of
   * `output`, which may be `input`.
   * @param sample the frame's index
   */
  frame(input: Float32Array, output: Float32Array, at: number, sample: number): void
}
