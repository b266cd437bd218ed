/** What is said to the thread that writes what nodes keep by key. */
import type { ErrorNote } from '../signal/index.ts'
import type { Batch } from '../store/index.ts'

/** From one thread of graphs to the writer. */
export interface StateLine {
  /** Name of a broadcast channel that these two have for themselves. */
  readonly channel: string
  /** See `lineCells`. */
  readonly cells: SharedArrayBuffer
}

/** Places in the cells of a line: numbers of messages, modulo 2^32. */
export const lineCells = {
  /** Given to the last message; no thread counts where another one did. */
  sent: 0,
  /** Of the last message that is done with. */
  done: 1,
  /** Of the last one that failed. */
  failed: 2,
  /** Writers that hear this line so far: one that has died hears nothing more. */
  heard: 3,
  count: 4,
} as const

export interface StateMessage {
  readonly number: number
  /** Null: only to know when everything before it is done with. */
  readonly batch: Batch | null
}

export type StateOrder = { readonly kind: 'listen'; readonly line: StateLine }
export interface StateReport {
  readonly kind: 'failed'
  readonly note: ErrorNote
}
