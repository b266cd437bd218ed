/**
 * The thread of one sandboxed node, watched: a module that does not return, however it came about,
 * is ended within a second. It is not started again from here.
 */
import { Worker } from 'node:worker_threads'
import { type Cancel, type Clock, type ErrorNote, reasonOf, SynapseError } from '../signal/index.ts'
import {
  type CallLine,
  type SandboxData,
  type SandboxReport,
  threadEntry,
} from '../workers/index.ts'
import { newThreadData } from './supervised-worker.ts'

const watchSeconds = 0.05
/** A module that is inside one call for so many looks hangs: half a second. */
const hangingLooks = 10
/** The module's memory is not in the heap; what is, is our own code and its few messages. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 }

export interface SandboxOwner {
  /** It has ended. @param wasOpen false for a module that was never ready to take a frame */
  failed(note: ErrorNote, wasOpen: boolean): void
  /** Its module is too slow: so many samples were skipped so far. */
  late(skipped: number): void
}

export class SandboxThread {
  readonly #call: CallLine
  readonly #owner: SandboxOwner
  readonly #worker: Worker
  readonly #inside: Int32Array
  readonly #done: Int32Array
  /** Of a `TraceRing`: when the module runs. */
  readonly trace: SharedArrayBuffer
  readonly #stopWatching: Cancel
  readonly #exited: Promise<void>
  #wasOpen = false
  #isOver = false
  #lastInside = 0
  #looks = 0

  constructor(call: CallLine, from: SandboxData['from'], clock: Clock, owner: SandboxOwner) {
    this.#call = call
    this.#owner = owner
    const slot = () => new SharedArrayBuffer(4)
    const data: SandboxData = {
      ...newThreadData(),
      bell: call.bell,
      call,
      from,
      inside: slot(),
      done: slot(),
    }
    this.#inside = new Int32Array(data.inside)
    this.#done = new Int32Array(data.done)
    this.trace = data.trace
    const worker = new Worker(threadEntry('sandbox'), { workerData: data, resourceLimits })
    worker.on('message', (report: SandboxReport) => this.#heard(report))
    worker.on('error', (error) => this.#failed(this.#noteOf(reasonOf(error))))
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()))
    worker.once('exit', () => this.#failed(this.#noteOf('its thread ended')))
    this.#worker = worker
    this.#stopWatching = clock.every(watchSeconds, () => this.#look())
  }

  /** Frames that the module is done with, modulo 2^32. */
  get done(): number {
    return Atomics.load(this.#done, 0)
  }

  /** Until `done` is no longer `seen`, or a moment later. */
  async progress(seen: number): Promise<void> {
    await Atomics.waitAsync(this.#done, 0, seen, watchSeconds * 1000).value
  }

  /** Ends it, wherever it is. */
  async end(): Promise<void> {
    this.#over()
    await this.#exited
  }

  #heard(report: SandboxReport): void {
    if (report.kind === 'opened') this.#wasOpen = true
    else if (report.kind === 'failed') this.#failed(report.note)
    else if (!this.#isOver) this.#owner.late(report.skipped)
  }

  #look(): void {
    const now = Atomics.load(this.#inside, 0)
    this.#looks = now === this.#lastInside ? this.#looks + 1 : 0
    this.#lastInside = now
    const isInside = (now & 1) === 1
    if (!isInside || this.#looks < hangingLooks) return
    const seconds = hangingLooks * watchSeconds
    this.#failed(this.#noteOf(`it has not returned for ${seconds} s`))
  }

  #failed(note: ErrorNote): void {
    if (this.#isOver) return
    this.#over()
    this.#owner.failed(note, this.#wasOpen)
  }

  #over(): void {
    this.#isOver = true
    this.#stopWatching()
    void this.#worker.terminate()
  }

  #noteOf(why: string): ErrorNote {
    const { node, target } = this.#call
    const doing = this.#wasOpen ? 'running' : 'opening'
    const what = `${doing} node "${node}" (sandbox), module ${target}: ${why}`
    return new SynapseError('node-failed', what).note
  }
}
