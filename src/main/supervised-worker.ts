/**
 * A thread that is started again when it dies or hangs. Whoever owns it gives it its orders anew
 * on every start; samples wait in their rings meanwhile.
 */
import { Worker } from 'node:worker_threads'
import { Bell, TraceRing } from '../ring/index.ts'
import { type Cancel, type Clock, type ErrorNote, SynapseError } from '../signal/index.ts'
import { endOrder, type ThreadData, type ThreadName, threadEntry } from '../workers/index.ts'

const watchSeconds = 1
/** A thread whose loop has not turned for so long hangs. */
const hangingSeconds = 5
/** At first it loads modules and opens graphs, which takes a busy machine longer. */
const beginningSeconds = 20
/** Waits before the first, second … restart; the last one for all that follow. */
const restartSeconds = [0, 0.5, 2, 10] as const
/** After so long without trouble the waits begin anew. */
const calmSeconds = 60
const endingSeconds = 3

export interface WorkerOwner<Report> {
  /** Called at every start; hand the orders to `send`. */
  started(): void
  report(report: Report): void
  /** It died, and is started again by itself. */
  died(note: ErrorNote): void
}

export class SupervisedWorker<Data extends ThreadData, Order, Report> {
  readonly #name: ThreadName
  readonly #data: Data
  readonly #owner: WorkerOwner<Report>
  readonly #clock: Clock
  readonly #watchesHang: boolean
  readonly #bell: Bell
  readonly #pulse: Int32Array
  readonly #orders: Int32Array
  readonly #stopWatching: Cancel
  #worker: Worker | null = null
  #closed = false
  #deaths = 0
  #startedAt = 0
  #pulseAt = 0
  #lastPulse = 0

  /** @param watchesHang false for a thread that may wait long for a disk */
  constructor(
    name: ThreadName,
    data: Data,
    clock: Clock,
    owner: WorkerOwner<Report>,
    watchesHang = true,
  ) {
    this.#name = name
    this.#data = data
    this.#clock = clock
    this.#owner = owner
    this.#watchesHang = watchesHang
    this.#bell = new Bell(data.bell)
    this.#pulse = new Int32Array(data.pulse)
    this.#orders = new Int32Array(data.orders)
    this.#start()
    this.#stopWatching = clock.every(watchSeconds, () => this.#watch())
  }

  send(order: Order): void {
    if (!this.#worker) return
    this.#worker.postMessage(order)
    Atomics.add(this.#orders, 0, 1)
    this.#bell.ring()
  }

  /** Of a `TraceRing`: who runs when in it. */
  get trace(): SharedArrayBuffer {
    return this.#data.trace
  }

  /** The thread itself, for measurements. */
  get worker(): Worker | null {
    return this.#worker
  }

  /** Lets the thread end its round; one that does not is cut off. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopWatching()
    const worker = this.#worker
    if (!worker) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage(endOrder)
    Atomics.add(this.#orders, 0, 1)
    this.#bell.ring()
    const cancel = this.#clock.after(endingSeconds, () => void worker.terminate())
    await ended
    cancel()
  }

  #start(): void {
    if (this.#closed) return
    this.#startedAt = this.#pulseAt = this.#clock.now()
    Atomics.store(this.#orders, 0, 0)
    const worker = new Worker(threadEntry(this.#name), { workerData: this.#data })
    let failure: unknown
    worker.on('message', (report: Report) => this.#owner.report(report))
    worker.on('error', (error) => {
      failure = error
    })
    worker.on('exit', () => this.#died(failure))
    this.#worker = worker
    this.#owner.started()
  }

  #died(failure: unknown): void {
    this.#worker = null
    if (this.#closed) return
    const now = this.#clock.now()
    if (now - this.#startedAt > calmSeconds) this.#deaths = 0
    const wait = restartSeconds[Math.min(this.#deaths++, restartSeconds.length - 1)]!
    const reason = failure instanceof Error ? failure.message : 'it was ended'
    const error = new SynapseError('worker-died', `running the ${this.#name} thread: ${reason}`, {
      cause: failure,
    })
    this.#owner.died(error.note)
    this.#clock.after(wait, () => this.#start())
  }

  #watch(): void {
    const now = this.#clock.now()
    const pulse = Atomics.load(this.#pulse, 0)
    if (pulse !== this.#lastPulse) {
      this.#lastPulse = pulse
      this.#pulseAt = now
    } else if (this.#watchesHang && now - this.#pulseAt > this.#patience(now)) {
      void this.#worker?.terminate()
      this.#pulseAt = Number.POSITIVE_INFINITY // once is enough; the next thread begins anew
    }
  }

  #patience(now: number): number {
    return now - this.#startedAt > beginningSeconds ? hangingSeconds : beginningSeconds
  }
}

export function newThreadData(): ThreadData {
  const slot = () => new SharedArrayBuffer(4)
  return { bell: slot(), pulse: slot(), orders: slot(), trace: new TraceRing().shared }
}
