/**
 * A graph, or a segment of one, between rings: streams come in by theirs, every output leaves by
 * one of its own, queues lead to the segments in other threads, and so do the questions to a
 * service and its answers. What it has opened, another thread can take over when this one dies.
 */
import { Graph, type GraphMemory, type GraphSpec, type LentMemory } from '../graph/index.ts'
import { type StoredModel, storedModel } from '../inference/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import type { LatencyHistogram } from '../ring/index.ts'
import { findModule } from '../sandbox/index.ts'
import type { Chunk, Gap } from '../signal/index.ts'
import type { LiveKeyed } from '../store/index.ts'
import { followGap } from './follow.ts'
import { takeOver } from './handover.ts'
import { type CallsContext, LaneCalls } from './lane-calls.ts'
import { fits, LaneImage, SnapshotCells } from './lane-image.ts'
import { LaneInput } from './lane-input.ts'
import { LaneMeters, type MeterContext } from './lane-meters.ts'
import {
  described,
  leave,
  newOutputLine,
  type OutputLine,
  sameStream,
  takenOverLine,
} from './lane-outputs.ts'
import { LaneSnapshots } from './lane-snapshots.ts'
import { LaneTrouble, type TroubleContext } from './lane-trouble.ts'
import type { CallLine, Lane, LaneOutput, OpenLane } from './messages.ts'
import { noMeters } from './meter-layout.ts'
import { openQueue, QueueWriter } from './queue-writer.ts'
import { newTrouble, partOf } from './trouble-cells.ts'

/** No chunk is longer; a thread that has fallen behind catches up in steps of this size. */
const maxFrames = 256

export interface LaneContext extends CallsContext, MeterContext, TroubleContext {
  readonly memory: GraphMemory
  readonly models: ReadonlyMap<string, StoredModel>
  /** Folder of the modules for sandboxed nodes, if there is one. */
  readonly modules: string | null
  /** What nodes of the graph of this name keep by key. */
  keyed(graph: string): LiveKeyed
  readonly spillFolder: string
  readonly filteredLatency: LatencyHistogram
  /** Seconds on the host's clock. */
  now(): number
  /** Says that the thread works, and does not hang. */
  alive(): void
  /** The lane stands at the snapshot of this number. */
  stopped(lane: string, number: number): void
}

/** Where a lane had got to with a reader, by its name in the image. */
type Positions = ReadonlyMap<string, number>

/** Rings of an earlier lane that others read already, or answer into. */
interface Left {
  readonly outputs: readonly LaneOutput[]
  readonly calls: readonly CallLine[]
  readonly positions: Positions
}

const nothingLeft: Left = { outputs: [], calls: [], positions: new Map() }

