/** Long work over files: one piece after the other, each with its count, its end, and what came of it. */
import type { Job, Outcome, Work } from '../../contract/index.ts'
import {
  asSynapseError,
  type Cancel,
  type Clock,
  type ErrorNote,
  SynapseError,
} from '../../signal/index.ts'
import { Progress } from './progress.ts'

const tellSeconds = 0.2
/** Of those that are over; older ones are forgotten. */
const mostOver = 50
const mostWaiting = 1000

export interface Task {
  readonly work: Work
  readonly about: string
  /** What its progress counts. */
  readonly unit: string
  /** Writes nothing: ended at once where nobody wants it any more. */
  readonly isReading: boolean
  /** Nobody asked for it, and it only reads: makes room for whatever somebody does ask for. */
  readonly isAutomatic?: boolean
  run(progress: Progress): Promise<Outcome>
}

interface Entry {
  job: Job
  readonly task: Task
  progress: Progress
  /** It runs, and is to begin anew later. */
  isPutBack: boolean
}

export class JobList {
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #giveUp: () => void
  readonly #isQuiet: () => boolean
  #entries: Entry[] = []
  #next = 1
  #telling: Cancel | null = null

  /**
   * @param giveUp ends what the thread does, at once
   * @param isQuiet whether there is nothing that automatic work could hinder
   */
  constructor(clock: Clock, changed: () => void, giveUp: () => void, isQuiet = () => true) {
    this.#clock = clock
    this.#changed = changed
    this.#giveUp = giveUp
    this.#isQuiet = isQuiet
  }

  /** The newest last. */
  get list(): Job[] {
    return this.#entries.map(({ job }) => job)
  }

  /** @returns its number @throws SynapseError pool-full */
  add(task: Task): number {
    if (this.#entries.filter(({ job }) => isPending(job)).length >= mostWaiting) {
      throw new SynapseError('pool-full', `${task.work.kind} of ${task.about}: too much is waiting`)
    }
    const id = this.#next++
    const { work, about, isAutomatic = false } = task
    const none = { progress: null, outcome: null, note: null }
    const job: Job = { id, work, isAutomatic, about, state: 'waiting', ...none }
    this.#entries.push({ job, task, progress: new Progress(), isPutBack: false })
    this.#changed()
    this.look()
    return id
  }

  /** To be called when it may have become quiet, or has ceased to be: begins what can begin. */
  look(): void {
    const running = this.#entries.find(({ job }) => job.state === 'running')
    if (!running) void this.#runNext()
    else if (running.job.isAutomatic && !this.#mayGoOn(running)) {
      running.isPutBack = true
      this.#giveUp()
    }
  }

  #mayGoOn(running: Entry): boolean {
    if (running.isPutBack) return true // it is ending
    return this.#isQuiet() && !this.#entries.some(({ job }) => isAsked(job))
  }

  /** @throws SynapseError bad-option */
  cancel(id: number): void {
    const entry = this.#entry(id)
    if (!isPending(entry.job)) return
    entry.progress.cancel()
    if (entry.job.state === 'waiting') {
      this.#update(entry, { state: 'cancelled' })
      this.#forget()
    } else if (entry.task.isReading) this.#giveUp()
  }

  /** @throws SynapseError bad-option, not-ready */
  dismiss(id: number): void {
    if (isPending(this.#entry(id).job)) {
      throw new SynapseError('not-ready', `dismissing job ${id}: it is not over`)
    }
    this.#entries = this.#entries.filter(({ job }) => job.id !== id)
    this.#changed()
  }

  /** Nothing begins any more, and what runs is told to end. */
  end(): void {
    for (const { job, progress } of this.#entries) if (isPending(job)) progress.cancel()
    this.#telling?.()
    this.#telling = null
  }

  #entry(id: number): Entry {
    const entry = this.#entries.find(({ job }) => job.id === id)
    if (entry) return entry
    throw new SynapseError('bad-option', `looking for job ${id}: there is none`)
  }

  /** What somebody asked for goes first. */
  #waiting(): Entry | undefined {
    const waiting = this.#entries.filter(({ job }) => job.state === 'waiting')
    return waiting.find(({ job }) => isAsked(job)) ?? (this.#isQuiet() ? waiting[0] : undefined)
  }

  async #runNext(): Promise<void> {
    if (this.#entries.some(({ job }) => job.state === 'running')) return
    const entry = this.#waiting()
    if (!entry || entry.progress.isCancelled) return
    const { task, progress } = entry
    this.#update(entry, { state: 'running' })
    this.#telling = this.#clock.every(tellSeconds, () => this.#tell(entry))
    try {
      const outcome = await task.run(progress)
      this.#update(entry, { state: 'done', outcome })
    } catch (cause) {
      this.#ended(entry, asSynapseError(cause, `${task.work.kind} of ${task.about}`).note)
    }
    this.#telling?.()
    this.#telling = null
    this.#forget()
    void this.#runNext()
  }

  #ended(entry: Entry, note: ErrorNote): void {
    const isPutBack = entry.isPutBack && !entry.progress.isCancelled
    entry.isPutBack = false
    if (isPutBack && note.code === 'cancelled') {
      entry.progress = new Progress()
      this.#update(entry, { state: 'waiting', progress: null })
    } else if (note.code === 'cancelled') this.#update(entry, { state: 'cancelled' })
    else this.#update(entry, { state: 'failed', note })
  }

  #forget(): void {
    const isOver = ({ job }: Entry) => !isPending(job)
    const isUnasked = ({ job }: Entry) => job.isAutomatic && job.state !== 'failed'
    const over = this.#entries.filter(isOver)
    const old = over.slice(0, Math.max(0, over.length - mostOver))
    const forgotten = new Set([...old, ...over.filter(isUnasked)])
    if (forgotten.size === 0) return
    this.#entries = this.#entries.filter((each) => !forgotten.has(each))
    this.#changed()
  }

  #tell(entry: Entry): void {
    const { done, total } = entry.progress
    if (total === 0 || entry.job.progress?.done === done) return
    const progress = { done: Math.min(done, total), total, unit: entry.task.unit }
    this.#update(entry, { progress })
  }

  #update(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change }
    this.#changed()
  }
}

function isPending({ state }: Job): boolean {
  return state === 'waiting' || state === 'running'
}

/** Waits, and somebody waits for it. */
function isAsked({ state, isAutomatic }: Job): boolean {
  return state === 'waiting' && !isAutomatic
}
