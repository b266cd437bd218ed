/** Which open streams feed a graph's sources: those that would feed them over a recording of them. */
import { type GraphSpec, markerSource } from '../graph/index.ts'
import type { Clock } from '../signal/index.ts'
import type { LinkStream } from './device-link.ts'
import { MarkerFeed } from './marker-feed.ts'
import { bindSources } from './offline/bind-sources.ts'
import type { LiveSources } from './running-graph.ts'

/** @throws SynapseError graph-invalid, naming the source and the streams that there are */
export function liveSources(
  spec: GraphSpec,
  streams: readonly LinkStream[],
  clock: Clock,
): LiveSources {
  const bound = bindSources(
    spec,
    streams.map(({ info }) => info),
  )
  return Object.fromEntries(
    Object.entries(bound).map(([name, info]) => {
      const markers = markerSource(spec.sources[name]!)
      if (markers) return [name, new MarkerFeed(name, markers, clock)]
      const { writer } = streams.find((stream) => stream.info === info)!
      return [name, { info, writer }]
    }),
  )
}
