/**
 * One seed, one session, its graph cut over threads by chance: lanes are stepped in any order, some
 * are slow, queues fill, block and spill, lanes die and are taken over, another graph cut in another
 * way takes the place of the first. What leaves must be, bit for bit, what leaves the graph in one
 * piece; and what nodes keep by key must be, in the end, what that one keeps.
 */
import {
  expandGraph,
  Graph,
  GraphMemory,
  type GraphSpec,
  splitGraph,
} from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import {
  type ChunkBuffer,
  newChunkBuffer,
  type StreamInfo,
  SynapseError,
} from '../../src/signal/index.ts'
import { type LiveKeyed, MemoryTable, newGraphKeyed } from '../../src/store/index.ts'
import { type Answers, collect, LiveLanes } from '../conformance/live-lanes.ts'
import { contentsOf, KeptWriter } from './kept-writer.ts'
import { withKeyedFold } from './keyed-fold.ts'
import { Random } from './random.ts'
import { randomSession, type Session } from './random-session.ts'

const maxFrames = 64
const memory = new GraphMemory(newKernelMemory())
const nodeCatalog = withKeyedFold()

/**
 * @param folder for what queues spill
 * @throws Error naming the seed, the output and the first place where the two part
 */
export function simulateLanes(seed: number, folder: string): void {
  const random = new Random(seed)
  const drawn = repeated(randomSession(random, canOpen), random.pick([1, 1, 1, 8]))
  const session = { ...drawn, spec: keeping(drawn.spec, random) }
  const change = random.chance(0.6) ? changeOf(session, random) : null
  const kept = new MemoryTable()
  const expected = inOnePiece(session, change, kept)
  const spec = scattered(session.spec, random)
  const other = change && { ...change, spec: scattered(change.spec, random) }
  const writer = new KeptWriter(random, random.pick([0, 0.001]))
  const got = inLanes(session, spec, other, random, folder, writer)
  for (const [output, values] of expected) {
    const mine = got.get(output) ?? []
    const at = values.findIndex((value, i) => !Object.is(value, mine[i]))
    if (at < 0 && mine.length === values.length) continue
    throw new Error(
      `seed ${seed}: output ${output} of ${JSON.stringify([spec, other])} parts at value ${at}: ` +
        `expected ${values[at]} of ${values.length}, got ${mine[at]} of ${mine.length}`,
    )
  }
  const end = session.frames.at(-1)!.sample / session.info.nominalRateHz
  const tables = [kept, writer.table]
  const [wanted, found] = tables.map((table) => JSON.stringify(contentsOf(table, end)))
  if (wanted !== found) throw new Error(`seed ${seed}: kept ${found}, expected ${wanted}`)
}

/** Some nodes more that keep something by key. */
function keeping(spec: GraphSpec, random: Random): GraphSpec {
  const { nodes, edges, outputs } = structuredClone(spec)
  const feeding = ['eeg', ...Object.keys(nodes)].slice(0, 2)
  for (const consistency of ['eventual', 'session', 'strong']) {
    if (random.chance(0.8)) continue
    const every = random.pick([3, 10, 60])
    nodes[consistency] = { node: 'keyed-fold', options: { consistency, every } }
    edges.push({ from: random.pick(feeding), to: consistency })
    outputs[consistency] = consistency
  }
  return { ...spec, nodes, edges, outputs }
}

/** Another graph, from a frame on. */
interface Change {
  readonly at: number
  readonly spec: GraphSpec
}

function changeOf({ spec, frames, info }: Session, random: Random): Change | null {
  const other = structuredClone(spec)
  const filter = Object.entries(other.nodes).find(([, { node }]) => node === 'filter-iir')
  if (filter && random.chance(0.5)) filter[1].options = { highCutHz: 25, order: 2 }
  if (random.chance(0.5)) {
    other.nodes.stranger = { node: 'calibrate' }
    other.edges.push({ from: random.pick(['eeg', 'n0']), to: 'stranger' })
    other.outputs.stranger = 'stranger'
  }
  if (random.chance(0.3)) delete other.outputs[random.pick(Object.keys(other.outputs))]
  return canOpen(info, other) ? { at: random.between(1, frames.length - 1), spec: other } : null
}

/** Long enough for queues to fill. */
function repeated(session: Session, times: number): Session {
  const { frames, gaps } = session
  const span = frames.at(-1)!.sample - frames[0]!.sample + 1
  const all = Array.from({ length: times }, (_, t) =>
    frames.map(({ sample, values }) => ({ sample: sample + t * span, values })),
  )
  const allGaps = Array.from({ length: times }, (_, t) =>
    [...gaps].map(([at, lost]) => [at + t * frames.length, lost] as const),
  )
  return { ...session, frames: all.flat(), gaps: new Map(allGaps.flat()) }
}

function canOpen(info: StreamInfo, spec: GraphSpec): boolean {
  try {
    openGraph(info, spec, new Map(), keyedIn(new MemoryTable())).close()
    return true
  } catch (error) {
    if (error instanceof SynapseError) return false
    throw error
  }
}

function keyedIn(table: MemoryTable): LiveKeyed {
  return newGraphKeyed(table, { name: 'simulated', epochSeconds: 0 })
}

