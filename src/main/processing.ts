/**
 * The threads that process: graphs over live streams in some, models in another, every sandboxed
 * node in its own. Whatever fails there is started again from here and told of; acquisition and
 * recording never wait for it. A graph whose thread died goes on from its last snapshot.
 */
import { type DeadLetter, type GraphSpec, mainThread } from '../graph/index.ts'
import type { StoredModel } from '../inference/index.ts'
import { LatencyHistogram, StageMeters } from '../ring/index.ts'
import {
  asSynapseError,
  type Clock,
  type ErrorNote,
  errorFromNote,
  type StreamId,
} from '../signal/index.ts'
import type { DegradedReport, LaneOutput, ProcessReport, SharedMeters } from '../workers/index.ts'
import { GraphChange } from './graph-change.ts'
import { aboutOf, type GraphEntry, newGraphEntry } from './graph-entry.ts'
import { GraphSpans } from './graph-spans.ts'
import { KeptState } from './kept-state.ts'
import type { LiveSnapshot } from './live-snapshot.ts'
import { ProcessThreads } from './process-threads.ts'
import type { QueueStatus } from './queue-status.ts'
import {
  type GraphSettings,
  type LiveSources,
  RunningGraph,
  type Takeover,
} from './running-graph.ts'
import { Services } from './services.ts'
import type { TracedThread } from './tracing.ts'

/** Waits before a graph that failed is opened again. */
const reopenSeconds = [0.5, 2, 10] as const

export interface ProcessingListener {
  /** Outputs came or went. */
  outputsChanged(): void
  trouble(about: string, level: 'warning' | 'fault', note: ErrorNote): void
  /** Nodes of the graph that was opened under `id` refused these. */
  deadLetters(id: string, letters: readonly DeadLetter[], dropped: number): void
  /** Nodes of a graph are degraded or taken back, from a time of `stream` on. */
  degraded(about: string, stream: StreamId | undefined, report: DegradedReport): void
  /** A graph cannot run as it is; it is tried again as it then is. */
  cannotRun(note: ErrorNote): void
  /** What was begun with a graph has come to its end; with a note, what ran before runs on, if any. */
  settled?(id: string, note: ErrorNote | null): void
}

export class Processing {
  readonly filteredLatency = new LatencyHistogram()
  readonly #clock: Clock
  readonly #listener: ProcessingListener
  readonly #entries = new Map<string, GraphEntry>()
  readonly #threads: ProcessThreads
  readonly #kept: KeptState
  readonly #services: Services
  readonly #spans: GraphSpans
  #opened = 0

