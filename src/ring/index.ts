/** Shared memory between threads: one writer, many readers, and the bells that wake them. */
export { Bell } from './bell.ts'
export { LatencyHistogram, type LatencySummary, summariseLatency } from './histogram.ts'
export {
  capacityAtLeast,
  ledgerOfRing,
  newRing,
  nextIndexOf,
  type RingShape,
  ringBytes,
  type SharedRing,
} from './layout.ts'
export { newQueueCells, QueueCells, queueRoom, type SharedQueue } from './queue.ts'
export { type ReadResult, RingReader } from './reader.ts'
export { type SharedStages, type Stage, StageMeters, stages } from './stage-meters.ts'
export { TraceRing, type TraceSpan } from './trace-ring.ts'
export { WaitStamp } from './wait-stamp.ts'
export { RingWriter } from './writer.ts'
