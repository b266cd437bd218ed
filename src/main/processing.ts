/**
 * The threads that process: lanes (a graph over a stream) in one, models in another, every sandboxed
 * node in its own. Whatever fails there is started again from here and told of; acquisition and
 * recording never wait for it.
 */
import type { GraphSpec } from '../graph/index.ts'
import type { StoredModel } from '../inference/index.ts'
import { Bell, LatencyHistogram, type RingWriter } from '../ring/index.ts'
import type { Clock, ErrorNote, StreamInfo } from '../signal/index.ts'
import type {
  CallLine,
  InferData,
  InferOrder,
  InferReport,
  Lane,
  LaneOutput,
  ProcessData,
  ProcessOrder,
  ProcessReport,
} from '../workers/index.ts'
import { Sandboxes } from './sandboxes.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'

/** Waits before a graph that failed is opened again. */
const reopenSeconds = [0.5, 2, 10] as const

export interface ProcessingListener {
  /** Outputs came or went. */
  outputsChanged(): void
  trouble(about: string, level: 'warning' | 'fault', note: ErrorNote): void
  /** A graph cannot run as it is; it is tried again as it then is. */
  cannotRun(note: ErrorNote): void
}

interface LaneEntry {
  lane: Lane
  readonly writer: RingWriter
  outputs: readonly LaneOutput[]
  calls: readonly CallLine[]
  failures: number
}

export class Processing {
  readonly filteredLatency = new LatencyHistogram()
  readonly inferenceLatency = new LatencyHistogram()
  readonly #clock: Clock
  readonly #listener: ProcessingListener
  readonly #lanes = new Map<string, LaneEntry>()
  readonly #processBell: Bell
  readonly #process: SupervisedWorker<ProcessData, ProcessOrder, ProcessReport>
  readonly #infer: SupervisedWorker<InferData, InferOrder, InferReport>
  readonly #sandboxes: Sandboxes

  /** @param modules folder of the modules for sandboxed nodes, if there is one */
  constructor(
    clock: Clock,
    models: ReadonlyMap<string, StoredModel>,
    listener: ProcessingListener,
    modules: string | null = null,
  ) {
    this.#clock = clock
    this.#listener = listener
    const processThread = newThreadData()
    const inferThread = newThreadData()
    this.#processBell = new Bell(processThread.bell)
    const inferData: InferData = {
      ...inferThread,
      models,
      processBell: processThread.bell,
      inferenceLatency: this.inferenceLatency.shared,
    }
    this.#infer = new SupervisedWorker<InferData, InferOrder, InferReport>(
      'infer',
      inferData,
      clock,
      {
        started: () => this.#inferStarted(),
        report: ({ call, note }) => this.#listener.trouble(call, 'warning', note),
        died: (note) => this.#listener.trouble('infer', 'fault', note),
      },
    )
    this.#sandboxes = new Sandboxes(clock, processThread.bell, (about, note) =>
      this.#listener.trouble(about, 'warning', note),
    )
    const processData: ProcessData = {
      ...processThread,
      models,
      modules,
      inferBell: inferThread.bell,
      filteredLatency: this.filteredLatency.shared,
    }
    this.#process = new SupervisedWorker<ProcessData, ProcessOrder, ProcessReport>(
      'process',
      processData,
      clock,
      {
        started: () => this.#processStarted(),
        report: (report) => this.#reported(report),
        died: (note) => this.#processDied(note),
      },
    )
  }

  /** What leaves the graphs now, by lane. */
  outputs(): { readonly lane: string; readonly output: LaneOutput }[] {
    return [...this.#lanes.values()].flatMap(({ lane, outputs }) =>
      outputs.map((output) => ({ lane: lane.id, output })),
    )
  }

  open(id: string, source: StreamInfo, writer: RingWriter, spec: GraphSpec): void {
    const lane: Lane = { id, source, ring: writer.shared, spec }
    this.#lanes.set(id, { lane, writer, outputs: [], calls: [], failures: 0 })
    writer.attach(this.#processBell)
    this.#process.send({ kind: 'open', lane })
  }

  apply(id: string, spec: GraphSpec): void {
    const entry = this.#lanes.get(id)
    if (!entry) return
    entry.lane = { ...entry.lane, spec }
    this.#process.send({ kind: 'apply', lane: id, spec })
  }

  close(id: string): void {
    const entry = this.#lanes.get(id)
    if (!entry) return
    entry.writer.detach(this.#processBell)
    this.#process.send({ kind: 'close', lane: id })
    this.#connect(entry, [], [])
    this.#lanes.delete(id)
  }

  /** The threads themselves: to be measured, or to be ended as a defect would end them. */
  get threads() {
    return { process: this.#process.worker, infer: this.#infer.worker }
  }

  async end(): Promise<void> {
    await this.#process.close()
    await this.#infer.close()
    await this.#sandboxes.end()
  }

  #processStarted(): void {
    for (const { lane } of this.#lanes.values()) this.#process.send({ kind: 'open', lane })
  }

  #inferStarted(): void {
    for (const { calls } of this.#lanes.values()) {
      for (const call of calls) {
        if (call.service === 'inference') this.#infer.send({ kind: 'open', call })
      }
    }
  }

  #processDied(note: ErrorNote): void {
    for (const entry of this.#lanes.values()) this.#connect(entry, [], [])
    this.#listener.trouble('process', 'fault', note)
  }

  #reported(report: ProcessReport): void {
    const entry = this.#lanes.get(report.lane)
    if (!entry) return
    if (report.kind === 'opened') this.#connect(entry, report.outputs, report.calls)
    else {
      this.#listener.trouble(entry.lane.source.name, 'warning', report.note)
      if (report.kind !== 'node-failed') this.#listener.cannotRun(report.note)
      if (report.kind === 'failed') this.#reopenLater(entry)
    }
  }

  /** A graph that fails at once would fail at once again: leave it some time. */
  #reopenLater(entry: LaneEntry): void {
    this.#connect(entry, [], [])
    const wait = reopenSeconds[Math.min(entry.failures++, reopenSeconds.length - 1)]!
    this.#clock.after(wait, () => {
      const { lane } = entry
      if (this.#lanes.get(lane.id) === entry) this.#process.send({ kind: 'open', lane })
    })
  }

  #connect(entry: LaneEntry, outputs: readonly LaneOutput[], calls: readonly CallLine[]): void {
    const had = new Set(entry.calls.map((call) => call.id))
    const has = new Set(calls.map((call) => call.id))
    for (const call of entry.calls) if (!has.has(call.id)) this.#closeCall(call)
    for (const call of calls) if (!had.has(call.id)) this.#openCall(call, entry.lane.source.name)
    entry.outputs = outputs
    entry.calls = calls
    this.#listener.outputsChanged()
  }

  #openCall(call: CallLine, about: string): void {
    if (call.service === 'sandbox') this.#sandboxes.open(call, about)
    else this.#infer.send({ kind: 'open', call })
  }

  #closeCall({ service, id }: CallLine): void {
    if (service === 'sandbox') this.#sandboxes.close(id)
    else this.#infer.send({ kind: 'close', call: id })
  }
}
