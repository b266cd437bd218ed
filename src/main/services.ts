/**
 * What answers the nodes of live graphs: the thread that runs models, and a thread for each sandboxed
 * node. Both are started again when they die, and read their questions from the rings that stay.
 */
import type { StoredModel } from '../inference/index.ts'
import { LatencyHistogram } from '../ring/index.ts'
import type { Clock, ErrorNote } from '../signal/index.ts'
import type { CallLine, InferData, InferOrder, InferReport } from '../workers/index.ts'
import { Sandboxes } from './sandboxes.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'
import type { TracedThread } from './tracing.ts'

export interface ServicesOwner {
  /** All calls that are open: the inference thread has been started and knows of none. */
  calls(): readonly CallLine[]
  trouble(about: string, level: 'warning' | 'fault', note: ErrorNote): void
}

export class Services {
  readonly inferenceLatency = new LatencyHistogram()
  /** Wakes the inference thread. */
  readonly inferBell: SharedArrayBuffer
  readonly #infer: SupervisedWorker<InferData, InferOrder, InferReport>
  readonly #sandboxes: Sandboxes

  constructor(clock: Clock, models: ReadonlyMap<string, StoredModel>, owner: ServicesOwner) {
    const thread = newThreadData()
    const data = { ...thread, models, inferenceLatency: this.inferenceLatency.shared }
    this.inferBell = thread.bell
    this.#infer = new SupervisedWorker<InferData, InferOrder, InferReport>('infer', data, clock, {
      started: () => {
        for (const call of owner.calls()) {
          if (call.service === 'inference') this.#infer.send({ kind: 'open', call })
        }
      },
      report: ({ call, note }) => owner.trouble(call, 'warning', note),
      died: (note) => owner.trouble('infer', 'fault', note),
    })
    this.#sandboxes = new Sandboxes(clock, (about, note) => owner.trouble(about, 'warning', note))
  }

  /** The thread itself: to be measured, or to be ended as a defect would end it. */
  get inferThread() {
    return this.#infer.worker
  }

  get traces(): TracedThread[] {
    return [{ name: 'infer', trace: this.#infer.trace }, ...this.#sandboxes.traces]
  }

  /** @param about whose graph it is, for notices */
  open(call: CallLine, about: string): void {
    if (call.service === 'sandbox') this.#sandboxes.open(call, about)
    else this.#infer.send({ kind: 'open', call })
  }

  close({ service, id }: CallLine): void {
    if (service === 'sandbox') this.#sandboxes.close(id)
    else this.#infer.send({ kind: 'close', call: id })
  }

  async end(): Promise<void> {
    await this.#infer.close()
    await this.#sandboxes.end()
  }
}
