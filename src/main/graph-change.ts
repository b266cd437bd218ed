/**
 * A running graph gives its place to another one that is cut over threads in another way: it stops
 * at one sample of every source, the next one opens from there and takes over. Where that one cannot
 * open, the old one goes on as if nothing had been asked.
 */
import type { GraphSpec } from '../graph/index.ts'
import { type ErrorNote, errorFromNote, SynapseError } from '../signal/index.ts'
import type { ProcessReport } from '../workers/index.ts'
import type { RunningGraph, Takeover } from './running-graph.ts'

/** Threads may die meanwhile: the change begins anew so often. */
const mostAttempts = 3

export class GraphChange {
  readonly spec: GraphSpec
  readonly #old: RunningGraph
  readonly #openNext: (takeover: Takeover) => RunningGraph
  #next: RunningGraph | null = null
  #attempts = 0

  /** @param openNext makes the graph that goes on from there */
  constructor(old: RunningGraph, spec: GraphSpec, openNext: (takeover: Takeover) => RunningGraph) {
    this.#old = old
    this.spec = spec
    this.#openNext = openNext
  }

  /** Null before the old one has stopped. */
  get next(): RunningGraph | null {
    return this.#next
  }

  /** As soon as all of the old graph runs; until then call it again. */
  begin(): void {
    if (this.#old.isOpen && this.#next === null) this.#old.stop()
  }

  /**
   * A lane of the old graph stands.
   * @throws SynapseError where the next one cannot be
   */
  stopped(lane: string, number: number): void {
    const takeover = this.#old.stopped(lane, number)
    if (takeover === null || this.#next !== null) return
    if (takeover === 'unequal') {
      this.again(null)
      return
    }
    this.#next = this.#openNext(takeover)
    this.#next.openNext()
  }

  /** A lane of the next graph is open. @returns whether it has taken over */
  opened(lane: string, report: Extract<ProcessReport, { kind: 'opened' }>): boolean {
    const next = this.#next!
    next.opened(lane, report)
    next.openNext()
    if (!next.isOpen) return false
    this.#old.close(next.ringIds)
    next.goOn()
    return true
  }

  /**
   * A thread of either graph died, or the old one did not come to stand.
   * @throws SynapseError when that was once too often
   */
  again(note: ErrorNote | null): void {
    this.cancel()
    if (++this.#attempts < mostAttempts) this.begin()
    else throw note ? errorFromNote(note) : unstoppable(this.#old.id)
  }

  /** The old graph goes on. */
  cancel(): void {
    this.#next?.close(this.#old.ringIds)
    this.#next = null
    this.#old.goOn()
  }
}

function unstoppable(id: string): SynapseError {
  const what = `changing the graph of ${id}: its threads do not come to the same sample`
  return new SynapseError('node-failed', what, { remedy: 'Try again when it is less behind.' })
}