function openGraph(info: StreamInfo, spec: GraphSpec, answers: Answers, keyed: LiveKeyed): Graph {
  const graph: Graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: { eeg: info },
    memory,
    maxFrames,
    keyed,
    model: (name) => {
      throw new Error(`no model ${name} here`)
    },
    outputs: {
      chunk: (name, chunk) => collect(answers, name, chunk, graph.outputs[name]!.channels.length),
      gap: () => {},
      request: () => {},
    },
  })
  return graph
}

/** Chunks, and the gaps before them, of any length. */
function* pieces(
  session: Session,
  random: Random,
  change: Change | null,
): Generator<{ lost: number; chunk: ChunkBuffer; isChanged: boolean }> {
  const { frames, gaps, info } = session
  for (let at = 0; at < frames.length; ) {
    let n = 1
    const wanted = random.between(1, maxFrames)
    const isEnd = (frame: number) => frame === frames.length || frame === change?.at
    while (n < wanted && !isEnd(at + n) && !gaps.has(at + n)) n++
    const chunk = newChunkBuffer({
      format: 'float32',
      channels: info.channels.length,
      maxFrames: n,
    })
    chunk.firstSample = frames[at]!.sample
    chunk.frames = n
    for (let f = 0; f < n; f++) {
      chunk.data.set(frames[at + f]!.values, f * chunk.stride)
      chunk.time[f] = frames[at + f]!.sample / info.nominalRateHz
    }
    yield { lost: gaps.get(at) ?? 0, chunk, isChanged: at === change?.at }
    at += n
  }
}

function gapBefore({ firstSample }: ChunkBuffer, lostSamples: number) {
  return { atSample: firstSample - lostSamples, lostSamples, exact: true, reason: 'lost' } as const
}

function inOnePiece(session: Session, change: Change | null, kept: MemoryTable): Answers {
  const answers: Answers = new Map()
  const keyed = keyedIn(kept)
  const graph = openGraph(session.info, session.spec, answers, keyed)
  const lent = memory.lend()
  const padded = newChunkBuffer({ format: 'float32', channels: 8, maxFrames })
  padded.data = lent.float32(8 * maxFrames)
  for (const { lost, chunk, isChanged } of pieces(session, new Random(0), change)) {
    if (isChanged) graph.apply(change!.spec)
    if (lost > 0) graph.gap('eeg', gapBefore(chunk, lost))
    for (let f = 0; f < chunk.frames; f++) {
      padded.data.set(chunk.data.subarray(f * chunk.stride, (f + 1) * chunk.stride), f * 8)
      padded.time[f] = chunk.time[f]!
    }
    padded.firstSample = chunk.firstSample
    padded.frames = chunk.frames
    graph.chunk('eeg', padded)
  }
  keyed.flush()
  graph.close()
  lent.release()
  return answers
}

function inLanes(
  session: Session,
  spec: GraphSpec,
  change: Change | null,
  random: Random,
  spillFolder: string,
  kept: KeptWriter,
): Answers {
  const from = session.frames[0]!.sample
  const ringFrames = 2 * session.frames.length
  const lanes = new LiveLanes(
    spec,
    { eeg: session.info },
    {
      from,
      spillFolder,
      ringFrames,
      kept,
    },
  )
  kept.isSpared = false
  const choose = () => new Set(lanes.keys.filter(() => random.chance(0.3)))
  let slow = choose()
  const { writer } = lanes.sources.get('eeg')!
  for (const { lost, chunk, isChanged } of pieces(session, random, change)) {
    if (isChanged) {
      kept.isSpared = true
      lanes.change(change!.spec)
      kept.isSpared = false
      slow = choose()
    }
    if (lost > 0) writer.gap(gapBefore(chunk, lost))
    lanes.write('eeg', chunk, 0, chunk.frames)
    lanes.time += random.pick([0.001, 0.03, 0.3])
    for (let i = 0; i < random.between(0, 12); i++) {
      const key = random.pick(lanes.keys)
      if (!slow.has(key) || random.chance(0.03)) lanes.step(key)
      lanes.drain()
    }
    kept.writeSome()
    if (random.chance(0.03)) lanes.crash(random.pick(lanes.keys))
  }
  lanes.run()
  kept.isSpared = true
  lanes.close()
  kept.writeAll()
  return lanes.answers
}

/** The same graph, its nodes in threads and queues between them by chance. */
function scattered(spec: GraphSpec, random: Random): GraphSpec {
  const nodes = Object.fromEntries(
    Object.entries(spec.nodes).map(([id, node]) => [
      id,
      random.chance(0.4) ? { ...node, thread: random.pick(['main', 'a', 'b']) } : node,
    ]),
  )
  const rule = { rule: 'balanced' as const, most: random.between(3, 5) }
  let split: GraphSpec = random.chance(0.3) ? { ...spec, nodes, threads: rule } : { ...spec, nodes }
  for (const [i, edge] of spec.edges.entries()) {
    const queue = {
      policy: random.pick(['block', 'spill'] as const),
      frames: random.between(1, 300),
    }
    const edges = split.edges.with(i, { ...edge, queue: { ...queue, spillBytes: 65_536 } })
    if (random.chance(0.5) && canSplit({ ...split, edges })) split = { ...split, edges }
  }
  return split
}

function canSplit(spec: GraphSpec): boolean {
  try {
    splitGraph(expandGraph(spec), nodeCatalog)
    return true
  } catch (error) {
    if (error instanceof SynapseError) return false
    throw error
  }
}
