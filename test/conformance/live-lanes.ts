/**
 * A graph's lanes with a hand on each of their rings: every segment is a lane, stepped in any order
 * by whoever tests, on a clock of their own; any of them may die and be taken over by another.
 */
import {
  expandGraph,
  GraphMemory,
  type GraphSpec,
  pacingOf,
  splitGraph,
} from '../../src/graph/index.ts'
import { type OpenModel, openModel, type StoredModel } from '../../src/inference/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import {
  Bell,
  capacityAtLeast,
  LatencyHistogram,
  newRing,
  RingReader,
  RingWriter,
  StageMeters,
  TraceRing,
} from '../../src/ring/index.ts'
import {
  type Chunk,
  type ChunkBuffer,
  type NumericFormat,
  newChunkBuffer,
  type StreamInfo,
} from '../../src/signal/index.ts'
import type { LiveKeyed } from '../../src/store/index.ts'
import {
  type Handover,
  handoverOf,
  isHandoverWhole,
  newSnapshotCells,
  SnapshotCells,
} from '../../src/workers/index.ts'
import { RunningLane } from '../../src/workers/lane.ts'
import { LetterPost } from '../../src/workers/lane-trouble.ts'
import type { CallLine, DegradedReport, Lane, OpenLane } from '../../src/workers/messages.ts'
import { memoryKeyed } from '../memory-keyed.ts'

/** By output: index and values of every frame, one after the other. */
export type Answers = Map<string, number[]>

export function collect(answers: Answers, output: string, chunk: Chunk, channels: number): void {
  const list = answers.get(output) ?? []
  answers.set(output, list)
  for (let f = 0; f < chunk.frames; f++) {
    list.push(chunk.firstSample + f)
    for (let c = 0; c < channels; c++) list.push(chunk.data[f * chunk.stride + c]!)
  }
}

export interface KeptStore {
  /** For one lane of the graph of this name; the one that takes over asks for another. */
  keyed(graph: string): LiveKeyed
  /** The lane's thread died of what it just did. */
  readonly isDead: boolean
  /** Another thread begins, and has begun. */
  lose(): void
  goesOn(): void
}

export interface LiveSettings {
  readonly models?: ReadonlyMap<string, StoredModel>
  /** Of a source's ring. */
  readonly ringFrames?: number
  readonly spillFolder?: string
  /** First sample of every source. */
  readonly from?: number
  /** What nodes keep by key, in a store that outlives their lanes. */
  readonly kept?: KeptStore
}

/** One memory for all, because every new one reserves address space. */
const memory = new GraphMemory(newKernelMemory())
let number = 0

interface Source {
  readonly info: StreamInfo
  readonly writer: RingWriter
  readonly chunk: ChunkBuffer
}

interface Running {
  lane: Lane
  running: RunningLane
}

export class LiveLanes {
  readonly answers: Answers = new Map()
  readonly sources = new Map<string, Source>()
  /** What the lanes said of nodes given up and taken back. */
  readonly degraded: DegradedReport[] = []
  /** Seconds on the lanes' clock. */
  time = 1000
  readonly #models: ReadonlyMap<string, StoredModel>
  readonly #spillFolder: string
  readonly #kept: KeptStore | null
  readonly #lanes = new Map<string, Running>()
  /** By lane: the snapshot that it said it stands at. */
  readonly #stopped = new Map<string, number>()
  #snapshots = newSnapshotCells(0)
  readonly #outputs = new Map<string, { name: string; reader: RingReader; into: ChunkBuffer }>()
  readonly #calls = new Map<string, ReturnType<typeof service>>()

  constructor(
    spec: GraphSpec,
    infos: Readonly<Record<string, StreamInfo>>,
    settings: LiveSettings = {},
  ) {
    const { models = new Map(), ringFrames = 1024, spillFolder = '', from = 0 } = settings
    this.#kept = settings.kept ?? null
    this.#models = models
    this.#spillFolder = spillFolder
    for (const [name, info] of Object.entries(infos)) {
      const shape = {
        format: info.sampleFormat as NumericFormat,
        channels: info.channels.length,
        deviceTime: false,
        sequence: false,
      }
      const ring = newRing({ ...shape, capacityFrames: capacityAtLeast(ringFrames) })
      const chunk = newChunkBuffer({ ...shape, maxFrames: 256 })
      const writer = new RingWriter(ring)
      if (from > 0) writer.begin(from)
      this.sources.set(name, { info, writer, chunk })
    }
    this.#open(spec)
  }

