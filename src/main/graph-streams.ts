/**
 * What users' graphs give, as streams like those of devices: each has its ring, its account and its
 * latency, is recorded, and is looked at in the live view where somebody has chosen it. One with
 * more samples than a screen can show is reduced to its envelope by a graph of its own, as a device's.
 */
import type { ViewSettings } from '../contract/index.ts'
import type { GraphSpec } from '../graph/index.ts'
import { LatencyHistogram, ledgerOfRing, RingWriter, type SharedRing } from '../ring/index.ts'
import type { Clock, StreamId, StreamInfo } from '../signal/index.ts'
import type { LaneOutput, RecordedSource } from '../workers/index.ts'
import { type GraphMaking, outputStream } from './graph-making.ts'
import { firstFree } from './live-graphs.ts'
import type { Processing } from './processing.ts'
import { RateMeter } from './rate-meter.ts'
import { RecentLatency } from './recent-latency.ts'

/** An envelope is looked at: nobody sees it sooner. */
const sliceMs = 16

export interface GraphStream {
  /** Stays the same when the graph is changed, or run again. */
  readonly key: string
  /** Id under which the graph runs. */
  readonly graph: string
  readonly output: string
  /** Its id is another one in a recording that has a stream of this key already. */
  readonly info: StreamInfo
  readonly ring: SharedRing
  /** As the graph has opened it. */
  readonly lane: LaneOutput
  readonly rate: RateMeter
  readonly latency: RecentLatency
}

/** What a window is sent of it. */
export interface ShownOutput {
  readonly stream: GraphStream
  readonly lane: LaneOutput
  /** Two channels for each of the stream: lowest and highest value. */
  readonly isEnvelope: boolean
}

export interface GraphStreamsContext {
  readonly clock: Clock
  readonly processing: Processing
  view(): ViewSettings
  /** Undefined for a graph that the host has made for the traces. */
  makingOf(graph: string): GraphMaking | undefined
  isShown(graph: string, output: string): boolean
  isRecorded(graph: string): boolean
  /** Whether the recording that runs has it already. */
  hasRecorded(id: StreamId): boolean
  /** It is to be recorded from its first sample on. */
  record(source: RecordedSource): void
}

export class GraphStreams {
  readonly #context: GraphStreamsContext
  /** By the id of the ring. */
  #streams = new Map<string, GraphStream>()
  /** By the id of the graph that makes the envelope: what it was opened for. */
  readonly #envelopes = new Map<string, { readonly lane: string; readonly binRateHz: number }>()
  #isUpdating = false

  constructor(context: GraphStreamsContext) {
    this.#context = context
  }

  get list(): readonly GraphStream[] {
    return [...this.#streams.values()]
  }

  /** Those that a recording that begins now has, too. */
  get recorded(): readonly RecordedSource[] {
    const { isRecorded } = this.#context
    const recorded = this.list.filter(({ graph }) => isRecorded(graph))
    return recorded.map(({ key, info, ring }) => ({ info: { ...info, id: key }, ring }))
  }

  get shown(): readonly ShownOutput[] {
    const outputs = this.#context.processing.outputs()
    return this.list.flatMap((stream): ShownOutput[] => {
      if (!this.#isShown(stream)) return []
      if (!this.#needsEnvelope(stream)) return [{ stream, lane: stream.lane, isEnvelope: false }]
      const envelope = outputs.find(({ lane }) => lane === envelopeId(stream))
      return envelope ? [{ stream, lane: envelope.output, isEnvelope: true }] : []
    })
  }

  /** To be called when outputs came or went, and when what is shown, or how, has changed. */
  update(): void {
    // Opening an envelope is a change of outputs, too.
    if (this.#isUpdating) return
    this.#isUpdating = true
    this.#takeStock()
    this.#arrangeEnvelopes()
    this.#isUpdating = false
  }

  #takeStock(): void {
    const { processing, makingOf } = this.#context
    const streams = new Map<string, GraphStream>()
    for (const { lane: graph, output } of processing.outputs()) {
      const making = makingOf(graph)
      if (!making) continue
      const known = this.#streams.get(output.id)
      // Of a graph that was changed, the same ring has another description.
      const info = outputStream(known?.info.id ?? '', output.name, output.info, making)
      const stream = known ? { ...known, info, lane: output } : this.#newStream(graph, output, info)
      streams.set(output.id, stream)
    }
    this.#streams = streams
  }

  #newStream(graph: string, lane: LaneOutput, described: StreamInfo): GraphStream {
    const { clock, hasRecorded, isRecorded, record } = this.#context
    const { name: output, ring } = lane
    const key = `${graph}/${output}`
    const info = { ...described, id: firstFree(key, { has: hasRecorded }) }
    if (isRecorded(graph)) record({ info, ring })
    const rate = new RateMeter(() => ledgerOfRing(ring).expected, clock)
    const latency = new RecentLatency(new LatencyHistogram(lane.latency))
    return { key, graph, output, info, ring, lane, rate, latency }
  }

  #arrangeEnvelopes(): void {
    const { processing, view } = this.#context
    const wanted = this.list.filter((each) => this.#isShown(each) && this.#needsEnvelope(each))
    const ids = new Set(wanted.map(envelopeId))
    for (const id of [...this.#envelopes.keys()]) {
      if (ids.has(id)) continue
      this.#envelopes.delete(id)
      processing.close(id)
    }
    for (const stream of wanted) {
      const id = envelopeId(stream)
      const { binRateHz } = view()
      const { lane, ring, info } = stream
      const open = this.#envelopes.get(id)
      if (open?.lane === lane.id && open.binRateHz === binRateHz) continue
      this.#envelopes.set(id, { lane: lane.id, binRateHz })
      const spec = envelopeGraph(info, binRateHz)
      if (open?.lane === lane.id) processing.apply(id, spec)
      else processing.open(id, { raw: { info, writer: new RingWriter(ring) } }, spec)
    }
  }

  #isShown({ graph, output }: GraphStream): boolean {
    return this.#context.isShown(graph, output)
  }

  #needsEnvelope({ info }: GraphStream): boolean {
    return info.nominalRateHz > this.#context.view().binRateHz
  }
}

function envelopeId({ key }: GraphStream): string {
  return `view ${key}`
}

/** The writer of its ring is in another thread and rings no bell of ours: it is looked at by time. */
function envelopeGraph({ name }: StreamInfo, binRateHz: number): GraphSpec {
  return {
    version: 1,
    name: `view ${name}`,
    sources: { raw: {} },
    nodes: { display: { node: 'display-envelope', options: { binRateHz } } },
    edges: [{ from: 'raw', to: 'display' }],
    pacing: { mode: 'slice', milliseconds: sliceMs },
    outputs: { display: 'display' },
  }
}
