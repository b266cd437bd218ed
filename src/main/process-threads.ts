/**
 * The threads that run graphs: one for each name that a graph gives, shared by all graphs, and the
 * main one. Each is started again when it dies, and its lanes with it.
 */
import { tmpdir } from 'node:os'
import { mainThread } from '../graph/index.ts'
import type { StoredModel } from '../inference/index.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { Bell, type LatencyHistogram, type StageMeters } from '../ring/index.ts'
import { type Clock, type ErrorNote, SynapseError } from '../signal/index.ts'
import type { ProcessData, ProcessOrder, ProcessReport } from '../workers/index.ts'
import type { KeptState } from './kept-state.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'

/** Each takes a megabyte or ten, and a processor when there is work. */
const mostThreads = 8

export interface ThreadsOwner {
  /** A thread runs, for the first time or again: it knows of no lane. */
  started(thread: string): void
  report(report: ProcessReport): void
  died(thread: string, note: ErrorNote): void
}

export interface ThreadsContext {
  readonly clock: Clock
  readonly models: ReadonlyMap<string, StoredModel>
  readonly modules: string | null
  readonly kept: KeptState
  readonly inferBell: SharedArrayBuffer
  readonly filteredLatency: LatencyHistogram
  readonly stages: StageMeters
}

export interface ProcessThread {
  readonly name: string
  readonly bell: Bell
  readonly worker: SupervisedWorker<ProcessData, ProcessOrder, ProcessReport>
}

export class ProcessThreads {
  readonly #context: ThreadsContext
  readonly #owner: ThreadsOwner
  /** One for all threads: a node may go from one to another. */
  readonly #epochSeconds: number
  readonly #threads = new Map<string, ProcessThread>()
  #ending: Promise<unknown> = Promise.resolve()

  constructor(context: ThreadsContext, owner: ThreadsOwner) {
    this.#context = context
    this.#epochSeconds = Date.now() / 1000 - context.clock.now()
    this.#owner = owner
    this.thread(mainThread)
  }

  get main(): ProcessThread {
    return this.#threads.get(mainThread)!
  }

  /** Those that run, by name. */
  get running(): ReadonlyMap<string, ProcessThread> {
    return this.#threads
  }

  /** Starts it if need be. @throws SynapseError graph-invalid when there are too many */
  thread(name: string): ProcessThread {
    const known = this.#threads.get(name)
    if (known) return known
    if (this.#threads.size >= mostThreads) {
      throw new SynapseError(
        'graph-invalid',
        `starting thread "${name}": ${mostThreads} threads run graphs already`,
        { remedy: `Use one of these: ${[...this.#threads.keys()].join(', ')}.` },
      )
    }
    const { clock, models, modules, kept, inferBell, filteredLatency, stages } = this.#context
    const data = newThreadData()
    const processData: ProcessData = {
      ...data,
      memory: newKernelMemory(),
      births: new SharedArrayBuffer(4),
      models,
      modules,
      stateFolder: kept.folder,
      stateLine: kept.line(name),
      epochSeconds: this.#epochSeconds,
      spillFolder: tmpdir(),
      inferBell,
      filteredLatency: filteredLatency.shared,
      stages: stages.shared,
      lettersTaken: new SharedArrayBuffer(4),
    }
    const worker = new SupervisedWorker<ProcessData, ProcessOrder, ProcessReport>(
      'process',
      processData,
      clock,
      {
        started: () => this.#owner.started(name),
        report: (report) => {
          this.#owner.report(report)
          if (report.kind === 'dead-letters') lettersTaken(processData, report.letters.length)
        },
        died: (note) => this.#owner.died(name, note),
      },
    )
    const thread = { name, bell: new Bell(data.bell), worker }
    this.#threads.set(name, thread)
    return thread
  }

  /** Ends those that nobody uses, but for the main one. */
  release(used: ReadonlySet<string>): void {
    for (const { name, worker } of [...this.#threads.values()]) {
      if (name === mainThread || used.has(name)) continue
      this.#threads.delete(name)
      this.#ending = Promise.all([this.#ending, worker.close()])
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#threads.values()].map(({ worker }) => worker.close()))
    await this.#ending
  }
}

/** The thread may send so many more. */
function lettersTaken({ lettersTaken }: ProcessData, letters: number): void {
  Atomics.add(new Int32Array(lettersTaken), 0, letters)
}
