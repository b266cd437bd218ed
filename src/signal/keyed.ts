/**
 * Keyed context: what a node remembers by name beyond its own state: a baseline per subject, a count
 * per label. Entries are plain data with a time to live. The host brings the store; a node only
 * says when: time is handed in with every call, so that a run over a recording forgets at the same
 * samples as the live one did.
 */
import type { NodeState, StateValue } from './node-state.ts'

/**
 * What a reader may rely on; docs/state.md has the exact words. `strong`: a write is on the disk when
 * the call returns, and everybody sees it from then on. `session`: a client always sees its own
 * writes; others see them a little later. `eventual`: reads may be so much older, also than the
 * client's own writes.
 */
export type Consistency = 'eventual' | 'session' | 'strong'

/** Not for every sample: a call makes garbage, and a strong write waits for the disk. */
export interface KeyedContext {
  /**
   * A copy of what stands under `key` at `time`, in seconds of the stream; undefined where nothing
   * does, or not any more.
   * @throws SynapseError bad-option for a key that is none: 1 to 512 bytes, no control characters
   */
  get(key: string, time: number): StateValue | undefined
  /**
   * @param timeToLiveSeconds from `time` on; at its end the entry is gone. Infinity: for ever
   * @throws SynapseError bad-option, io-failed
   */
  put(key: string, value: StateValue, time: number, timeToLiveSeconds?: number): void
  delete(key: string, time: number): void
  /** Every entry whose key begins with `prefix`, in the order of the keys' code points. */
  scan(prefix: string, time: number, take: (key: string, value: StateValue) => void): void
}

/** The keyed context of a whole graph, as its host provides it. */
export interface GraphKeyed {
  /** @param node its id in the graph: every node has its own entries */
  open(node: string, consistency: Consistency): KeyedContext
  /**
   * Everything that the graph's nodes keep, or what has changed since an earlier snapshot.
   * @param since `upTo` of that snapshot; 0 for everything
   */
  snapshot(since: number): NodeState
  /** @throws SynapseError graph-invalid for one that is not of everything */
  restore(saved: NodeState): void
}
