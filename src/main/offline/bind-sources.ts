/** Which streams of a recording or of the open devices feed a graph's sources. */
import { type GraphSpec, markerSource, markerStream } from '../../graph/index.ts'
import { type StreamInfo, SynapseError } from '../../signal/index.ts'

/** @throws SynapseError graph-invalid, naming the source and the streams that there are */
export function bindSources(
  spec: GraphSpec,
  streams: readonly StreamInfo[],
): Record<string, StreamInfo> {
  const numeric = streams.filter(({ sampleFormat }) => sampleFormat !== 'json')
  const left = new Set(numeric)
  const bound: Record<string, StreamInfo> = {}
  const bind = (name: string, info: StreamInfo | undefined) => {
    if (!info) throw unbound(spec, name, numeric)
    left.delete(info)
    bound[name] = info
  }
  const entries = Object.entries(spec.sources)
  for (const [name, source] of entries) {
    const markers = markerSource(source)
    if (markers) bound[name] = markerStream(name, markers)
  }
  for (const [name, { stream }] of entries) {
    if (stream !== undefined)
      bind(
        name,
        numeric.find(({ id }) => id === stream),
      )
  }
  for (const [name, { type }] of entries) {
    if (!(name in bound) && type !== undefined) {
      bind(
        name,
        [...left].find((info) => info.type.toLowerCase() === type.toLowerCase()),
      )
    }
  }
  for (const [name] of entries) {
    // EEG first: a recording may begin with an accelerometer.
    if (!(name in bound)) bind(name, [...left].find(({ type }) => type === 'EEG') ?? [...left][0])
  }
  return bound
}

function unbound(spec: GraphSpec, name: string, streams: readonly StreamInfo[]): SynapseError {
  const { stream, type } = spec.sources[name]!
  const wanted = stream ?? (type ? `a stream of type ${type}` : 'a stream')
  const there = streams.map(({ id, type }) => `${id} (${type})`).join(', ') || 'none'
  return new SynapseError(
    'graph-invalid',
    `binding source "${name}" of graph "${spec.name}": ${wanted} is not there`,
    { remedy: `Streams: ${there}.` },
  )
}
