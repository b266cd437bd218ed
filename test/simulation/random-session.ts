/** A made-up session: a stream with gaps, a graph over it, and what happens while it runs. */
import type { GraphSpec } from '../../src/graph/index.ts'
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import { physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import type { Random } from './random.ts'

export interface Session {
  readonly info: StreamInfo
  readonly spec: GraphSpec
  /** Frame by frame: its index and its values. */
  readonly frames: readonly { readonly sample: number; readonly values: readonly number[] }[]
  readonly gaps: ReadonlyMap<number, number>
}

/** Nodes that take a signal and give one of the same rate, with options to choose from. */
const signalNodes: readonly ((random: Random) => { node: string; options?: object })[] = [
  () => ({ node: 'calibrate' }),
  (random) => ({
    node: 'filter-iir',
    options: {
      lowCutHz: random.pick([null, 0.5, 1]),
      highCutHz: random.pick([20, 30, 40]),
      notchHz: random.pick([null, 50]),
      order: random.between(1, 4),
      bridgeSeconds: random.pick([0, 0.2, 1]),
    },
  }),
  () => ({ node: 'blink-removal' }),
  () => ({ node: 'select', options: { channels: [0] } }),
]

/** Nodes at the end of a branch. */
const lastNodes: readonly ((random: Random) => { node: string; options?: object })[] = [
  (random) => ({ node: 'display-envelope', options: { binRateHz: random.pick([10, 50, 250]) } }),
  () => ({ node: 'band-power', options: { windowSeconds: 0.5, hopSeconds: 0.1 } }),
  () => ({ node: 'quality', options: { windowSeconds: 0.2 } }),
]

/** Kinds that any signal may feed; the others ask for more than one stream, or for a model. */
const anyKind = [...nodeCatalog.values()]
  .filter(({ id, inputs }) => inputs.length === 1 && id !== 'infer' && id !== 'sandbox')
  .map(({ id }) => id)

/** @param canOpen whether a graph can run on the stream */
export function randomSession(
  random: Random,
  canOpen: (info: StreamInfo, spec: GraphSpec) => boolean,
): Session {
  const channels = random.between(1, 6)
  const rateHz = random.pick([200, 250, 512])
  const info: StreamInfo = {
    id: 'simulated/eeg',
    name: 'Simulated EEG',
    type: 'EEG',
    sampleFormat: 'float32',
    nominalRateHz: rateHz,
    channels: Array.from({ length: channels }, (_, c) => physicalChannel(`E${c}`, 'EEG', 'uV')),
    origin: { source: 'simulation' },
  }
  const gaps = new Map<number, number>()
  const frames: { sample: number; values: number[] }[] = []
  let sample = random.chance(0.3) ? random.between(1, 5000) : 0
  // Now and then long enough for the slowest windows.
  const length = random.chance(0.05) ? random.between(2000, 5000) : random.between(200, 500)
  for (let f = 0; f < length; f++) {
    if (f > 0 && random.chance(0.008)) {
      const lost = random.pick([1, 3, 40, 300])
      gaps.set(frames.length, lost)
      sample += lost
    }
    frames.push({ sample, values: frameValues(random, sample, rateHz, channels) })
    sample++
  }
  return { info, spec: randomGraph(random, (spec) => canOpen(info, spec)), frames, gaps }
}

function frameValues(random: Random, sample: number, rateHz: number, channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => {
    const alpha = 20 * Math.sin((2 * Math.PI * 10 * sample) / rateHz + c)
    const blink = sample % 400 < 40 ? 150 * Math.sin((Math.PI * (sample % 400)) / 40) : 0
    return Math.fround(1000 * c + alpha + blink + 10 * (random.next() - 0.5))
  })
}

/** A tree of signal nodes over one source, with a last node on some of them. */
function randomGraph(random: Random, canOpen: (spec: GraphSpec) => boolean): GraphSpec {
  const spec: GraphSpec = {
    version: 1,
    name: 'simulated',
    sources: { eeg: {} },
    nodes: {},
    edges: [],
    outputs: {},
  }
  const feeding = ['eeg']
  const inner = random.between(1, 5)
  for (let n = 0; n < inner; n++) {
    const id = `n${n}`
    addNode(spec, id, random.pick(feeding), random.pick(signalNodes)(random))
    feeding.push(id)
    if (random.chance(0.5)) spec.outputs[`out${n}`] = id
  }
  const last = random.between(1, 3)
  for (let n = 0; n < last; n++) {
    addNode(spec, `last${n}`, random.pick(feeding), random.pick(lastNodes)(random))
    spec.outputs[`last${n}`] = `last${n}`
  }
  // Any other kind with its usual options, where it takes what it is fed.
  const kind = random.pick(anyKind)
  const more = structuredClone(spec)
  addNode(more, 'any', random.pick(feeding), { node: kind })
  more.outputs.any = 'any'
  return canOpen(more) ? more : spec
}

function addNode(spec: GraphSpec, id: string, from: string, node: object): void {
  spec.nodes[id] = node as GraphSpec['nodes'][string]
  spec.edges.push({ from, to: id })
}
