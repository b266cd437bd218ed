/**
 * One graph over live streams, as its host sees it: the segments that it was cut into, the threads
 * that they run in, and what each has opened there, so that another thread can go on with it.
 */
import { rmSync } from 'node:fs'
import {
  type Cut,
  expandGraph,
  type GraphSpec,
  type ParameterValues,
  pacingOf,
  type Segment,
  splitGraph,
} from '../graph/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import type { Bell, RingWriter } from '../ring/index.ts'
import { type StreamInfo, SynapseError } from '../signal/index.ts'
import {
  type CallLine,
  type Handover,
  handoverOf,
  isHandoverWhole,
  type Lane,
  LaneImage,
  type LaneOutput,
  newSnapshotCells,
  type ProcessReport,
  type QueueEnd,
  type QueueOrder,
  type SharedMeters,
  SnapshotCells,
} from '../workers/index.ts'
import type { LaneAccount } from './lane-account.ts'
import { type LiveSnapshot, liveSnapshot } from './live-snapshot.ts'
import type { ProcessThread } from './process-threads.ts'
import { type QueueStatus, queueStatus } from './queue-status.ts'
import { mayGoOn, newRunningSegment, type RunningSegment } from './running-segment.ts'

/** What a graph's sources are bound to, by their names. */
export type LiveSources = Readonly<
  Record<string, { readonly info: StreamInfo; readonly writer: RingWriter }>
>

export interface GraphSettings {
  readonly parameters?: ParameterValues
  /** The output whose way is the latency from bytes to filtered values; it leaves no other way. */
  readonly timedOutput?: string
  /** That it begins at: what ran before it in its place was degraded so far. */
  readonly level?: number
}

/** Where another graph goes on in the place of this one. */
export interface Takeover {
  readonly handover: Handover
  /** By source: the first sample that the other one sees. */
  readonly from: Readonly<Record<string, number>>
}

type OpenedReport = Pick<Extract<ProcessReport, { kind: 'opened' }>, 'open' | 'isResumed' | 'from'>

export class RunningGraph {
  readonly id: string
  readonly sources: LiveSources
  readonly settings: GraphSettings
  /** As it runs, and as it is to run. */
  spec: GraphSpec
  wanted: GraphSpec
  failures = 0
  readonly #segments: readonly RunningSegment[]
  readonly #lanes = new Map<string, RunningSegment>()
  readonly #snapshots: SharedArrayBuffer
  readonly #cells: SnapshotCells
  #takeover: Takeover | undefined
  #from: Readonly<Record<string, number>>

  /**
   * @param threadOf starts a thread if need be
   * @param number another one every time, for the ids of the lanes
   * @param takeover where another graph stands: it stands there, too, until it is told to go on
   * @throws SynapseError graph-invalid
   */
  constructor(
    id: string,
    sources: LiveSources,
    spec: GraphSpec,
    settings: GraphSettings,
    threadOf: (name: string) => ProcessThread,
    number: number,
    takeover?: Takeover,
  ) {
    this.id = id
    this.sources = sources
    this.spec = spec
    this.wanted = spec
    this.settings = settings
    this.#takeover = takeover
    this.#from =
      takeover?.from ??
      Object.fromEntries(
        Object.entries(sources).map(([name, { writer }]) => [name, writer.expected]),
      )
    this.#snapshots = newSnapshotCells(Object.keys(sources).length, takeover !== undefined)
    this.#cells = new SnapshotCells(this.#snapshots)
    this.#segments = this.#split(spec).map((segment) =>
      newRunningSegment(segment, threadOf(segment.thread)),
    )
    for (const each of this.#segments) this.#lanes.set(`${id} ${number}.${each.segment.key}`, each)
    this.#attach()
  }

  /** By source: the first sample that the graph sees as it now is. */
  get from(): Readonly<Record<string, number>> {
    return this.#from
  }

  get outputs(): readonly LaneOutput[] {
    const isWhole = this.#segments.every(({ open }) => open)
    return isWhole ? this.#segments.flatMap(({ open }) => open!.outputs) : []
  }

  get calls(): readonly CallLine[] {
    return this.#segments.flatMap(({ open }) => open?.calls ?? [])
  }

  /** Every segment of it runs. */
  get isOpen(): boolean {
    return this.#segments.every(({ open, isResuming }) => open && !isResuming)
  }