export class RunningLane {
  readonly id: string
  /** It goes on from where an earlier thread died; false where that cannot be. */
  readonly isResumed: boolean
  readonly #lane: Lane
  readonly #context: LaneContext
  readonly #memory: LentMemory
  readonly #graph: Graph
  readonly #keyed: LiveKeyed
  readonly #inputs: readonly LaneInput[]
  readonly #calls: LaneCalls
  readonly #queues = new Map<string, QueueWriter>()
  readonly #queueList: readonly QueueWriter[]
  readonly #snapshots: LaneSnapshots
  readonly #meters: LaneMeters
  readonly #sliceSeconds: number
  #sliceEnds = 0
  /** The snapshot at which it has said that it stands. */
  #toldStop = 0
  #outputs = new Map<string, OutputLine>()
  readonly #trouble: LaneTrouble
  readonly #reply = (node: string, chunk: Chunk) => {
    this.#meters.enter(null)
    this.#graph.reply(node, chunk)
    this.#meters.leave()
  }

  /** @throws SynapseError graph-invalid, bad-option, model-missing */
  constructor(lane: Lane, context: LaneContext) {
    this.id = lane.id
    this.#lane = lane
    this.#context = context
    this.#memory = context.memory.lend()
    this.#calls = new LaneCalls(lane.id, maxFrames, context)
    const { meters = noMeters } = lane.resume ?? lane.handover ?? {}
    this.#meters = new LaneMeters(lane.id, context, meters)
    this.#trouble = new LaneTrouble(lane.id, () => this.#graph, context, {
      budgetMs: lane.latencyBudgetMs,
      inputs: Object.keys({ ...lane.sources, ...lane.reads }),
      shared: lane.resume?.trouble ?? newTrouble(lane.level),
    })
    this.#sliceSeconds = lane.pacing.mode === 'slice' ? lane.pacing.milliseconds / 1000 : 0
    this.#keyed = context.keyed(lane.spec.name)
    try {
      this.#graph = this.#openGraph()
    } catch (error) {
      this.#memory.release()
      throw error
    }
    try {
      const positions = this.#resume()
      this.isResumed = positions !== null
      const left = positions ? { ...lane.resume!, positions } : this.#takeOver()
      if (!positions) this.#trouble.begin()
      this.#inputs = this.#openInputs(positions)
      this.#openQueues()
      this.#queueList = [...this.#queues.values()]
      this.#meters.reads(this.#inputs)
      this.#connect(left)
      this.#snapshots = new LaneSnapshots(this.#snapshotSetup(), positions && lane.resume!.image)
    } catch (error) {
      this.#graph.close()
      this.#memory.release()
      throw error
    }
  }

  get open(): OpenLane {
    const outputs = [...this.#outputs.values()]
    return {
      outputs: outputs.map(({ shared }) => shared),
      calls: this.#calls.lines,
      queues: this.#queueList.map(({ open }) => open),
      image: this.#snapshots.shared,
      meters: this.#meters.shared,
      trouble: this.#trouble.shared,
      identities: this.#graph.identities,
    }
  }

  /** By source that it reads itself: the next sample. */
  get nextSamples(): Readonly<Record<string, number>> {
    const own = this.#inputs.filter(({ name }) => name in this.#lane.sources)
    return Object.fromEntries(own.map(({ name, nextSample }) => [name, nextSample]))
  }

  /** Between two chunks. @throws as the constructor; the old graph then runs on */
  apply(spec: GraphSpec): void {
    this.#graph.apply(spec)
    this.#connect(nothingLeft)
    this.#snapshots.renew()
    this.#trouble.saved(this.#snapshots.taken, true)
  }

  /**
   * Takes what has come, a chunk of every input at most.
   * @param now seconds on the host's clock
   * @returns false when there was nothing
   */
  step(now: number): boolean {
    if (now < this.#sliceEnds) return false
    if (this.#isStopped()) return false
    let busy = this.#calls.takeReplies(this.#reply)
    this.#meters.publish(now)
    this.#snapshots.before(now)
    if (this.#hasRoom()) {
      for (let i = 0; i < this.#inputs.length; i++) if (this.#take(this.#inputs[i]!)) busy = true
      // Only when all that has come is taken: what waits is not late yet.
      if (!busy && this.#graph.tick(now)) busy = true
    }
    this.#trouble.hand()
    if (busy) this.#snapshots.changed()
    if (this.#snapshots.after(now)) busy = true
    this.#trouble.saved(this.#snapshots.taken)
    if (!busy && this.#sliceSeconds > 0) {
      this.#sliceEnds = (Math.floor(now / this.#sliceSeconds) + 1) * this.#sliceSeconds
    }
    return busy
  }

  /** Seconds until it looks again by itself; those that are woken by a bell never do. */
  dueIn(now: number): number {
    const { tickSeconds } = this.#graph
    return this.#sliceSeconds > 0 ? Math.max(0, this.#sliceEnds - now) : tickSeconds
  }

  /** @param leaves ids of outputs and calls that another lane has */
  close(leaves: readonly string[] = []): void {
    this.#trouble.handAll()
    this.#keyed.flush()
    this.#graph.close()
    this.#memory.release()
    for (const { shared, writer } of this.#outputs.values()) {
      if (!leaves.includes(shared.id)) writer.close()
    }
    for (const queue of this.#queueList) queue.close()
    this.#calls.close(leaves)
  }

  /** What it has written goes on meanwhile: the others have to come as far. */
  #isStopped(): boolean {
    const number = this.#snapshots.stoppedAt
    if (number === 0) {
      this.#toldStop = 0
      return false
    }
    this.#hasRoom()
    if (this.#toldStop !== number) this.#context.stopped(this.id, number)
    this.#toldStop = number
    return true
  }

  #openGraph(): Graph {
    const { sources, reads, spec } = this.#lane
    const { memory, models, modules } = this.#context
    const infos = Object.entries(reads).map(([name, { queue }]) => [name, queue.info] as const)
    return new Graph(spec, {
      catalog: nodeCatalog,
      sources: {
        ...Object.fromEntries(Object.entries(sources).map(([name, { info }]) => [name, info])),
        ...Object.fromEntries(infos),
      },
      memory,
      maxFrames,
      model: (name) => storedModel(models, name).card,
      module: (name) => findModule(modules, name),
      probe: this.#meters,
      keyed: this.#keyed,
      outputs: {
        chunk: (name, chunk) => this.#out(name, chunk),
        gap: (name, gap) => this.#gapOut(name, gap),
        watermark: (name, time) => this.#queues.get(name)?.watermark(time),
        request: (node, chunk) => this.#calls.request(node, chunk),
        refused: (refusal) => this.#trouble.refused(refusal),
      },
    })
  }

  /** Puts the states of a thread that died into the nodes; null where there are none that fit. */
  #resume(): Positions | null {
    const { resume } = this.#lane
    if (!resume) return null
    const image = new LaneImage(resume.image)
    const { states } = this.#graph
    const { readers } = resume.image
    if (!fits(resume.image, states, this.#readerNames(), this.#keyed.isUsed)) return null
    image.load(states, () => this.#context.alive())
    this.#keyed.resume(...image.keptSince())
    const { positions } = image.mark()
    this.#trouble.goOn([...positions], image.taken)
    return new Map(readers.map((name, i) => [name, positions[i]!]))
  }

  #takeOver(): Left {
    const { handover } = this.#lane
    if (!handover) return nothingLeft
    const { outputs, calls } = handover
    return { outputs, calls, positions: takeOver(handover, this.#graph, this.#keyed) }
  }

  #readerNames(): string[] {
    const { sources, reads } = this.#lane
    const nodes = [...this.#graph.remotes.keys()].map((node) => `answers ${node}`)
    return [...Object.keys(sources), ...Object.keys(reads), ...nodes]
  }

  #openInputs(positions: Positions | null): LaneInput[] {
    const { sources, reads } = this.#lane
    const at = (name: string) => positions?.get(name)
    return [
      ...Object.entries(sources).map(([name, source]) =>
        LaneInput.ofSource(name, source, at(name), this.#memory, maxFrames),
      ),
      ...Object.entries(reads).map(([name, end]) =>
        LaneInput.ofQueue(name, end, at(name), this.#memory, maxFrames),
      ),
    ]
  }

  #openQueues(): void {
    const { resume, writes } = this.#lane
    const { spillFolder } = this.#context
    for (const order of writes) {
      const { name } = order
      const old = this.isResumed ? resume!.queues.find((each) => each.name === name) : undefined
      const info = this.#graph.outputs[name]!
      const open = old ?? openQueue(order, info, spillFolder, this.#context.nextNumber())
      this.#queues.set(name, new QueueWriter(open, order, old !== undefined))
    }
  }

  #snapshotSetup() {
    const { snapshots, sourceNumbers, leads } = this.#lane
    return {
      graph: this.#graph,
      inputs: this.#inputs,
      calls: this.#calls,
      keyed: this.#keyed,
      queues: this.#queueList,
      cells: new SnapshotCells(snapshots),
      sourceNumbers,
      leads,
      now: () => this.#context.now(),
      alive: () => this.#context.alive(),
    }
  }

  /** A full queue keeps what comes next in the rings that this lane reads. */
  #hasRoom(): boolean {
    let has = true
    for (let q = 0; q < this.#queueList.length; q++) if (!this.#queueList[q]!.hasRoom()) has = false
    return has
  }

  #take(input: LaneInput): boolean {
    const isTold = this.#tellTime(input)
    const result = input.read()
    if (result === 'chunk') this.#run(input)
    else if (result === 'gap') this.#graph.gap(input.name, input.gap)
    // Now, because a snapshot may be due right behind it.
    return this.#tellTime(input) || isTold || result !== 'empty'
  }

  #tellTime(input: LaneInput): boolean {
    let isTold = false
    while (input.takeWatermark()) {
      this.#graph.watermark(input.name, input.watermarkTime)
      isTold = true
    }
    return isTold
  }

  #run({ name, chunk }: { readonly name: string; readonly chunk: Chunk }): void {
    const frames = this.#trouble.before(name, chunk, this.#context.now())
    if (frames < chunk.frames) {
      this.#run({ name, chunk: partOf(chunk, 0, frames) })
      this.#run({ name, chunk: partOf(chunk, frames, chunk.frames) })
      return
    }
    this.#meters.enter(chunk)
    this.#graph.chunk(name, chunk)
    this.#meters.leave()
  }

  #out(name: string, chunk: Chunk): void {
    if (name === this.#lane.timedOutput) {
      this.#context.filteredLatency.record(this.#context.now() - chunk.hostTime[0]!)
    }
    const line = this.#outputs.get(name)
    if (line) leave(line, chunk, this.#context.now())
    else this.#queues.get(name)?.chunk(chunk)
  }

  /** To another segment, and in a recording, it matters what was lost and why. */
  #gapOut(name: string, gap: Gap): void {
    const line = this.#outputs.get(name)
    if (line) followGap(line.writer, gap)
    else this.#queues.get(name)?.gap(gap)
  }

  /** Rings for what is new; what is the same as before keeps its own. */
  #connect(left: Left): void {
    const { timedOutput } = this.#lane
    const outputs = new Map<string, OutputLine>()
    for (const [name, info] of Object.entries(this.#graph.outputs)) {
      if (name === timedOutput || this.#queues.has(name)) continue
      const old = this.#outputs.get(name)
      const known = left.outputs.find((each) => each.name === name)
      if (old && sameStream(old.shared.info, info)) outputs.set(name, described(old, info))
      else if (known && sameStream(known.info, info))
        outputs.set(name, takenOverLine({ ...known, info }))
      else outputs.set(name, newOutputLine(this.#newId(name), name, info))
      if (old && outputs.get(name)!.writer !== old.writer) old.writer.close()
    }
    this.#outputs = outputs
    const lines = left.calls.map((line) => {
      return [line.node, { line, next: left.positions.get(`answers ${line.node}`)! }] as const
    })
    this.#calls.connect(this.#graph.remotes, new Map(lines))
  }

  #newId(output: string): string {
    return `${this.id} ${output} ${this.#context.nextNumber()}`
  }
}
