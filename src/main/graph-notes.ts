/**
 * What a recording says of users' graphs: which ran with what text over which streams from which
 * sample on, as a part of the settings in force; and a marker wherever that changes.
 */
import { RingReader } from '../ring/index.ts'
import { type Clock, type Marker, newChunkBuffer } from '../signal/index.ts'
import type { GraphEntry } from './graph-entry.ts'
import type { GraphMaking } from './graph-making.ts'
import type { GraphStream } from './graph-streams.ts'
import type { LiveSources } from './running-graph.ts'

export interface GraphNotesContext {
  readonly clock: Clock
  readonly processing: { readonly graphs: ReadonlyMap<string, Readonly<GraphEntry>> }
  readonly graphs: { readonly inForce: ReadonlyMap<string, GraphMaking> }
  readonly graphStreams: { readonly list: readonly GraphStream[] }
}

/** Plain data. */
export function graphsInForce({ processing, graphs, graphStreams }: GraphNotesContext) {
  return [...graphs.inForce].map(([id, { name, version, sha256, text }]) => {
    const { sources = {}, graph = null } = processing.graphs.get(id) ?? {}
    const outputs = graphStreams.list.filter((stream) => stream.graph === id)
    return {
      graph: name,
      version,
      sha256,
      sources: Object.fromEntries(
        Object.entries(sources).map(([source, { info }]) => [
          source,
          { stream: info.id, fromSample: graph?.from[source] ?? 0 },
        ]),
      ),
      outputs: Object.fromEntries(outputs.map(({ output, info }) => [output, info.id])),
      json: text,
    }
  })
}

export class GraphNotes {
  readonly #context: GraphNotesContext
  /** By id: the name and the version that were told. */
  readonly #told = new Map<string, Pick<GraphMaking, 'name' | 'version'>>()

  constructor(context: GraphNotesContext) {
    this.#context = context
  }

  /**
   * To be called when a graph may be another one, or has ended.
   * @returns what is to be marked, at the first sample that it holds for; null where nothing changed
   */
  changed(id: string): Marker | null {
    const { clock, graphs, processing } = this.#context
    const now = graphs.inForce.get(id)
    const before = this.#told.get(id)
    if (!now) {
      this.#told.delete(id)
      return before ? marker(clock.now(), `graph ${before.name} ended`, id) : null
    }
    if (before?.version === now.version) return null
    this.#told.set(id, now)
    const { sources = {}, graph = null } = processing.graphs.get(id) ?? {}
    const time = timeOfSamples(sources, graph?.from ?? {}) ?? clock.now()
    const what = before ? 'changed to' : 'runs as'
    return marker(time, `graph ${now.name} ${what} version ${now.version}`, id)
  }
}

function marker(time: number, label: string, source: string): Marker {
  return { time, label, durationSeconds: 0, source }
}

/** Of the latest of these samples, which may be about to come; null where no ring can tell. */
function timeOfSamples(
  sources: LiveSources,
  samples: Readonly<Record<string, number>>,
): number | null {
  const times = Object.entries(sources).flatMap(([name, { info, writer }]) => {
    const sample = samples[name] ?? 0
    const { format, channels } = writer.shared.shape
    const last = newChunkBuffer({ format, channels, maxFrames: 1 })
    const result = sample > 0 ? new RingReader(writer.shared, sample - 1).read(last) : 'empty'
    if (result !== 'chunk' || last.firstSample !== sample - 1) return []
    return [last.time[0]! + (info.nominalRateHz > 0 ? 1 / info.nominalRateHz : 0)]
  })
  return times.length > 0 ? Math.max(...times) : null
}
