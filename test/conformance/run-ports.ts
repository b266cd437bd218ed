/**
 * Runs one node over several streams with times of their own, in any order of arrival, cut anyhow,
 * with a snapshot in the middle. What a test says of event time, it says with this.
 */
import { Graph, GraphMemory } from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import {
  type Gap,
  type GraphKeyed,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../../src/signal/index.ts'
import { memoryKeyed } from '../memory-keyed.ts'

export interface PortFrame {
  readonly time: number
  readonly values: readonly number[]
}

export interface PortFeed {
  readonly info: StreamInfo
  readonly frames: readonly PortFrame[]
}

/** So many frames of a port's stream arrive in one chunk. */
export interface Arrival {
  readonly port: string
  readonly frames: number
  /** Before them the source says that nothing at or before this time will come any more. */
  readonly watermark?: number
}

export interface PortsRun {
  readonly node: string
  readonly options?: Record<string, unknown>
  readonly feeds: Readonly<Record<string, PortFeed>>
  /** What arrives in which order; what is left of the feeds arrives after it, port by port. */
  readonly arrivals: readonly Arrival[]
  /** What arrives after all that. */
  readonly last?: readonly Arrival[]
  /** Before these arrivals the state is taken out and put into a graph opened anew. */
  readonly restoreBefore?: readonly number[]
  /** Defaults to one for each graph opened. */
  readonly keyed?: GraphKeyed
}

export interface PortOutput {
  readonly info: StreamInfo
  readonly frames: { index: number; time: number; values: number[] }[]
  readonly gaps: Gap[]
}

const maxFrames = 64

/** A stream of float32 values with these labels. */
export function featureStream(
  labels: readonly string[],
  nominalRateHz = 0,
  id = 'test/features',
): StreamInfo {
  return {
    id,
    name: id,
    type: 'Features',
    sampleFormat: 'float32',
    nominalRateHz,
    channels: labels.map((label) => physicalChannel(label, 'MISC', '1')),
    origin: { source: 'test' },
  }
}

export function runPorts(run: PortsRun): Record<string, PortOutput> {
  const ports = Object.keys(run.feeds)
  const definition = nodeCatalog.get(run.node)!
  const outputs: Record<string, PortOutput> = {}
  const open = () => {
    const graph: Graph = new Graph(
      {
        version: 1,
        name: 'test',
        sources: Object.fromEntries(ports.map((port) => [port, {}])),
        nodes: { node: { node: run.node, ...(run.options ? { options: run.options } : {}) } },
        edges: ports.map((port) => ({ from: port, to: `node.${port}` })),
        outputs: Object.fromEntries(definition.outputs.map(({ name }) => [name, `node.${name}`])),
      },
      {
        catalog: nodeCatalog,
        sources: Object.fromEntries(ports.map((port) => [port, run.feeds[port]!.info])),
        memory: new GraphMemory(newKernelMemory()),
        maxFrames,
        model: () => {
          throw new Error('no model')
        },
        keyed: run.keyed ?? memoryKeyed(),
        outputs: {
          chunk(name, { firstSample, frames, time, data, stride }) {
            const { channels } = outputs[name]!.info
            for (let f = 0; f < frames; f++) {
              const values = [...data.slice(f * stride, f * stride + channels.length)]
              outputs[name]!.frames.push({ index: firstSample + f, time: time[f]!, values })
            }
          },
          gap: (name, gap) => outputs[name]!.gaps.push({ ...gap }),
          request: () => {},
        },
      },
    )
    for (const [name, info] of Object.entries(graph.outputs)) {
      outputs[name] ??= { info, frames: [], gaps: [] }
    }
    return graph
  }
  let graph = open()
  const sent = Object.fromEntries(ports.map((port) => [port, 0]))
  const rest = ports.map((port): Arrival => ({ port, frames: run.feeds[port]!.frames.length }))
  for (const [i, { port, frames, watermark }] of [
    ...run.arrivals,
    ...rest,
    ...(run.last ?? []),
  ].entries()) {
    if (run.restoreBefore?.includes(i)) {
      const snapshot = structuredClone(graph.snapshot())
      graph = open()
      graph.restore(snapshot)
    }
    if (watermark !== undefined) graph.watermark(port, watermark)
    const left = run.feeds[port]!.frames.slice(sent[port]!, sent[port]! + frames)
    for (let at = 0; at < left.length; at += maxFrames) {
      push(graph, port, run.feeds[port]!, sent[port]!, Math.min(maxFrames, left.length - at))
      sent[port] = sent[port]! + Math.min(maxFrames, left.length - at)
    }
  }
  return outputs
}

function push(graph: Graph, port: string, feed: PortFeed, from: number, frames: number): void {
  const channels = feed.info.channels.length
  const chunk = newChunkBuffer({ format: 'float32', channels, maxFrames: frames })
  chunk.firstSample = from
  chunk.frames = frames
  for (let f = 0; f < frames; f++) {
    const { time, values } = feed.frames[from + f]!
    chunk.time[f] = time
    chunk.hostTime[f] = time
    for (let c = 0; c < channels; c++) chunk.data[f * channels + c] = values[c]!
  }
  graph.chunk(port, chunk)
}
