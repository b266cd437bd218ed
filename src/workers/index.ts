/** The threads of a host: their entries, what is said to them, and the clock that all share. */
export { hostClock } from './clock.ts'
export { follow } from './follow.ts'
export { handoverOf, isHandoverWhole } from './handover.ts'
export { LaneImage, newSnapshotCells, SnapshotCells } from './lane-image.ts'
export { LaneMeters } from './lane-meters.ts'
export type * from './messages.ts'
export { endOrder } from './messages.ts'
export * from './meter-layout.ts'
export type * from './network-messages.ts'
export type * from './outlet-messages.ts'
export {
  lineCells,
  type StateLine,
  type StateOrder,
  type StateReport,
} from './state-messages.ts'
export { type ThreadName, threadEntry } from './thread-entry.ts'
export { LetterCells, LevelLog, partOf } from './trouble-cells.ts'
