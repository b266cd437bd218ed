/**
 * Users' graphs beyond their running: their outputs as streams, what a recording says of them, and
 * their return when the program begins anew or a device is back.
 */
import type { GraphOutput, KeptGraph, Params, Status, ViewSettings } from '../contract/index.ts'
import { ledgerOfRing } from '../ring/index.ts'
import { asSynapseError, type Clock, type Marker, SynapseError } from '../signal/index.ts'
import type { LinkStream } from './device-link.ts'
import { GraphNotes, graphsInForce } from './graph-notes.ts'
import type { GraphShelf } from './graph-shelf.ts'
import { GraphStreams } from './graph-streams.ts'
import type { LiveGraphs } from './live-graphs.ts'
import type { Notices } from './notices.ts'
import type { Processing } from './processing.ts'
import type { RecordingControl } from './recording.ts'

/** The host that runs them. */
interface GraphOutputsOwner {
  readonly clock: Clock
  readonly view: ViewSettings
  readonly processing: Processing
  readonly graphs: LiveGraphs
  readonly graphShelf: GraphShelf
  readonly recording: RecordingControl
  readonly notices: Pick<Notices, 'add'>
  streams(): readonly LinkStream[]
  tellChanged(): void
}

type Wishes = Omit<Params<'graph.wish'>, 'id'>

export class GraphOutputs {
  readonly streams: GraphStreams
  readonly #host: GraphOutputsOwner
  readonly #notes: GraphNotes
  readonly #mark: (marker: Marker) => void
  /** Ended by hand, or refused: they are left alone until the program begins anew. */
  readonly #resting = new Set<string>()
  readonly #starting = new Set<string>()

  constructor(host: GraphOutputsOwner, mark: (marker: Marker) => void) {
    this.#host = host
    this.#mark = mark
    const { clock, processing, graphs, graphShelf, recording } = host
    this.streams = new GraphStreams({
      clock,
      processing,
      view: () => host.view,
      makingOf: (graph) => graphs.makingOf(graph),
      isShown: (graph, output) => graphShelf.get(graph)?.shown.includes(output) ?? false,
      isRecorded: (graph) => graphShelf.get(graph)?.isRecorded ?? true,
      hasRecorded: (id) => recording.current?.sources.some(({ info }) => info.id === id) ?? false,
      record: (source) => recording.add(source, 'oldest'),
    })
    this.#notes = new GraphNotes({ clock, processing, graphs, graphStreams: this.streams })
  }

  /** Plain data: which graphs run, as what, and from which samples on. */
  get inForce() {
    const { clock, processing, graphs } = this.#host
    return graphsInForce({ clock, processing, graphs, graphStreams: this.streams })
  }

  /** To be called when streams of devices or outputs of graphs came or went. */
  update(): void {
    this.streams.update()
    for (const { id, startsAlone, reads } of this.#host.graphShelf.list) {
      if (startsAlone && !this.#resting.has(id)) void this.#start(id, reads)
    }
  }

  /** A user's graph runs, runs otherwise, or has ended. */
  changed(id: string): void {
    if (this.#host.graphs.inForce.has(id)) this.#resting.delete(id)
    const marker = this.#notes.changed(id)
    if (!marker) return
    this.#host.recording.noteSettings(marker.time)
    this.#mark(marker)
  }

  /** As a window is told of them. */
  get list(): GraphOutput[] {
    const { graphShelf } = this.#host
    return this.streams.list.map(({ key, graph, output, info }) => {
      const { shown = [], isRecorded = true } = graphShelf.get(graph) ?? {}
      const { name, type, nominalRateHz } = info
      const channels = info.channels.map(({ label, type, unit }) => ({ label, type, unit }))
      const isShown = shown.includes(output)
      return { key, graph, output, name, type, nominalRateHz, channels, isShown, isRecorded }
    })
  }

  get figures(): Status['outputs'] {
    const now = this.#host.clock.now()
    return this.streams.list.map(({ key, ring, rate, latency }) => ({
      key,
      ledger: ledgerOfRing(ring),
      effectiveRateHz: rate.rateHz(),
      latency: latency.take(now),
    }))
  }

  get kept(): KeptGraph[] {
    const { graphShelf, processing } = this.#host
    return graphShelf.list.map(({ id, name, reads, startsAlone, isRecorded }) => {
      const isWaiting = startsAlone && !this.#resting.has(id)
      const state = processing.graphs.has(id) ? 'running' : isWaiting ? 'waiting' : 'ended'
      return { id, name, state, reads, startsAlone, isRecorded }
    })
  }

  /** What is left out stays. Whether it is recorded holds from the next recording on. */
  wish(id: string, wishes: Wishes): void {
    const said = Object.entries(wishes).filter(([, value]) => value !== undefined)
    this.#host.graphShelf.wish(id, Object.fromEntries(said))
    this.#host.tellChanged()
  }

  show(id: string, output: string, isShown: boolean): void {
    const { graphShelf } = this.#host
    const others = (graphShelf.get(id)?.shown ?? []).filter((each) => each !== output)
    graphShelf.wish(id, { shown: isShown ? [...others, output] : others })
    this.streams.update()
    this.#host.tellChanged()
  }

  /** @throws SynapseError not-ready while it runs */
  forget(id: string): void {
    if (this.#host.processing.graphs.has(id)) {
      throw new SynapseError('not-ready', `forgetting ${id}: it runs`, { remedy: 'End it first.' })
    }
    this.#host.graphShelf.forget(id)
  }

  /** It rests then until the program begins anew, or somebody runs it. @throws as `LiveGraphs` */
  close(id: string): void {
    // Before it ends: what reads its streams is asked to begin whenever something has ended.
    this.#resting.add(id)
    this.#host.graphs.close(id)
  }

  async #start(id: string, reads: readonly string[]): Promise<void> {
    const { graphs, processing, notices } = this.#host
    const there = this.#host.streams().map(({ info }) => info.id)
    if (processing.graphs.has(id) || this.#starting.has(id)) return
    if (!reads.every((stream) => there.includes(stream))) return
    this.#starting.add(id)
    try {
      await graphs.runAgain(id, reads)
      const message = `running ${id} again: its nodes begin anew, with what they keep by key`
      const remedy = 'Nothing is to be done.'
      notices.add(id, 'info', { code: 'graph-runs-again', message, remedy })
    } catch (error) {
      this.#resting.add(id)
      notices.add(id, 'warning', asSynapseError(error, `running ${id} again`).note)
    } finally {
      this.#starting.delete(id)
    }
  }
}