  /**
   * @param modules folder of the modules for sandboxed nodes, if there is one
   * @param stateFolder of what nodes keep by key; null: they keep it until the end
   */
  constructor(
    clock: Clock,
    models: ReadonlyMap<string, StoredModel>,
    listener: ProcessingListener,
    modules: string | null = null,
    stages: StageMeters = new StageMeters(),
    stateFolder: string | null = null,
  ) {
    this.#clock = clock
    this.#spans = new GraphSpans(clock, () => this.meters)
    this.#listener = listener
    this.#kept = new KeptState(stateFolder, clock, (level, note) =>
      listener.trouble('state', level, note),
    )
    this.#services = new Services(clock, models, {
      calls: () => [...this.#entries.values()].flatMap(({ calls }) => calls),
      trouble: (about, level, note) => listener.trouble(about, level, note),
    })
    const [{ inferBell }, { filteredLatency }] = [this.#services, this]
    this.#threads = new ProcessThreads(
      { clock, models, modules, kept: this.#kept, inferBell, filteredLatency, stages },
      {
        started: (thread) => this.#threadStarted(thread),
        report: (report) => this.#reported(report),
        died: (thread, note) => this.#threadDied(thread, note),
      },
    )
  }

  get inferenceLatency(): LatencyHistogram {
    return this.#services.inferenceLatency
  }

  /** What leaves the graphs now, by lane: the id under which a graph was opened. */
  outputs(): { readonly lane: string; readonly output: LaneOutput }[] {
    return [...this.#entries.values()].flatMap(({ id, outputs }) =>
      outputs.map((output) => ({ lane: id, output })),
    )
  }

  /** How the queues between the threads of a graph stand. */
  queues(id: string): readonly QueueStatus[] {
    return this.#entries.get(id)?.graph?.queues ?? []
  }

  /** How much one snapshot of a graph takes. */
  stateBytes(id: string): number {
    return this.#entries.get(id)?.graph?.stateBytes ?? 0
  }

  /** The last snapshot of a graph that is consistent across its threads. */
  snapshot(id: string): LiveSnapshot | null {
    return this.#entries.get(id)?.graph?.snapshot() ?? null
  }

  /** What cannot run is told of, and tried again later. Whatever ran under this id ends. */
  open(id: string, sources: LiveSources, spec: GraphSpec, settings: GraphSettings = {}): void {
    this.close(id)
    const entry = newGraphEntry(id, sources, spec, settings)
    this.#entries.set(id, entry)
    this.#start(entry)
  }

  /**
   * Between two chunks, at the same sample in all threads. What cannot be opened is told of, and the
   * old graph runs on.
   */
  apply(id: string, spec: GraphSpec): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    entry.wanted = spec
    const { graph } = entry
    if (!graph) return
    this.#spans.begin('graph.apply', id)
    this.#endChange(entry)
    this.#tryChange(entry, () => {
      if (graph.isSimple(spec)) {
        graph.apply(spec)
        return
      }
      entry.change = new GraphChange(graph, spec, (takeover) => this.#newGraph(entry, takeover))
      entry.change.begin()
    })
  }

  close(id: string): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    this.#stop(entry)
    this.#releaseThreads()
  }

  /** Whatever reads this stream ends. */
  closeOver(stream: StreamId): void {
    for (const { id, sources } of [...this.#entries.values()]) {
      if (Object.values(sources).some(({ info }) => info.id === stream)) this.close(id)
    }
  }

  /** What is asked to run, by the id under which it was opened, and what of it runs. */
  get graphs(): ReadonlyMap<string, Readonly<GraphEntry>> {
    return this.#entries
  }

  /** The threads themselves: to be measured, or to be ended as a defect would end them. */
  get threads() {
    return { process: this.#threads.main.worker.worker, infer: this.#services.inferThread }
  }

  /** As `threads.process`, of one that a graph names. */
  threadNamed(name: string) {
    return this.#threads.running.get(name)?.worker.worker ?? null
  }

  get traces(): TracedThread[] {
    const graphs = [...this.#threads.running].map(([name, { worker }]) => ({
      name: name === mainThread ? 'process' : `process ${name}`,
      trace: worker.trace,
    }))
    return [...graphs, ...this.#services.traces]
  }

  /** What every lane counts and times, by the id under which its graph was opened. */
  get meters(): { readonly id: string; readonly meters: SharedMeters }[] {
    return [...this.#entries.values()].flatMap(({ id, graph }) =>
      (graph?.meters ?? []).map((meters) => ({ id, meters })),
    )
  }

  async end(): Promise<void> {
    this.#spans.end()
    for (const { graph, change } of this.#entries.values()) {
      change?.cancel()
      graph?.close()
    }
    await this.#threads.end()
    await this.#kept.end()
    await this.#services.end()
  }

  #start(entry: GraphEntry): void {
    const { id } = entry
    this.#spans.begin('graph.open', id)
    try {
      entry.graph = this.#newGraph(entry)
      entry.graph.openNext()
    } catch (error) {
      this.#failed(entry, asSynapseError(error, `opening the graph of ${id}`).note)
    }
  }

  #newGraph(entry: GraphEntry, takeover?: Takeover): RunningGraph {
    const { id, sources, wanted, level } = entry
    const settings = { ...entry.settings, level }
    const threadOf = (name: string) => this.#threads.thread(name)
    return new RunningGraph(id, sources, wanted, settings, threadOf, this.#opened++, takeover)
  }

  /** What goes wrong leaves the graph as it is. */
  #tryChange(entry: GraphEntry, work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#endChange(entry)
      entry.wanted = entry.graph?.spec ?? entry.wanted
      this.#refused(entry, asSynapseError(error, `changing the graph of ${entry.id}`).note)
      this.#releaseThreads()
    }
  }

  #endChange(entry: GraphEntry): void {
    entry.change?.cancel()
    entry.change = null
  }

  #stop(entry: GraphEntry): void {
    this.#endChange(entry)
    entry.graph?.close()
    entry.graph = null
    this.#connect(entry)
  }

  /** From now on, with nothing of its past. */
  #restart(entry: GraphEntry): void {
    this.#stop(entry)
    this.#start(entry)
    this.#releaseThreads()
  }

  #releaseThreads(): void {
    const graphs = [...this.#entries.values()].flatMap(({ graph, change }) => [graph, change?.next])
    this.#threads.release(new Set(graphs.flatMap((graph) => graph?.threads ?? [])))
  }

  #threadStarted(thread: string): void {
    for (const { graph, change } of this.#entries.values()) {
      graph?.resume(thread)
      change?.next?.resume(thread)
    }
  }

  /** What it had opened stays open: the next thread goes on with it. */
  #threadDied(thread: string, note: ErrorNote): void {
    this.#listener.trouble(thread === 'main' ? 'process' : `process ${thread}`, 'fault', note)
    for (const entry of this.#entries.values()) {
      const { graph, change } = entry
      if (graph?.threads.includes(thread)) this.#spans.begin('graph.restart', entry.id)
      if (graph && !graph.died(thread)) {
        this.#listener.deadLetters(entry.id, [], graph.lostLetters(thread))
        this.#restart(entry)
      } else if (
        change &&
        (graph?.threads.includes(thread) || change.next?.threads.includes(thread))
      )
        this.#tryChange(entry, () => change.again(note))
    }
  }

  #reported(report: ProcessReport): void {
    if (report.kind === 'keeps') {
      this.#kept.begin()
      return
    }
    const entry = [...this.#entries.values()].find(({ graph }) => graph?.owns(report.lane))
    if (report.kind === 'dead-letters') {
      // The last ones come when the graph is closed already: the lane's name begins with its id.
      const id = entry?.id ?? report.lane.replace(/ \d+\.[^ ]*$/, '')
      const { letters, dropped } = report
      const known = entry?.graph?.account(report.lane)
      this.#listener.deadLetters(id, known?.took(letters, dropped) ?? letters, dropped)
      return
    }
    const graph = entry?.graph
    if (!entry || !graph) {
      this.#reportedOfNext(report)
      return
    }
    if (report.kind === 'stopped') {
      this.#tryChange(entry, () => entry.change?.stopped(report.lane, report.number))
    } else if (report.kind === 'opened') {
      if (!graph.opened(report.lane, report)) {
        this.#restart(entry)
        return
      }
      graph.openNext()
      this.#connect(entry)
      if (graph.isOpen && !entry.change && graph.spec === entry.wanted) this.#settled(entry.id)
      entry.change?.begin()
    } else if (report.kind === 'degraded') {
      if (!graph.account(report.lane).told(report)) return
      entry.level = graph.level
      this.#listener.degraded(aboutOf(entry), entry.sources[report.source]?.info.id, report)
    } else if (report.kind === 'node-failed') {
      this.#listener.trouble(aboutOf(entry), 'warning', report.note)
    } else if (report.kind === 'refused') {
      graph.refused(report.lane)
      entry.wanted = graph.spec
      this.#refused(entry, report.note)
    } else this.#failed(entry, report.note)
  }

  /** Of a graph that is to take another one's place. */
  #reportedOfNext(report: Exclude<ProcessReport, { kind: 'keeps' | 'dead-letters' }>): void {
    const entry = [...this.#entries.values()].find(({ change }) => change?.next?.owns(report.lane))
    const change = entry?.change
    if (!entry || !change) return
    if (report.kind === 'failed') {
      this.#tryChange(entry, () => {
        throw errorFromNote(report.note)
      })
    } else if (report.kind === 'opened' && change.opened(report.lane, report)) {
      entry.graph = change.next
      entry.change = null
      this.#connect(entry)
      this.#releaseThreads()
      this.#settled(entry.id)
    }
  }

  #settled(id: string, note: ErrorNote | null = null): void {
    this.#spans.settled(id, note ?? undefined)
    this.#listener.settled?.(id, note)
  }

  #refused(entry: GraphEntry, note: ErrorNote): void {
    this.#settled(entry.id, note)
    this.#listener.trouble(aboutOf(entry), 'warning', note)
    this.#listener.cannotRun(note)
  }

  /** A graph that fails at once would fail at once again: leave it some time. */
  #failed(entry: GraphEntry, note: ErrorNote): void {
    this.#refused(entry, note)
    this.#stop(entry)
    const wait = reopenSeconds[Math.min(entry.failures++, reopenSeconds.length - 1)]!
    this.#clock.after(wait, () => {
      if (this.#entries.get(entry.id) === entry && !entry.graph) this.#start(entry)
    })
  }

  /** Tells everybody what the graph has opened by now. */
  #connect(entry: GraphEntry): void {
    const calls = entry.graph?.calls ?? []
    const had = new Set(entry.calls.map((call) => call.id))
    const has = new Set(calls.map((call) => call.id))
    for (const call of entry.calls) if (!has.has(call.id)) this.#services.close(call)
    for (const call of calls) if (!had.has(call.id)) this.#services.open(call, aboutOf(entry))
    entry.outputs = entry.graph?.outputs ?? []
    entry.calls = calls
    this.#listener.outputsChanged()
  }
}
