/** Shared memory between threads: one writer, many readers, and the bells that wake them. */
export { Bell } from './bell.ts'
export { LatencyHistogram, type LatencySummary, summariseLatency } from './histogram.ts'
export { capacityAtLeast, newRing, type RingShape, ringBytes, type SharedRing } from './layout.ts'
export { newQueueCells, QueueCells, queueRoom, type SharedQueue } from './queue.ts'
export { type ReadResult, RingReader } from './reader.ts'
export { RingWriter } from './writer.ts'
