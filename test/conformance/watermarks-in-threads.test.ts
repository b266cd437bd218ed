/**
 * A source falls silent, and what waits for it runs in another thread: the answers are those of the
 * graph in one piece, whichever thread runs when, and also where one dies.
 */
import { expect, test } from 'vitest'
import { Graph, GraphMemory, type GraphSpec } from '../../src/graph/index.ts'
import { newKernelMemory } from '../../src/kernels/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { Random } from '../simulation/random.ts'
import { type Answers, collect, LiveLanes } from './live-lanes.ts'

const rateHz = 4
const seconds = 40
/** From here on `b` is silent. */
const silentFrom = 12
const names = ['a', 'b'] as const

const stream = (label: string): StreamInfo => ({
  id: `test/${label}`,
  name: label,
  type: 'Features',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel(label, 'MISC', '1')],
  origin: { source: 'test' },
})

/** Whatever waits has a thread of its own. */
const spec = (isCut: boolean): GraphSpec => {
  const inThread = (thread: string) => (isCut ? { thread } : {})
  const formula = (label: string) => ({
    node: 'formula',
    options: { channels: [{ label: `twice ${label}`, expression: `2 * ${label}` }] },
  })
  return {
    version: 1,
    name: 'test',
    sources: { a: {}, b: { watermark: { idleSeconds: 1.5, everySeconds: 0.5 } } },
    nodes: {
      twiceA: formula('a'),
      twiceB: formula('b'),
      both: { node: 'align', options: { maxWaitSeconds: 60 }, ...inThread('x') },
      windows: {
        node: 'aggregate',
        options: { window: { kind: 'session', gapSeconds: 1, longestSeconds: 60 } },
        ...inThread('y'),
      },
    },
    edges: [
      { from: 'a', to: 'twiceA' },
      { from: 'b', to: 'twiceB' },
      { from: 'twiceA', to: 'both.a' },
      { from: 'twiceB', to: 'both.b' },
      { from: 'twiceB', to: 'windows' },
    ],
    outputs: { both: 'both', windows: 'windows' },
  }
}

function frameOf(name: (typeof names)[number], sample: number) {
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 1 })
  chunk.firstSample = sample
  chunk.frames = 1
  chunk.time[0] = sample / rateHz
  chunk.data[0] = name === 'a' ? sample : -sample
  return chunk
}

/** Frame by frame: which of the sources bring one. */
function* frames() {
  for (let sample = 0; sample < seconds * rateHz; sample++) {
    const isSilent = sample >= silentFrom * rateHz
    yield { sample, sources: isSilent ? (['a'] as const) : names }
  }
}

function inOnePiece(): Answers {
  const answers: Answers = new Map()
  const graph: Graph = new Graph(spec(false), {
    catalog: nodeCatalog,
    sources: { a: stream('a'), b: stream('b') },
    memory: new GraphMemory(newKernelMemory()),
    maxFrames: 64,
    model: () => {
      throw new Error('no model')
    },
    outputs: {
      chunk: (name, chunk) => collect(answers, name, chunk, graph.outputs[name]!.channels.length),
      gap: () => {},
      request: () => {},
    },
  })
  for (const { sample, sources } of frames()) {
    for (const name of sources) graph.chunk(name, frameOf(name, sample))
    graph.tick(sample / rateHz)
  }
  graph.close()
  return answers
}

function inThreads(random: Random, crashes: number): Answers {
  const lanes = new LiveLanes(spec(true), { a: stream('a'), b: stream('b') })
  expect(lanes.keys).toEqual(['main', 'x', 'y'])
  for (const { sample, sources } of frames()) {
    for (const name of sources) lanes.write(name, frameOf(name, sample), 0, 1)
    lanes.time = sample / rateHz
    // The clock of this thread goes on with what it reads; the others run when they do.
    while (lanes.step('main')) lanes.drain()
    for (let i = 0; i < random.between(0, 4); i++) lanes.step(random.pick(lanes.keys))
    if (random.chance(crashes)) lanes.crash(random.pick(lanes.keys))
    if (random.chance(0.2)) lanes.run()
  }
  lanes.run()
  lanes.close()
  return lanes.answers
}

test.each([
  ['lag', 0],
  ['die', 0.05],
])('W8 idle sources are heard of in other threads, also where threads %s', (_what, crashes) => {
  const expected = inOnePiece()
  // What waits for `b` goes on without it, but for the last moments.
  expect(expected.get('both')!.length).toBeGreaterThan(silentFrom * rateHz * 3 * 2)
  // Closed by silence alone.
  expect(expected.get('windows')!.length).toBeGreaterThan(0)
  for (let seed = 0; seed < 30; seed++) {
    expect(inThreads(new Random(seed), crashes), `seed ${seed}`).toEqual(expected)
  }
})