  /** Of the outputs and calls that it has opened. */
  get ringIds(): readonly string[] {
    return this.#segments.flatMap(({ open }) =>
      open ? [...open.outputs, ...open.calls].map(({ id }) => id) : [],
    )
  }

  get meters(): readonly SharedMeters[] {
    return this.#segments.flatMap(({ open }) => (open ? [open.meters] : []))
  }

  get threads(): readonly string[] {
    return this.#segments.map(({ thread }) => thread.name)
  }

  /** Of one snapshot. */
  get stateBytes(): number {
    return this.#segments.reduce((sum, { open }) => sum + (open?.image.layout.bytes ?? 0), 0)
  }

  get queues(): readonly QueueStatus[] {
    return this.#segments.flatMap(({ segment, open }) =>
      segment.writes.flatMap((cut) => {
        const queue = open?.queues.find((each) => each.name === cut.name)
        return queue ? [queueStatus(cut, queue)] : []
      }),
    )
  }

  owns(lane: string): boolean {
    return this.#lanes.has(lane)
  }

  /** Runs in one thread: another spec of that kind can take its place between two chunks. */
  isSimple(spec: GraphSpec): boolean {
    const [first, ...more] = this.#split(spec)
    const [mine, ...others] = this.#segments
    return (
      more.length === 0 &&
      others.length === 0 &&
      first?.thread === mine?.segment.thread &&
      JSON.stringify(first?.sources) === JSON.stringify(mine?.segment.sources) &&
      JSON.stringify(pacingOf(spec)) === JSON.stringify(pacingOf(this.spec)) &&
      spec.latencyBudgetMs === this.spec.latencyBudgetMs
    )
  }

  /** Opens what can be opened by now: a segment can when all that it reads from has opened. */
  openNext(): void {
    for (const [id, each] of this.#lanes) {
      if (each.lane || each.segment.reads.some(({ writer }) => !this.#at(writer).open)) continue
      each.lane = this.#newLane(id, each)
      this.#send(each, each.lane)
    }
  }

  /** @returns false when it could not go on where its thread died: all have to begin anew then */
  opened(lane: string, { open, isResumed, from }: OpenedReport): boolean {
    const each = this.#lanes.get(lane)!
    const isLost = each.isResuming && !isResumed
    each.isResuming = false
    each.open = open
    each.account.opened(open, isResumed)
    if (each.lane?.handover) {
      const { handover: _left, ...lane } = each.lane
      each.lane = lane
    }
    const sent = each.sent.shift() ?? this.spec
    if (sent !== this.spec) this.#from = { ...this.#from, ...from }
    this.spec = sent
    return !isLost
  }

  account(lane: string): LaneAccount {
    return this.#lanes.get(lane)!.account
  }

  /** Of the lanes that are degraded most. */
  get level(): number {
    return Math.max(0, ...this.#segments.map(({ account }) => account.level))
  }

  /** Dead letters that went with a thread in whose place none goes on. */
  lostLetters(thread: string): number {
    const gone = this.#segments.filter((each) => each.thread.name === thread)
    return gone.reduce((sum, { account }) => sum + account.lost, 0)
  }

  refused(lane: string): void {
    this.#lanes.get(lane)!.sent.shift()
    this.wanted = this.spec
  }

  /** Of a simple graph. */
  apply(spec: GraphSpec): void {
    this.wanted = spec
    const [lane, each] = [...this.#lanes][0]!
    const applied = this.#split(spec)[0]!.spec
    each.lane = each.lane && { ...each.lane, spec: applied }
    each.sent.push(spec)
    each.thread.worker.send({ kind: 'apply', lane, spec: applied })
  }

  /** @returns false when going on where it died has led to the same end again and again */
  died(thread: string): boolean {
    let isHopeful = true
    for (const each of this.#segments) {
      if (each.thread.name !== thread || !each.open) continue
      if (!mayGoOn(each, each.open)) isHopeful = false
    }
    return isHopeful
  }

  /** The thread runs again: its lanes go on from their last snapshots. */
  resume(thread: string): void {
    for (const each of this.#segments) {
      if (each.thread.name !== thread || !each.lane) continue
      const spec = this.#split(this.spec).find(({ key }) => key === each.segment.key)!.spec
      each.isResuming = each.open !== null
      each.lane = { ...each.lane, spec, ...(each.open ? { resume: each.open } : {}) }
      this.#send(each, each.lane)
    }
    if (this.wanted !== this.spec && this.threads.includes(thread)) this.apply(this.wanted)
  }

  /** All lanes are to stop at the same samples; each says when it stands. */
  stop(): void {
    for (const each of this.#segments) each.stoppedAt = 0
    this.#cells.askToStop()
    this.#wake()
  }

  /** @returns where all of them stand; null while some do not; `unequal` when it is not the same */
  stopped(lane: string, number: number): Takeover | 'unequal' | null {
    this.#lanes.get(lane)!.stoppedAt = number
    if (number !== this.#cells.stopAt) return null
    if (this.#segments.some(({ stoppedAt, open }) => stoppedAt !== number || !open)) return null
    const handover = handoverOf(
      number,
      this.#segments.map(({ open }) => open!),
    )
    if (!isHandoverWhole(handover)) return 'unequal'
    const names = Object.keys(this.sources)
    const from = names.map((name, i) => [name, this.#cells.beforeSample(i)])
    return { handover, from: Object.fromEntries(from) }
  }

  /** Those that stand go on. */
  goOn(): void {
    this.#takeover = undefined
    this.#cells.goOn()
    this.#wake()
  }

  /** @param leaves ids of outputs and calls that another graph has */
  close(leaves: readonly string[] = []): void {
    this.#detach()
    for (const [lane, { thread, open }] of this.#lanes) {
      thread.worker.send({ kind: 'close', lane, leaves })
      // The thread that would do it may be dead.
      for (const { spillPath } of open?.queues ?? []) {
        if (spillPath) rmSync(spillPath, { force: true })
      }
    }
  }

  /** The last one that all segments took at the same samples; null before there is one. */
  snapshot(): LiveSnapshot | null {
    const images = this.#segments.map(({ open }) => open && new LaneImage(open.image))
    return liveSnapshot(images, this.sources)
  }

  #split(spec: GraphSpec): readonly Segment[] {
    const unbound = Object.keys(spec.sources).find((name) => !(name in this.sources))
    if (unbound !== undefined) {
      const what = `opening the graph of ${this.id}: source "${unbound}" is bound to no stream`
      throw new SynapseError('graph-invalid', what)
    }
    const infos = Object.entries(this.sources).map(([name, { info }]) => [name, info] as const)
    const flat = expandGraph(spec, this.settings.parameters)
    return splitGraph(flat, nodeCatalog, Object.fromEntries(infos))
  }

  #at(key: string): RunningSegment {
    return this.#segments.find(({ segment }) => segment.key === key)!
  }

  #send(each: RunningSegment, lane: Lane): void {
    each.sent.push(this.spec)
    each.thread.worker.send({ kind: 'open', lane })
  }

  #newLane(id: string, { segment, thread }: RunningSegment): Lane {
    const names = Object.keys(this.sources)
    const sources = Object.fromEntries(
      segment.sources.map((name) => {
        const { info, writer } = this.sources[name]!
        return [name, { info, ring: writer.shared, from: this.#from[name]! }]
      }),
    )
    const { timedOutput, level } = this.settings
    const { latencyBudgetMs } = this.spec
    const handover = this.#takeover?.handover
    return {
      id,
      spec: segment.spec,
      sources,
      reads: Object.fromEntries(segment.reads.map((cut) => [cut.name, this.#endOf(cut, segment)])),
      writes: segment.writes.map((cut) => this.#orderOf(cut)),
      pacing: pacingOf(this.spec),
      snapshots: this.#snapshots,
      sourceNumbers: Object.fromEntries(names.map((name, i) => [name, i])),
      leads:
        thread === this.#segments[0]!.thread && segment === this.#segments[0]!.segment
          ? names.map((name) => this.sources[name]!.writer.shared)
          : null,
      ...(timedOutput === undefined ? {} : { timedOutput }),
      ...(latencyBudgetMs === undefined ? {} : { latencyBudgetMs }),
      ...(level === undefined ? {} : { level }),
      ...(handover === undefined ? {} : { handover }),
    }
  }

  #wake(): void {
    for (const { thread } of this.#segments) thread.bell.ring()
  }

  #endOf({ name, writer, readers }: Cut, { key }: Segment): QueueEnd {
    const { open, thread } = this.#at(writer)
    const queue = open!.queues.find((each) => each.name === name)!
    return { queue, reader: readers.indexOf(key), writerBell: thread.bell.shared }
  }

  #orderOf({ name, queue, readers }: Cut): QueueOrder {
    const isWoken = pacingOf(this.spec).mode === 'continuous'
    const bellOf = (key: string) => (isWoken ? this.#at(key).thread.bell.shared : null)
    return { name, queue, readerBells: readers.map(bellOf) }
  }

  /** Whoever runs on a slice of time looks by itself. */
  #attach(): void {
    if (pacingOf(this.spec).mode === 'slice') return
    for (const [writer, bell] of this.#bells()) writer.attach(bell)
  }

  #detach(): void {
    for (const [writer, bell] of this.#bells()) writer.detach(bell)
  }

  #bells() {
    const bells = new Map<string, readonly [RingWriter, Bell]>()
    for (const { segment, thread } of this.#segments) {
      for (const name of segment.sources) {
        bells.set(`${thread.name} ${name}`, [this.sources[name]!.writer, thread.bell])
      }
    }
    return bells.values()
  }
}
