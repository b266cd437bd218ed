/**
 * Spans of live graphs: opening, changing and restarting them, and one a second for the batch of
 * chunks that each has got through. Where no telemetry is on, each of these is a no-op.
 */
import type { Span } from '@opentelemetry/api'
import { type Cancel, type Clock, type ErrorNote, errorFromNote } from '../signal/index.ts'
import {
  type EdgeValues,
  edgeFields,
  nodeFields,
  readValues,
  type SharedMeters,
} from '../workers/index.ts'
import { endSpan, tracer } from './telemetry.ts'

const batchSeconds = 1

type GraphMeters = readonly { readonly id: string; readonly meters: SharedMeters }[]

interface Totals extends EdgeValues {
  readonly errors: number
  readonly framesRefused: number
}

export class GraphSpans {
  readonly #meters: () => GraphMeters
  readonly #cancel: Cancel | null
  readonly #running = new Map<string, Span>()
  #before = new Map<string, Totals>()
  #beganAt = new Date()

  constructor(clock: Clock, meters: () => GraphMeters) {
    this.#meters = meters
    // With telemetry off not even a timer runs.
    const span = tracer().startSpan('host.start')
    this.#cancel = span.isRecording() ? clock.every(batchSeconds, () => this.#tellBatches()) : null
    span.end()
  }

  begin(name: 'graph.open' | 'graph.apply' | 'graph.restart', graph: string): void {
    this.#running.get(graph)?.end()
    this.#running.set(graph, tracer().startSpan(name, { attributes: { 'synapse.graph': graph } }))
  }

  /** What was begun has come to its end; @param note what went wrong */
  settled(graph: string, note?: ErrorNote): void {
    const span = this.#running.get(graph)
    this.#running.delete(graph)
    if (span) endSpan(span, note && errorFromNote(note))
  }

  end(): void {
    if (!this.#cancel) return
    this.#cancel()
    this.#tellBatches()
    for (const span of this.#running.values()) span.end()
  }

  #tellBatches(): void {
    const startTime = this.#beganAt
    this.#beganAt = new Date()
    const before = this.#before
    this.#before = new Map()
    for (const { id, meters } of this.#meters()) {
      const now = totalsOf(meters)
      const then = before.get(id)
      this.#before.set(id, now)
      const chunks = now.chunks - (then?.chunks ?? 0)
      if (chunks <= 0) continue
      const since = (name: keyof Totals) => now[name] - (then?.[name] ?? 0)
      const attributes = {
        'synapse.graph': id,
        'synapse.chunks': chunks,
        'synapse.frames': since('frames'),
        'synapse.gaps': since('gaps'),
        'synapse.errors': since('errors'),
        'synapse.frames_refused': since('framesRefused'),
      }
      tracer().startSpan('graph.batch', { startTime, attributes }).end(this.#beganAt)
    }
  }
}

/** What came in from the sources, and what the nodes made of it. */
function totalsOf({ edges, nodes }: SharedMeters): Totals {
  const entering = edges.filter(({ from }) => !from.includes('.'))
  const counts = entering.map(({ values }) => readValues(edgeFields, values))
  const own = nodes.map(({ values }) => readValues(nodeFields, values))
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    chunks: sum(counts.map(({ chunks }) => chunks)),
    frames: sum(counts.map(({ frames }) => frames)),
    gaps: sum(counts.map(({ gaps }) => gaps)),
    errors: sum(own.map(({ errors }) => errors)),
    framesRefused: sum(own.map(({ framesRefused }) => framesRefused)),
  }
}
