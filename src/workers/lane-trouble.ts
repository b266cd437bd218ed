/**
 * What goes wrong with the nodes of a lane, on its way to the host: failures told ever less often,
 * dead letters that wait here until the host takes them, and how late the lane is.
 */
import {
  type DeadLetter,
  DeadLetterQueue,
  deadLetter,
  type Graph,
  LagWatch,
  type Refusal,
} from '../graph/index.ts'
import type { Chunk, ErrorNote } from '../signal/index.ts'
import type { DegradedReport } from './messages.ts'

/** What waits here at most, the newest. */
const waiting = { bytes: 1 << 23, letters: 4096 }
/** So many may be on their way to the host of one thread; more wait until it has taken some. */
const mostOnTheWay = 256
const usualBudgetMs = 100

export interface TroubleContext {
  readonly letters: LetterPost
  nodeFailed(lane: string, note: ErrorNote): void
  degraded(report: DegradedReport): void
}

/** The way of a thread's dead letters to the host: nobody waits on it, and it is bounded. */
export class LetterPost {
  /** Letters that the host has taken so far, modulo 2^32. */
  readonly #taken: Int32Array
  readonly #send: (lane: string, letters: readonly DeadLetter[], dropped: number) => void
  #sent: number

  constructor(
    taken: SharedArrayBuffer,
    send: (lane: string, letters: readonly DeadLetter[], dropped: number) => void,
  ) {
    this.#taken = new Int32Array(taken)
    this.#sent = Atomics.load(this.#taken, 0)
    this.#send = send
  }

  get hasRoom(): boolean {
    return ((this.#sent - Atomics.load(this.#taken, 0)) | 0) < mostOnTheWay
  }

  send(lane: string, { letters, dropped }: ReturnType<DeadLetterQueue['take']>): void {
    this.#sent = (this.#sent + letters.length) | 0
    this.#send(lane, letters, dropped)
  }
}

export class LaneTrouble {
  readonly #lane: string
  readonly #graph: () => Graph
  readonly #context: TroubleContext
  readonly #watch: LagWatch
  readonly #letters = new DeadLetterQueue(waiting)
  /** How often each node has failed. */
  readonly #failures = new Map<string, number>()
  #level = 0

  constructor(lane: string, graph: () => Graph, context: TroubleContext, budgetMs = usualBudgetMs) {
    this.#lane = lane
    this.#graph = graph
    this.#context = context
    this.#watch = new LagWatch(budgetMs / 1000)
  }

  /** Told less and less often, so that a node that always fails floods nobody. */
  refused(refusal: Refusal): void {
    const letter = deadLetter(refusal)
    if (letter) this.#letters.add(letter)
    if (refusal.reason === 'resting') return
    const { node, error } = refusal
    const times = (this.#failures.get(node) ?? 0) + 1
    this.#failures.set(node, times)
    if (Number.isInteger(Math.log2(times))) this.#context.nodeFailed(this.#lane, error.note)
  }

  /**
   * Before a chunk of `source` runs: brings the graph to the level that its lateness asks for.
   * @param now seconds on the host's clock, as are `chunk.hostTime`
   */
  before(source: string, chunk: Chunk, now: number): void {
    const graph = this.#graph()
    if (!graph.isDegradable) return
    const lagSeconds = now - chunk.hostTime[0]!
    const level = this.#watch.update(now, lagSeconds)
    if (level === this.#level) return
    this.#level = level
    graph.degrade(level)
    const nodes = [...graph.statuses].flatMap(([node, { degraded }]) =>
      degraded ? [{ node, action: degraded }] : [],
    )
    const time = chunk.time[0]!
    this.#context.degraded({ lane: this.#lane, source, time, level, lagSeconds, nodes })
  }

  /** Between two rounds: hands over what the host has room for. */
  hand(): void {
    if (this.#letters.size > 0 && this.#context.letters.hasRoom) this.handAll()
  }

  handAll(): void {
    const taken = this.#letters.take()
    if (taken.letters.length > 0) this.#context.letters.send(this.#lane, taken)
  }
}
