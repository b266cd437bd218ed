/**
 * A graph over a recording, as fast as the machine can: the same nodes in the same order as live,
 * with every answer of a model or a sandbox waited for, so that nothing depends on time.
 */
import type { Recording, XdfWriter } from '../../formats/index.ts'
import {
  Graph,
  GraphMemory,
  type GraphSpec,
  type LentMemory,
  type NodeCatalog,
  type ParameterValues,
  type Refusal,
} from '../../graph/index.ts'
import { type OpenModel, openModel, type StoredModel, storedModel } from '../../inference/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import { nodeCatalog } from '../../nodes/catalog.ts'
import { findModule } from '../../sandbox/index.ts'
import {
  type Chunk,
  type ChunkBuffer,
  type Ledger,
  type NumericFormat,
  type StreamId,
  type StreamInfo,
  strideFor,
} from '../../signal/index.ts'
import { type FlushedKeyed, MemoryTable, newGraphKeyed, type Table } from '../../store/index.ts'
import type { LaneMeters } from '../../workers/index.ts'
import { modulesFolder } from '../package-files.ts'
import { bindSources } from './bind-sources.ts'
import { OfflineSandbox } from './offline-sandbox.ts'
import { framesBefore, RecordedMarkers } from './recorded-markers.ts'

const maxFrames = 256

export interface OfflineResult {
  readonly frames: number
  readonly outputs: readonly {
    readonly name: string
    readonly stream: string
    readonly ledger: Ledger
  }[]
}

/** Where the outputs go: one stream for each. */
export type OutputSink = Pick<XdfWriter, 'addStream' | 'write' | 'marker' | 'ledger' | 'flush'>

/** How far a live graph was degraded, from a time of one of its streams on. */
export interface LevelChange {
  readonly stream: StreamId
  readonly time: number
  readonly level: number
}

export interface RunExtras {
  readonly catalog?: NodeCatalog
  /** What a node did not take; lent. */
  refused?(refusal: Refusal): void
  /** In the order of their times: the run gives up what the live graph gave up. */
  readonly levels?: readonly LevelChange[]
  /** Where nodes keep state by key; without one they begin with none, and leave none. */
  readonly state?: Table
  /** Measures the nodes. */
  readonly meters?: LaneMeters
}

/** A question to a model that waits for its turn. */
interface Question {
  readonly node: string
  readonly window: Float32Array
  readonly firstSample: number
  readonly time: number
  readonly hostTime: number
}

/**
 * @param modules folder of the modules for sandboxed nodes
 * @throws SynapseError graph-invalid, bad-option, model-missing, model-invalid, file-missing,
 * node-failed
 */
export async function runGraph(
  spec: GraphSpec,
  recording: Recording,
  models: ReadonlyMap<string, StoredModel>,
  sink: OutputSink,
  parameters: ParameterValues = {},
  modules: string = modulesFolder,
  extras: RunExtras = {},
): Promise<OfflineResult> {
  const run = new OfflineRun(spec, recording, models, sink, parameters, modules, extras)
  try {
    return await run.all()
  } finally {
    await run.close()
  }
}

class OfflineRun {
  readonly #recording: Recording
  readonly #models: ReadonlyMap<string, StoredModel>
  readonly #sink: OutputSink
  readonly #memory = new GraphMemory(newKernelMemory())
  readonly #graph: Graph
  readonly #keyed: FlushedKeyed
  /** By stream id: the source's name and the chunk that its frames are copied into. */
  readonly #inputs = new Map<string, { name: string; info: StreamInfo; chunk: ChunkBuffer }>()
  /** By source name: index after its last sample. */
  readonly #ends = new Map<string, number>()
  readonly #outputs = new Map<string, StreamInfo>()
  readonly #open = new Map<string, OpenModel>()
  /** By node id. */
  readonly #sandboxes = new Map<string, OfflineSandbox>()
  /** Still to come. */
  readonly #levels: LevelChange[]
  readonly #markers: RecordedMarkers
  #questions: Question[] = []
  readonly #meters: LaneMeters | undefined
  #frames = 0
  #newest = Number.NEGATIVE_INFINITY

