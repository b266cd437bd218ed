/**
 * One seed, one session: the graph runs in uneven chunks while it is changed, saved and restored
 * into another graph; what leaves it must be, bit for bit, what leaves a graph that is left alone
 * and fed frame by frame.
 */
import { Graph, GraphMemory, type GraphSpec } from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import {
  type Chunk,
  type ChunkBuffer,
  newChunkBuffer,
  type StreamInfo,
  SynapseError,
  strideFor,
} from '../../src/signal/index.ts'
import { Random } from './random.ts'
import { randomSession, type Session } from './random-session.ts'

const maxFrames = 64

/** By output: index, then the bits of every value. */
type Trace = Map<string, string[]>

/** One memory for all, because every new one reserves address space. */
const memory = new GraphMemory(newKernelMemory())

/** @throws Error naming the seed, the output and the first place where the two part */
export function simulate(seed: number): void {
  const random = new Random(seed)
  const session = randomSession(random, canOpen)
  const expected = trace(session, new Random(0), { uneven: false, disturbed: false })
  const got = trace(session, random, { uneven: true, disturbed: true })
  for (const [output, lines] of expected) {
    const others = got.get(output) ?? []
    const at = lines.findIndex((line, i) => line !== others[i])
    if (at < 0 && others.length === lines.length) continue
    throw new Error(
      `seed ${seed}: output ${output} of ${JSON.stringify(session.spec)} parts at line ${at}: ` +
        `expected ${lines[at] ?? 'the end'}, got ${others[at < 0 ? lines.length : at] ?? 'the end'}`,
    )
  }
}

function canOpen(info: StreamInfo, spec: GraphSpec): boolean {
  try {
    openGraph({ info }, spec, new Map()).close()
    return true
  } catch (error) {
    if (error instanceof SynapseError) return false
    throw error
  }
}

interface Manner {
  readonly uneven: boolean
  readonly disturbed: boolean
}

function trace(session: Session, random: Random, { uneven, disturbed }: Manner): Trace {
  const lines: Trace = new Map(Object.keys(session.spec.outputs).map((name) => [name, []]))
  let graph = openGraph(session, session.spec, lines)
  const lent = memory.lend()
  const chunk = chunkFor(session, lent.float32.bind(lent))
  for (let at = 0; at < session.frames.length; ) {
    const lost = session.gaps.get(at)
    const { sample } = session.frames[at]!
    if (lost !== undefined) {
      graph.gap('eeg', { atSample: sample - lost, lostSamples: lost, exact: true, reason: 'lost' })
    }
    const frames = chunkLength(session, at, uneven ? random.between(1, maxFrames) : 1)
    fill(chunk, session, at, frames)
    graph.chunk('eeg', chunk as Chunk)
    at += frames
    if (disturbed && random.chance(0.1)) graph = disturb(graph, session, random, lines)
  }
  graph.close()
  lent.release()
  return lines
}

/** A change that must not be seen in what leaves: C1 and S1 of the rules. */
function disturb(graph: Graph, session: Session, random: Random, lines: Trace): Graph {
  const { spec } = session
  if (random.chance(0.5)) {
    const other = structuredClone(spec)
    other.nodes.stranger = { node: 'calibrate' }
    other.edges.push({ from: 'eeg', to: 'stranger' })
    graph.apply(other)
    graph.apply(random.chance(0.5) ? spec : reordered(spec))
    return graph
  }
  const snapshot = structuredClone(graph.snapshot())
  graph.close()
  const restored = openGraph(session, spec, lines)
  restored.restore(snapshot)
  return restored
}

/** The same graph, written in another order. */
function reordered(spec: GraphSpec): GraphSpec {
  const nodes = Object.fromEntries(Object.entries(spec.nodes).reverse())
  return { ...spec, nodes, edges: [...spec.edges].reverse() }
}

function openGraph({ info }: Pick<Session, 'info'>, spec: GraphSpec, lines: Trace): Graph {
  const channels = new Map<string, number>()
  const graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: { eeg: info },
    memory,
    maxFrames,
    model: (name) => {
      throw new Error(`no model ${name} here`)
    },
    outputs: {
      chunk: (output, chunk) => note(lines.get(output)!, chunk, channels.get(output)!),
      gap: () => {},
      request: () => {},
    },
  })
  for (const [name, output] of Object.entries(graph.outputs)) {
    channels.set(name, output.channels.length)
  }
  return graph
}

const bits = new Float32Array(1)
const word = new Uint32Array(bits.buffer)

function note(lines: string[], chunk: Chunk, channels: number): void {
  for (let f = 0; f < chunk.frames; f++) {
    let line = `${chunk.firstSample + f}`
    for (let c = 0; c < channels; c++) {
      bits[0] = chunk.data[f * chunk.stride + c]!
      line += ` ${word[0]!.toString(16)}`
    }
    lines.push(line)
  }
}

function chunkFor({ info }: Session, float32: (length: number) => Float32Array): ChunkBuffer {
  const stride = strideFor(info.channels.length)
  const chunk = newChunkBuffer({ format: 'float32', channels: stride, maxFrames })
  chunk.data = float32(stride * maxFrames)
  return chunk
}

/** Up to `wanted` frames, but not over a gap. */
function chunkLength({ frames, gaps }: Session, at: number, wanted: number): number {
  let n = 1
  while (n < wanted && at + n < frames.length && !gaps.has(at + n)) n++
  return n
}

function fill(chunk: ChunkBuffer, session: Session, at: number, frames: number): void {
  chunk.firstSample = session.frames[at]!.sample
  chunk.frames = frames
  for (let f = 0; f < frames; f++) {
    const { sample, values } = session.frames[at + f]!
    chunk.data.set(values, f * chunk.stride)
    chunk.time[f] = sample / session.info.nominalRateHz
  }
}
