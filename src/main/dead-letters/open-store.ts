/** Stores of dead letters on this machine's disk: one that waits for it, and one that does not. */
import { type ByteSink, createFileSink } from '../../formats/index.ts'
import { reasonOf, SynapseError } from '../../signal/index.ts'
import { LaterSink } from './later-sink.ts'
import { LetterStore, usualLimits } from './letter-store.ts'

/** For a run over a recording, which may wait. @throws SynapseError file-denied */
export function openLetterStore(folder: string): LetterStore {
  try {
    return new LetterStore({
      folder,
      limits: usualLimits,
      now: () => new Date(),
      newSink: (path) => createFileSink(path),
    })
  } catch (cause) {
    throw new SynapseError('file-denied', `opening ${folder}: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * For a live host, which may not.
 * @param failed is told when a file cannot be written; its letters are dropped and counted
 */
export function openLiveLetterStore(
  folder: string,
  failed: (error: SynapseError) => void,
): LetterStore {
  return new LetterStore({
    folder,
    limits: usualLimits,
    now: () => new Date(),
    newSink: (path) => new LaterSink(path, failed),
    takes: (sink: ByteSink, bytes) => (sink as LaterSink).takes(bytes),
    settled: (sink: ByteSink) => (sink as LaterSink).settled(),
  })
}
