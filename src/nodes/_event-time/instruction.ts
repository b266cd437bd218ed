/** What programs over frames are made of. */
import type { Operation } from './expression.ts'

export interface Instruction {
  readonly code: 'number' | 'channel' | Exclude<Operation, 'sum' | 'mean' | 'any' | 'all'>
  /** The number, or the channel's index. */
  readonly value: number
  /** Column of the answer; the second and third operand stand in the columns behind. */
  readonly column: number
}