  constructor(
    spec: GraphSpec,
    recording: Recording,
    models: ReadonlyMap<string, StoredModel>,
    sink: OutputSink,
    parameters: ParameterValues,
    modules: string,
    extras: RunExtras,
  ) {
    this.#levels = [...(extras.levels ?? [])]
    this.#meters = extras.meters
    this.#recording = recording
    this.#models = models
    this.#sink = sink
    const streams = recording.streams.map(({ info }) => info)
    const sources = bindSources(spec, streams)
    for (const [name, info] of Object.entries(sources)) {
      const chunk = chunkIn(this.#memory.lend(), info)
      this.#inputs.set(info.id, { name, info, chunk })
    }
    const roomFor = (name: string) => this.#inputs.get(sources[name]!.id)!.chunk
    this.#markers = new RecordedMarkers(spec, recording.markers, roomFor)
    this.#keyed = newGraphKeyed(extras.state ?? new MemoryTable(), {
      name: spec.name,
      epochSeconds: epochOf(recording),
    })
    this.#graph = new Graph(spec, {
      catalog: extras.catalog ?? nodeCatalog,
      sources,
      memory: this.#memory,
      maxFrames,
      parameters,
      model: (name) => storedModel(this.#models, name).card,
      module: (name) => findModule(modules, name),
      keyed: this.#keyed,
      ...(extras.meters ? { probe: extras.meters } : {}),
      outputs: {
        chunk: (output, chunk) => this.#write(output, chunk),
        gap: () => {}, // the index of an output's next chunk tells of it
        request: (node, chunk) => this.#ask(node, chunk),
        ...(extras.refused ? { refused: extras.refused } : {}),
      },
    })
    for (const [name, info] of Object.entries(this.#graph.outputs)) {
      const stream = { ...info, id: name, name }
      this.#outputs.set(name, stream)
      sink.addStream(stream, { deviceTime: false, sequence: false })
    }
    for (const [node, remote] of this.#graph.remotes) {
      if (remote.service === 'sandbox') this.#sandboxes.set(node, new OfflineSandbox(node, remote))
    }
  }

  async all(): Promise<OfflineResult> {
    for (const marker of this.#recording.markers) {
      this.#sink.marker({ source: 'recording', ...marker })
    }
    for await (const item of this.#recording.read()) {
      const input = this.#inputs.get(item.stream)
      if (!input) continue
      if (item.kind === 'gap') {
        this.#graph.gap(input.name, item.gap)
        this.#ends.set(input.name, item.gap.atSample + item.gap.lostSamples)
      } else {
        // Items come in the order of their first frames: whatever is before this one has come.
        this.#graph.tick(item.chunk.time[0]!)
        await this.#push(input, item.chunk)
      }
      await this.#answerAll()
      this.#sink.flush()
    }
    await this.#markUntil(Number.POSITIVE_INFINITY)
    await this.#end()
    // All that will come has come; a source that was silent for long has been silent to the end.
    this.#graph.tick(this.#newest)
    this.#keyed.flush()
    this.#sink.flush()
    const outputs = [...this.#outputs].map(([name, { id }]) => ({
      name,
      stream: id,
      ledger: this.#sink.ledger(id),
    }))
    return { frames: this.#frames, outputs }
  }

  async close(): Promise<void> {
    this.#graph.close()
    for (const model of this.#open.values()) await model.close()
    for (const sandbox of this.#sandboxes.values()) await sandbox.close()
  }

  async #push(
    { name, info, chunk }: { name: string; info: StreamInfo; chunk: ChunkBuffer },
    whole: Chunk,
  ): Promise<void> {
    const channels = info.channels.length
    for (let from = 0, frames = 0; from < whole.frames; from += frames) {
      await this.#markUntil(whole.time[from]!)
      const most = framesBefore(this.#markers.nextTime, whole, from, this.#most(whole, from))
      frames = this.#untilLevel(info.id, whole, from, most)
      for (let f = 0; f < frames; f++) {
        const at = (from + f) * whole.stride
        for (let c = 0; c < channels; c++) chunk.data[f * chunk.stride + c] = whole.data[at + c]!
        chunk.time[f] = whole.time[from + f]!
        chunk.hostTime[f] = whole.hostTime[from + f]!
      }
      chunk.firstSample = whole.firstSample + from
      chunk.frames = frames
      this.#ends.set(name, chunk.firstSample + frames)
      this.#measured(() => this.#graph.chunk(name, chunk))
      this.#newest = Math.max(this.#newest, chunk.time[frames - 1]!)
      this.#frames += frames
      await this.#answerAll()
    }
  }

  #most(whole: Chunk, from: number): number {
    return Math.min(maxFrames, whole.frames - from)
  }

  /** Markers up to this time, as they would have come live; none where there are no more. */
  async #markUntil(time: number): Promise<void> {
    while (this.#markers.nextTime <= time && this.#markers.nextTime < Number.POSITIVE_INFINITY) {
      const { source, chunk } = this.#markers.take()
      this.#graph.tick(chunk.time[0]!)
      this.#untilLevel(`markers/${source}`, chunk, 0, 1)
      this.#ends.set(source, chunk.firstSample + 1)
      this.#measured(() => this.#graph.chunk(source, chunk))
      this.#newest = Math.max(this.#newest, chunk.time[0]!)
      await this.#answerAll()
    }
  }

  /** A gap that loses nothing ends every source, so that what nodes hold back leaves. */
  async #end(): Promise<void> {
    for (const [name, atSample] of this.#ends) {
      this.#graph.gap(name, { atSample, lostSamples: 0, exact: true, reason: 'lost' })
      await this.#answerAll()
    }
  }

  /** Brings the graph to its level at frame `from`; returns how many frames it stays there. */
  #untilLevel(stream: StreamId, { time }: Chunk, from: number, most: number): number {
    let next = this.#levels.findIndex((each) => each.stream === stream)
    while (next >= 0 && this.#levels[next]!.time <= time[from]!) {
      this.#graph.degrade(this.#levels.splice(next, 1)[0]!.level)
      next = this.#levels.findIndex((each) => each.stream === stream)
    }
    if (next < 0) return most
    const { time: changesAt } = this.#levels[next]!
    let frames = 1
    while (frames < most && time[from + frames]! < changesAt) frames++
    return frames
  }

  #reply(node: string, chunk: Chunk): void {
    this.#measured(() => this.#graph.reply(node, chunk))
  }

  #measured(work: () => void): void {
    this.#meters?.enter(null)
    work()
    this.#meters?.leave()
  }

  #write(output: string, chunk: Chunk): void {
    this.#sink.write(this.#outputs.get(output)!.id, chunk)
  }

  #ask(node: string, chunk: Chunk): void {
    const sandbox = this.#sandboxes.get(node)
    if (sandbox) {
      sandbox.ask(chunk)
      return
    }
    for (let f = 0; f < chunk.frames; f++) {
      const at = f * chunk.stride
      const window = (chunk.data as Float32Array).slice(at, at + chunk.stride)
      const [time, hostTime] = [chunk.time[f]!, chunk.hostTime[f]!]
      const firstSample = chunk.firstSample + f
      this.#questions.push({ node, window, firstSample, time, hostTime })
    }
  }

  async #answerAll(): Promise<void> {
    for (let isBusy = true; isBusy; ) {
      const questions = this.#questions
      this.#questions = []
      for (const question of questions) await this.#answer(question)
      isBusy = questions.length > 0
      for (const sandbox of this.#sandboxes.values()) {
        const reply = (node: string, chunk: Chunk) => this.#reply(node, chunk)
        if (await sandbox.answer(reply)) isBusy = true
      }
    }
  }

  async #answer({ node, window, firstSample, time, hostTime }: Question): Promise<void> {
    const model = await this.#model(this.#graph.remotes.get(node)!.target)
    model.window.set(window.subarray(0, model.window.length))
    await model.run()
    this.#reply(node, {
      firstSample,
      frames: 1,
      data: model.answer,
      stride: model.answer.length,
      time: Float64Array.of(time),
      hostTime: Float64Array.of(hostTime),
      deviceTime: null,
      sequence: null,
    })
  }

  async #model(name: string): Promise<OpenModel> {
    const known = this.#open.get(name)
    if (known) return known
    const model = await openModel(storedModel(this.#models, name))
    this.#open.set(name, model)
    return model
  }
}

/** Seconds since 1970 at time 0 of the recording's clock. */
function epochOf({ startedAt, streams }: Recording): number {
  const first = streams.flatMap(({ firstTime }) => firstTime ?? [])
  return (startedAt?.getTime() ?? 0) / 1000 - (first.length ? Math.min(...first) : 0)
}

function chunkIn(memory: LentMemory, info: StreamInfo): ChunkBuffer {
  const stride = strideFor(info.channels.length)
  return {
    firstSample: 0,
    frames: 0,
    data: memory.samples(info.sampleFormat as NumericFormat, stride * maxFrames),
    stride,
    time: new Float64Array(maxFrames),
    hostTime: new Float64Array(maxFrames),
    deviceTime: null,
    sequence: null,
  }
}
