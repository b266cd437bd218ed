/** The graph engine over arrivals, with changes of the graph, of its level, and restores on the way. */
import { Graph, GraphMemory, type GraphSpec, type NodeCounters } from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import {
  type Chunk,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../../src/signal/index.ts'
import { memoryKeyed } from '../memory-keyed.ts'
import type { PlainEvent, PlainNode } from './plain-graph.ts'
import { maxFrames, sourceRateHz, sources } from './random-graph.ts'
import { testNodes } from './test-nodes.ts'

/** What left one output, in order: `sample time value`, and gaps with those that adjoin joined. */
export type Trace = string[]

export interface EngineRun {
  readonly nodes: readonly PlainNode[]
  /** Of all sources, in the order of their steps. */
  readonly events: readonly (PlainEvent & { readonly source: string })[]
  levelAt(step: number): number
  /** Before these steps the graph is saved, and opened anew from what was saved. */
  readonly restoreAt: ReadonlySet<number>
  /** Before these steps a stranger comes and goes, and all is written in another order. */
  readonly disturbAt: ReadonlySet<number>
}

export interface EngineAnswer {
  readonly traces: ReadonlyMap<string, Trace>
  readonly counters: ReadonlyMap<string, NodeCounters>
  readonly refused: readonly string[]
}

/** One memory for all, because every new one reserves address space. */
const memory = new GraphMemory(newKernelMemory())

export function runEngine(run: EngineRun): EngineAnswer {
  const traces = new Map(run.nodes.map(({ id }) => [id, new TraceWriter()]))
  const refused: string[] = []
  const open = (spec: GraphSpec) =>
    new Graph(spec, {
      catalog: testNodes,
      sources: Object.fromEntries(sources.map((source) => [source, streamInfo(source)])),
      memory,
      maxFrames,
      keyed: memoryKeyed(),
      model: (name) => {
        throw new Error(`no model ${name} here`)
      },
      outputs: {
        chunk: (output, chunk) => traces.get(output)!.chunk(chunk),
        gap: (output, { atSample, lostSamples }) => traces.get(output)!.gap(atSample, lostSamples),
        request: () => {},
        refused({ node, reason, chunk }) {
          const what = chunk ? `${chunk.firstSample} ${chunk.frames}` : 'on a gap'
          refused.push(`${node} ${reason} ${what}`)
        },
      },
    })
  let spec = specAt(run.nodes, 0)
  let graph = open(spec)
  const lost = new Map<string, NodeCounters>()
  let done = 0
  for (const event of run.events) {
    // A step may have no event of its own.
    for (; done <= event.step; done++) {
      const wanted = specAt(run.nodes, done)
      if (run.disturbAt.has(done)) graph.apply(withStranger(spec))
      graph.apply(run.disturbAt.has(done) ? reordered(wanted) : wanted)
      spec = wanted
      graph.degrade(run.levelAt(done))
      if (!run.restoreAt.has(done)) continue
      const snapshot = structuredClone(graph.snapshot())
      graph.close()
      graph = open(spec)
      graph.restore(snapshot)
      graph.degrade(run.levelAt(done))
    }
    push(graph, event)
  }
  graph.apply(specAt(run.nodes, Number.POSITIVE_INFINITY))
  const counters = new Map(graph.counters)
  graph.close()
  const plain = new Map([...traces].map(([id, trace]) => [id, trace.lines]))
  return { traces: plain, counters: new Map([...counters, ...lost]), refused }
}

/** What leaves an output, written so that two cuts of the same samples look the same. */
class TraceWriter {
  readonly lines: Trace = []
  #gapFrom = -1
  #gapTo = -1

  chunk(chunk: Chunk): void {
    for (let f = 0; f < chunk.frames; f++) {
      this.sample(chunk.firstSample + f, chunk.time[f]!, chunk.data[f * chunk.stride]!)
    }
  }

  sample(index: number, time: number, value: number): void {
    this.#gapFrom = -1
    this.lines.push(`${index} at ${time}: ${value}`)
  }

  gap(at: number, lost: number): void {
    if (this.#gapFrom >= 0 && this.#gapTo === at) this.lines.pop()
    else this.#gapFrom = at
    this.#gapTo = at + lost
    this.lines.push(`${this.#gapFrom} to ${this.#gapTo} missing`)
  }
}

export function traceOf(events: readonly PlainEvent[]): Trace {
  const trace = new TraceWriter()
  for (const event of events) {
    if ('at' in event) trace.gap(event.at, event.lost)
    else for (const { index, time, value } of event.samples) trace.sample(index, time, value)
  }
  return trace.lines
}

function streamInfo(id: string): StreamInfo {
  return {
    id,
    name: id,
    type: 'EEG',
    sampleFormat: 'float32',
    nominalRateHz: sourceRateHz,
    channels: [physicalChannel('Cz', 'EEG', 'uV')],
    origin: { source: 'test' },
  }
}

function specAt(nodes: readonly PlainNode[], step: number): GraphSpec {
  const spec: GraphSpec = {
    version: 1,
    name: 'random',
    sources: Object.fromEntries(sources.map((source) => [source, {}])),
    nodes: {},
    edges: [],
    outputs: {},
  }
  for (const { id, kind, amount, fails, from, resilience, changes } of nodes) {
    const changed = changes.filter((change) => change.step <= step).at(-1)
    const options = { amount: changed?.amount ?? amount, fails }
    spec.nodes[id] = { node: kind, options, resilience }
    const ports = testNodes.get(kind)!.inputs
    for (const [i, each] of from.entries()) {
      spec.edges.push({ from: each, to: `${id}.${ports[i]!.name}` })
    }
    spec.outputs[id] = id
  }
  return spec
}

function withStranger(spec: GraphSpec): GraphSpec {
  return {
    ...spec,
    nodes: { ...spec.nodes, stranger: { node: 'sum' } },
    edges: [...spec.edges, { from: 'a', to: 'stranger' }],
  }
}

function reordered(spec: GraphSpec): GraphSpec {
  const nodes = Object.fromEntries(Object.entries(spec.nodes).reverse())
  return { ...spec, nodes, edges: [...spec.edges].reverse() }
}

const stride = 8
const lent = memory.lend()
const chunk = {
  ...newChunkBuffer({ format: 'float32', channels: stride, maxFrames }),
  data: lent.float32(stride * maxFrames),
}

function push(graph: Graph, event: EngineRun['events'][number]): void {
  if ('at' in event) {
    const { at: atSample, lost: lostSamples } = event
    graph.gap(event.source, { atSample, lostSamples, exact: true, reason: 'lost' })
    return
  }
  chunk.firstSample = event.samples[0]!.index
  chunk.frames = event.samples.length
  for (const [f, { time, value }] of event.samples.entries()) {
    chunk.data[f * stride] = value
    chunk.time[f] = chunk.hostTime[f] = time
  }
  graph.chunk(event.source, chunk)
}
