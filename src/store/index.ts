/** Keyed state: entries by key with a time to live, in memory or on the disk. */
export {
  type ClientOptions,
  type EventualOptions,
  type KeyedClient,
  newEventualClient,
  newSessionClient,
  newStrongClient,
  type StrongClient,
} from './clients.ts'
export {
  type FlushedKeyed,
  type GraphKeyedOptions,
  type LiveKeyed,
  type LiveWriter,
  type Notes,
  newGraphKeyed,
} from './graph-keyed.ts'
export { type Increment, IncrementChain, incrementOf, restoreBase } from './increments.ts'
export { LmdbTable } from './lmdb-table.ts'
export { MemoryTable } from './memory-table.ts'
export { applyBatch, type Batch, sweep } from './outbox.ts'
export type { Receipt, Table, Write } from './table.ts'
