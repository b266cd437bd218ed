/** Long work over files: one piece after the other, each with its count, its end, and what came of it. */
import type { Job, Outcome, Work } from '../../contract/index.ts'
import { asSynapseError, type Cancel, type Clock, SynapseError } from '../../signal/index.ts'
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
  run(progress: Progress): Promise<Outcome>
}

interface Entry {
  job: Job
  readonly task: Task
  readonly progress: Progress
}

export class JobList {
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #giveUp: () => void
  #entries: Entry[] = []
  #next = 1
  #telling: Cancel | null = null

  /** @param giveUp ends what the thread does, at once */
  constructor(clock: Clock, changed: () => void, giveUp: () => void) {
    this.#clock = clock
    this.#changed = changed
    this.#giveUp = giveUp
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
    const { work, about } = task
    const none = { progress: null, outcome: null, note: null }
    const job: Job = { id, work, about, state: 'waiting', ...none }
    this.#entries.push({ job, task, progress: new Progress() })
    this.#changed()
    void this.#runNext()
    return id
  }

  /** @throws SynapseError bad-option */
  cancel(id: number): void {
    const entry = this.#entry(id)
    if (!isPending(entry.job)) return
    entry.progress.cancel()
    if (entry.job.state === 'waiting') this.#update(entry, { state: 'cancelled' })
    else if (entry.task.isReading) this.#giveUp()
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

  async #runNext(): Promise<void> {
    if (this.#entries.some(({ job }) => job.state === 'running')) return
    const entry = this.#entries.find(({ job }) => job.state === 'waiting')
    if (!entry || entry.progress.isCancelled) return
    const { task, progress } = entry
    this.#update(entry, { state: 'running' })
    this.#telling = this.#clock.every(tellSeconds, () => this.#tell(entry))
    try {
      const outcome = await task.run(progress)
      this.#update(entry, { state: 'done', outcome })
    } catch (cause) {
      const { note } = asSynapseError(cause, `${task.work.kind} of ${task.about}`)
      const state = note.code === 'cancelled' ? 'cancelled' : 'failed'
      this.#update(entry, { state, note: state === 'failed' ? note : null })
    }
    this.#telling?.()
    this.#telling = null
    const over = this.#entries.filter(({ job }) => !isPending(job))
    const forgotten = new Set(over.slice(0, Math.max(0, over.length - mostOver)))
    this.#entries = this.#entries.filter((each) => !forgotten.has(each))
    void this.#runNext()
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
