/** A graph over live streams as it was asked for, whether it can run at the moment or not. */
import type { GraphSpec } from '../graph/index.ts'
import type { CallLine, LaneOutput } from '../workers/index.ts'
import type { GraphChange } from './graph-change.ts'
import type { GraphSettings, LiveSources, RunningGraph } from './running-graph.ts'

/** What is asked to run under an id, whether it can at the moment or not. */
export interface GraphEntry {
  readonly id: string
  readonly sources: LiveSources
  readonly settings: GraphSettings
  wanted: GraphSpec
  graph: RunningGraph | null
  outputs: readonly LaneOutput[]
  calls: readonly CallLine[]
  failures: number
  /** How far it was degraded last: what takes its place goes on from there. */
  level: number
  /** On its way to another cut. */
  change: GraphChange | null
}

export function newGraphEntry(
  id: string,
  sources: LiveSources,
  wanted: GraphSpec,
  settings: GraphSettings,
): GraphEntry {
  return {
    id,
    sources,
    settings,
    wanted,
    graph: null,
    outputs: [],
    calls: [],
    failures: 0,
    level: 0,
    change: null,
  }
}

/** Whom a notice is about: the stream, or the streams. */
export function aboutOf({ sources }: GraphEntry): string {
  return Object.values(sources)
    .map(({ info }) => info.name)
    .join(', ')
}
