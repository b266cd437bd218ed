/** The threads of a host: their entries, what is said to them, and the clock that all share. */
export { hostClock } from './clock.ts'
export { follow } from './follow.ts'
export { LaneImage, newSnapshotCells } from './lane-image.ts'
export type * from './messages.ts'
export { endOrder } from './messages.ts'
export * from './meter-layout.ts'
export type * from './outlet-messages.ts'
export { type ThreadName, threadEntry } from './thread-entry.ts'