  get keys(): string[] {
    return [...this.#lanes.keys()]
  }

  opened(key: string): OpenLane {
    return this.#lanes.get(key)!.running.open
  }

  /** Writes frames of a chunk into a source's ring. */
  write(name: string, chunk: Chunk, from: number, frames: number): void {
    const source = this.sources.get(name)!
    const into = source.chunk
    for (let f = 0; f < frames; f++) {
      const at = (from + f) * chunk.stride
      into.data.set(chunk.data.subarray(at, at + into.stride), f * into.stride)
      into.time[f] = chunk.time[from + f]!
    }
    into.firstSample = chunk.firstSample + from
    into.frames = frames
    source.writer.write(into)
  }

  /** One step of one lane. @returns whether it found anything to do */
  step(key: string): boolean {
    try {
      return this.#lanes.get(key)!.running.step(this.time)
    } catch (error) {
      if (!this.#kept?.isDead) throw error
      this.crash(key)
      return true
    }
  }

  /** Until nobody finds anything to do. */
  run(): void {
    for (let busy = true; busy; ) {
      busy = false
      for (const key of this.#lanes.keys()) {
        while (this.step(key)) {
          busy = true
          this.drain()
        }
      }
      this.drain()
    }
  }

  /** As `run`, models answered. */
  async settle(): Promise<void> {
    do this.run()
    while (await this.#answerAll())
  }

  /** The lane's thread is gone, with all that was in its memory; another one takes over. */
  crash(key: string): void {
    this.#kept?.lose()
    const entry = this.#lanes.get(key)!
    const lane = { ...entry.lane, resume: structuredCloneOfShared(entry.running.open) }
    entry.running = new RunningLane(lane, this.#context())
    entry.lane = lane
    if (!entry.running.isResumed) throw new Error(`${key} could not go on`)
    this.#kept?.goesOn()
  }

  /** Another graph in the place of this one, from the sample that was written last. */
  change(spec: GraphSpec): void {
    const cells = new SnapshotCells(this.#snapshots)
    cells.askToStop()
    const stands = (key: string) => cells.stopAt > 0 && this.#stopped.get(key) === cells.stopAt
    for (let round = 0; !this.keys.every(stands); round++) {
      if (round > 10_000) throw new Error('not all lanes come to stand')
      for (const key of this.keys) this.step(key)
      this.drain()
    }
    const handover = handoverOf(
      cells.stopAt,
      this.keys.map((key) => this.opened(key)),
    )
    if (!isHandoverWhole(handover)) throw new Error('the lanes stand at different samples')
    const old = [...this.#lanes.values()]
    this.#lanes.clear()
    this.#open(spec, handover)
    const leaves = this.keys.flatMap((key) => {
      const { outputs, calls } = this.opened(key)
      return [...outputs, ...calls].map(({ id }) => id)
    })
    for (const { running } of old) running.close(leaves)
    new SnapshotCells(this.#snapshots).goOn()
  }

  close(): void {
    for (const { running } of this.#lanes.values()) running.close()
  }

  /** Takes what is in the outputs' rings. */
  drain(): void {
    for (const { name, reader, into } of this.#outputs.values()) {
      for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
        if (result === 'chunk') collect(this.answers, name, into, into.stride)
      }
    }
  }

  #open(spec: GraphSpec, handover?: Handover): void {
    const names = [...this.sources.keys()]
    const snapshots = newSnapshotCells(names.length, handover !== undefined)
    this.#snapshots = snapshots
    this.#stopped.clear()
    const segments = splitGraph(expandGraph(spec), nodeCatalog)
    for (const [i, segment] of segments.entries()) {
      const reads = segment.reads.map((cut) => {
        const queue = this.opened(cut.writer).queues.find((each) => each.name === cut.name)!
        const reader = cut.readers.indexOf(segment.key)
        return [cut.name, { queue, reader, writerBell: new Bell().shared }]
      })
      const lane: Lane = {
        id: segment.key,
        spec: segment.spec,
        sources: Object.fromEntries(
          segment.sources.map((name) => {
            const { info, writer } = this.sources.get(name)!
            return [name, { info, ring: writer.shared, from: writer.expected }]
          }),
        ),
        reads: Object.fromEntries(reads),
        writes: segment.writes.map(({ name, queue, readers }) => ({
          name,
          queue,
          readerBells: readers.map(() => null),
        })),
        pacing: pacingOf(spec),
        snapshots,
        sourceNumbers: Object.fromEntries(names.map((name, n) => [name, n])),
        ...(handover ? { handover } : {}),
        leads: i === 0 ? names.map((name) => this.sources.get(name)!.writer.shared) : null,
      }
      this.#lanes.set(segment.key, { lane, running: new RunningLane(lane, this.#context()) })
      this.#listen(segment.key)
    }
  }

  #listen(key: string): void {
    const { outputs, calls } = this.opened(key)
    for (const { id, name, ring } of outputs) {
      if (this.#outputs.has(id)) continue
      const into = newChunkBuffer({ ...ring.shape, maxFrames: 64 })
      this.#outputs.set(id, { name, reader: new RingReader(ring, 'oldest'), into })
    }
    for (const call of calls)
      if (!this.#calls.has(call.id)) this.#calls.set(call.id, service(call, this.#models))
  }

  #context(): ConstructorParameters<typeof RunningLane>[1] {
    return {
      memory,
      models: this.#models,
      modules: null,
      keyed: (graph) => this.#kept?.keyed(graph) ?? memoryKeyed(),
      spillFolder: this.#spillFolder,
      inferBell: new Bell(),
      processBell: new Bell(),
      filteredLatency: new LatencyHistogram(),
      stages: new StageMeters(),
      trace: new TraceRing(),
      now: () => this.time,
      alive: () => {},
      stopped: (lane, number) => this.#stopped.set(lane, number),
      nextNumber: () => number++,
      nodeFailed: (_lane, note) => {
        throw new Error(note.message)
      },
      letters: new LetterPost(new SharedArrayBuffer(4), () => {}),
      // A thread that takes over tells again what its host may not have heard.
      degraded: (report) => {
        const isKnown = this.degraded.some(
          ({ lane, number }) => lane === report.lane && number === report.number,
        )
        if (!isKnown) this.degraded.push(report)
      },
    }
  }

  async #answerAll(): Promise<boolean> {
    let any = false
    for (const call of this.#calls.values()) if (await call()) any = true
    return any
  }
}

/** What another thread gets by message: plain data copied, shared memory shared. */
function structuredCloneOfShared(open: OpenLane): OpenLane {
  return structuredClone(open)
}

/** The other end of a call: answers all that was asked. */
function service(call: CallLine, models: ReadonlyMap<string, StoredModel>) {
  const model: Promise<OpenModel> = openModel(models.get(call.target)!)
  const requests = new RingReader(call.requests, 'oldest')
  const window = newChunkBuffer({ ...call.requests.shape, maxFrames: 1 })
  const replies = new RingWriter(call.replies)
  return async (): Promise<boolean> => {
    let any = false
    const {
      window: input,
      answer,
      run,
    } = await model.then((each) => ({
      window: each.window,
      answer: each.answer,
      run: () => each.run(),
    }))
    for (let result = requests.read(window); result !== 'empty'; result = requests.read(window)) {
      if (result !== 'chunk') continue
      input.set((window.data as Float32Array).subarray(0, input.length))
      await run()
      const lostSamples = window.firstSample - replies.expected
      const atSample = replies.expected
      if (lostSamples) replies.gap({ atSample, lostSamples, exact: true, reason: 'lost' })
      replies.write({ ...window, data: answer, stride: answer.length, frames: 1 })
      any = true
    }
    return any
  }
}
