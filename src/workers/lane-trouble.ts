/**
 * What goes wrong with the nodes of a lane, on its way to the host: failures told ever less often,
 * dead letters that wait here until the host takes them, and how late the lane is. What the thread
 * that takes over has to know lies in shared memory.
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
import { LetterCells, type LevelChange, LevelLog, type SharedTrouble } from './trouble-cells.ts'

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

export interface LaneTroubleSettings {
  readonly budgetMs?: number | undefined
  /** Names of what the lane reads, in an order that stays. */
  readonly inputs: readonly string[]
  /** Of the thread that died, or of nobody yet. */
  readonly shared: SharedTrouble
}

export class LaneTrouble {
  readonly shared: SharedTrouble
  readonly #lane: string
  readonly #graph: () => Graph
  readonly #context: TroubleContext
  readonly #watch: LagWatch
  readonly #inputs: readonly string[]
  readonly #letters = new DeadLetterQueue(waiting)
  readonly #cells: LetterCells
  readonly #log: LevelLog
  /** How often each node has failed. */
  readonly #failures = new Map<string, number>()
  #level: number
  #snapshots = 0
  /** Changes of level that a thread made which died: they are made again at the same samples. */
  #repeats: LevelChange[] = []
  #lost = 0

  constructor(
    lane: string,
    graph: () => Graph,
    context: TroubleContext,
    { budgetMs = usualBudgetMs, inputs, shared }: LaneTroubleSettings,
  ) {
    this.#lane = lane
    this.#graph = graph
    this.#context = context
    this.#inputs = inputs
    this.shared = shared
    this.#cells = new LetterCells(shared)
    this.#log = new LevelLog(shared)
    this.#level = this.#log.level
    this.#watch = new LagWatch(budgetMs / 1000, this.#level)
  }

  /** The graph has opened, and goes on from nothing. */
  begin(): void {
    if (this.#level > 0) this.#graph().degrade(this.#level)
  }

  /**
   * The graph goes on from the snapshot of a thread that died: at the level of that moment, and with
   * the same changes after it. What the host may not know is told.
   * @param positions by input: the first sample that the snapshot does not have
   * @param snapshots taken so far
   */
  goOn(positions: readonly number[], snapshots: number): void {
    this.#snapshots = snapshots
    this.#lost += this.#cells.goOn(snapshots)
    for (const change of this.#log.untold) this.#tell(change)
    const { level, changes } = this.#log.since(positions)
    this.#repeats = changes
    this.#setLevel(level)
  }

  /** Told less and less often, so that a node that always fails floods nobody. */
  refused(refusal: Refusal): void {
    const letter = deadLetter(refusal)
    if (letter) {
      this.#letters.add(letter)
      this.#cells.make(this.#snapshots)
    }
    if (refusal.reason === 'resting') return
    const { node, error } = refusal
    const times = (this.#failures.get(node) ?? 0) + 1
    this.#failures.set(node, times)
    if (Number.isInteger(Math.log2(times))) this.#context.nodeFailed(this.#lane, error.note)
  }

  /**
   * Before a chunk of `source` runs: brings the graph to the level that its lateness asks for.
   * @param now seconds on the host's clock, as are `chunk.hostTime`
   * @returns how many of its frames run at this level; all of them but after a death
   */
  before(source: string, chunk: Chunk, now: number): number {
    if (!this.#graph().isDegradable) return chunk.frames
    if (this.#repeats.length > 0) return this.#repeat(source, chunk)
    const lagSeconds = now - chunk.hostTime[0]!
    const level = this.#watch.update(now, lagSeconds)
    if (level === this.#level) return chunk.frames
    const input = this.#inputs.indexOf(source)
    const sample = chunk.firstSample
    const change = { input, sample, time: chunk.time[0]!, level, lagSeconds }
    const number = this.#log.add(change)
    this.#setLevel(level)
    this.#tell({ ...change, number })
    return chunk.frames
  }

  /** @param snapshots taken so far; of another image when the graph has changed */
  saved(snapshots: number, isAnother = false): void {
    if (snapshots === this.#snapshots && !isAnother) return
    this.#snapshots = snapshots
    this.#cells.save(snapshots)
  }

  /** Between two rounds: hands over what the host has room for. */
  hand(): void {
    if ((this.#letters.size > 0 || this.#lost > 0) && this.#context.letters.hasRoom) this.handAll()
  }

  handAll(): void {
    const { letters, dropped } = this.#letters.take()
    const lost = dropped + this.#lost
    this.#lost = 0
    if (letters.length + lost > 0) {
      this.#context.letters.send(this.#lane, { letters, dropped: lost })
    }
  }

  #repeat(source: string, { firstSample, frames }: Chunk): number {
    const input = this.#inputs.indexOf(source)
    for (;;) {
      const [next] = this.#repeats
      if (next?.input !== input) return frames
      if (next.sample > firstSample) return Math.min(frames, next.sample - firstSample)
      this.#repeats.shift()
      this.#setLevel(next.level)
    }
  }

  #setLevel(level: number): void {
    this.#level = level
    this.#watch.level = level
    this.#graph().degrade(level)
  }

  #tell({ number, input, time, level, lagSeconds }: LevelChange): void {
    const graph = this.#graph()
    graph.degrade(level)
    const nodes = [...graph.statuses].flatMap(([node, { degraded }]) =>
      degraded ? [{ node, action: degraded }] : [],
    )
    const source = this.#inputs[input] ?? ''
    this.#context.degraded({ lane: this.#lane, number, source, time, level, lagSeconds, nodes })
  }
}
