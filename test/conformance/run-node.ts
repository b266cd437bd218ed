/** Runs one node over a signal under any chunking, with gaps and with a snapshot in the middle. */
import { Graph, GraphMemory, type GraphSpec } from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import {
  type Chunk,
  type ChunkBuffer,
  type Gap,
  type ModelCard,
  type NumericFormat,
  type StreamInfo,
  strideFor,
} from '../../src/signal/index.ts'
import { memoryKeyed } from '../memory-keyed.ts'

/** The signal to run over: value of channel `c` at sample `s`, raw. */
export interface TestSignal {
  readonly info: StreamInfo
  readonly samples: number
  value(sample: number, channel: number): number
}

export interface Run {
  readonly node: string
  readonly options?: Record<string, unknown>
  /** The output to look at; defaults to the node's first. */
  readonly port?: string
  /** Inputs beside the first, which hear the same stream, each chunk after the first has. */
  readonly further?: readonly string[]
  /** Nodes in front of it, in the order of the samples' way. */
  readonly before?: readonly { node: string; options?: Record<string, unknown> }[]
  readonly signal: TestSignal
  /** Chunk lengths, over and over. */
  readonly chunks: readonly number[]
  readonly gaps?: readonly Gap[]
  /** At this sample the state is taken out, and put into a graph opened anew. */
  readonly restoreAt?: number
  /** Defaults to `testModel`. */
  readonly model?: (name: string) => ModelCard
  /** Longest chunk of the graph; defaults to 64. */
  readonly maxFrames?: number
}

export interface RunResult {
  readonly info: StreamInfo
  /** Per frame: index, host time, then the values. */
  readonly frames: number[][]
  readonly gaps: Gap[]
  readonly requests: number[][]
}

export function testModel(name: string): ModelCard {
  return {
    name,
    version: '1',
    title: 'A model for tests',
    summary: '',
    licence: 'Apache-2.0',
    file: 'none.onnx',
    sha256: '0'.repeat(64),
    input: {
      name: 'x',
      rateHz: 100,
      frames: 100,
      channels: 1,
      unit: 'uV',
      montage: 'frontal-mean',
      divideBy: 100,
      filter: null,
    },
    output: { name: 'y', labels: ['blink'] },
    decision: { threshold: 0.5, clearBelow: 0.3, refractorySeconds: 0.2 },
    training: { script: '', data: [], versions: {} },
    evaluation: [],
    limits: [],
  }
}

export function runNode(run: Run): RunResult {
  const result: RunResult = { info: undefined!, frames: [], gaps: [], requests: [] }
  const { maxFrames = 64 } = run
  const spec = chain(run)
  const open = () => {
    const memory = new GraphMemory(newKernelMemory())
    const source = sourceBuffer(memory, run.signal.info, maxFrames)
    const graph = new Graph(spec, {
      catalog: nodeCatalog,
      sources: { in: run.signal.info },
      memory,
      maxFrames,
      model: run.model ?? testModel,
      module: (name) => ({ path: `${name}.wasm`, sha256: '0'.repeat(64) }),
      keyed: memoryKeyed(),
      outputs: {
        chunk: (_output, chunk) => result.frames.push(...framesOf(chunk, graph.outputs.out!)),
        gap: (_output, gap) => result.gaps.push({ ...gap }),
        request: (_node, chunk) =>
          result.requests.push(...framesOf(chunk, graph.remotes.get('node')!.request)),
      },
    })
    return { graph, source }
  }
  let { graph, source } = open()
  let restored = run.restoreAt === undefined
  for (const step of stepsOf(run, maxFrames)) {
    if (!restored && step.at >= run.restoreAt!) {
      const snapshot = structuredClone(graph.snapshot())
      const fresh = open()
      fresh.graph.restore(snapshot)
      graph = fresh.graph
      source = fresh.source
      restored = true
    }
    if (step.gap) graph.gap('in', step.gap)
    else graph.chunk('in', fill(source, run.signal, step.at, step.frames))
  }
  return { ...result, info: graph.outputs.out! }
}

/** `in` → the nodes before → `node` → `out`. */
function chain({ node, options, port, further = [], before = [] }: Run): GraphSpec {
  const entry = (node: string, options?: Record<string, unknown>) =>
    options ? { node, options } : { node }
  const ids = ['in', ...before.map((_, i) => `before${i}`), 'node']
  return {
    version: 1,
    name: 'test',
    sources: { in: {} },
    nodes: {
      ...Object.fromEntries(before.map((step, i) => [ids[i + 1]!, entry(step.node, step.options)])),
      node: entry(node, options),
    },
    edges: [
      ...ids.slice(1).map((to, i) => ({ from: ids[i]!, to })),
      ...further.map((name) => ({ from: ids.at(-2)!, to: `node.${name}` })),
    ],
    outputs: { out: port ? `node.${port}` : 'node' },
  }
}

interface Step {
  readonly at: number
  readonly frames: number
  readonly gap?: Gap
}

function* stepsOf({ signal, chunks, gaps = [] }: Run, maxFrames: number): Generator<Step> {
  let at = 0
  let c = 0
  for (const gap of [...gaps, undefined]) {
    const end = gap?.atSample ?? signal.samples
    while (at < end) {
      const frames = Math.min(chunks[c++ % chunks.length]!, end - at, maxFrames)
      yield { at, frames }
      at += frames
    }
    if (!gap) return
    yield { at, frames: 0, gap }
    at += gap.lostSamples
  }
}

export function sourceBuffer(
  memory: GraphMemory,
  info: StreamInfo,
  maxFrames: number,
): ChunkBuffer {
  const stride = strideFor(info.channels.length)
  return {
    firstSample: 0,
    frames: 0,
    data: memory.lend().samples(info.sampleFormat as NumericFormat, stride * maxFrames),
    stride,
    time: new Float64Array(maxFrames),
    hostTime: new Float64Array(maxFrames),
    deviceTime: null,
    sequence: null,
  }
}

function fill(into: ChunkBuffer, signal: TestSignal, at: number, frames: number): Chunk {
  into.firstSample = at
  into.frames = frames
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < signal.info.channels.length; c++) {
      into.data[f * into.stride + c] = signal.value(at + f, c)
    }
    into.time[f] = (at + f) / signal.info.nominalRateHz
    into.hostTime[f] = into.time[f]! + 0.01
  }
  return into
}

function framesOf(chunk: Chunk, info: StreamInfo): number[][] {
  return Array.from({ length: chunk.frames }, (_, f) => [
    chunk.firstSample + f,
    chunk.hostTime[f]!,
    ...chunk.data.slice(f * chunk.stride, f * chunk.stride + info.channels.length),
  ])
}
