/** Lanes on a clock of their own: who waits for whom, what is counted, and what is the same after. */
import { describe, expect, test } from 'vitest'
import { LiveLanes } from '../../test/conformance/live-lanes.ts'
import { Graph, GraphMemory, type GraphSpec } from '../graph/index.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import { QueueCells, RingReader } from '../ring/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../signal/index.ts'
import { LaneImage } from './lane-image.ts'

const rateHz = 250

function stream(id: string, type: string, nominalRateHz = rateHz): StreamInfo {
  return {
    id,
    name: id,
    type,
    sampleFormat: 'float32',
    nominalRateHz,
    channels: ['x', 'y'].map((axis) => physicalChannel(`${id} ${axis}`, 'EEG', 'uV')),
    origin: { source: 'test' },
  }
}

const eeg = stream('eeg', 'EEG')

/** Calibrated in one thread, filtered in another. */
function chain(queue: NonNullable<GraphSpec['edges'][number]['queue']>, more = {}): GraphSpec {
  return {
    version: 1,
    name: 'chain',
    sources: { eeg: {} },
    nodes: {
      first: { node: 'calibrate' },
      second: { node: 'filter-iir', options: { lowCutHz: 1, highCutHz: 40 }, thread: 'slow' },
    },
    edges: [
      { from: 'eeg', to: 'first' },
      { from: 'first', to: 'second', queue },
    ],
    outputs: { first: 'first', second: 'second' },
    ...more,
  }
}

/** The signal at a sample: nothing that repeats. */
const valueAt = (sample: number) => Math.fround(40 * Math.sin(sample / 7) + ((sample * 7919) % 101))

function feed(lanes: LiveLanes, name: string, frames: number): void {
  const { writer, info } = lanes.sources.get(name)!
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 100 })
  for (let left = frames; left > 0; left -= chunk.frames) {
    chunk.firstSample = writer.expected
    chunk.frames = Math.min(100, left)
    for (let f = 0; f < chunk.frames; f++) {
      const sample = chunk.firstSample + f
      chunk.time[f] = sample / info.nominalRateHz
      chunk.data[2 * f] = valueAt(sample)
      chunk.data[2 * f + 1] = -valueAt(sample + 3)
    }
    lanes.write(name, chunk, 0, chunk.frames)
  }
}

/** Indices of an output's frames. */
const indices = (lanes: LiveLanes, output: string) =>
  (lanes.answers.get(output) ?? []).filter((_, i) => i % 3 === 0)

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('T2 sources wait for nobody, whatever stands still behind them', () => {
  test('block: what the graph does not take stays in the stream’s ring, and falls out of it as a gap', () => {
    const lanes = new LiveLanes(
      chain({ policy: 'block', frames: 256 }),
      { eeg },
      { ringFrames: 2048 },
    )
    const recorder = new RingReader(lanes.sources.get('eeg')!.writer.shared, 'oldest')
    const into = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 512 })
    let recorded = 0
    const [queue] = lanes.opened('main').queues
    // A minute in which the second thread does nothing.
    for (let i = 0; i < 150; i++) {
      feed(lanes, 'eeg', 100)
      lanes.time += 0.4
      for (let n = 0; n < 4; n++) lanes.step('main')
      lanes.drain()
      for (let result = recorder.read(into); result !== 'empty'; result = recorder.read(into)) {
        expect(result).toBe('chunk')
        recorded += into.frames
      }
    }
    expect(recorded).toBe(15_000)
    const taken = indices(lanes, 'first').length
    expect(taken).toBeLessThan(256 + 256 + 1)
    lanes.run()
    const seen = indices(lanes, 'second')
    expect(seen).toEqual(indices(lanes, 'first'))
    expect(seen.slice(0, taken)).toEqual(range(0, taken))
    expect(seen.at(-1)).toBe(14_999)
    // Nothing was dropped between the threads: what is missing fell out of the ring before them.
    expect(new QueueCells(queue!.shared).dropped).toBe(0)
    expect(new Set(range(0, 15_000)).size - seen.length).toBeGreaterThan(10_000)
  })

  test('drop-oldest: the first thread goes on; every sample that is missing is counted where', () => {
    const lanes = new LiveLanes(chain({ policy: 'drop-oldest', frames: 256 }), { eeg })
    for (let i = 0; i < 150; i++) {
      feed(lanes, 'eeg', 100)
      lanes.time += 0.4
      while (lanes.step('main')) lanes.drain()
    }
    expect(indices(lanes, 'first')).toEqual(range(0, 15_000))
    lanes.run()
    const [queue] = lanes.opened('main').queues
    const { dropped } = new QueueCells(queue!.shared)
    expect(dropped).toBeGreaterThan(14_000)
    expect(indices(lanes, 'second').length).toBe(15_000 - dropped)
  })
})

test('T8 slices: the same answers, in a few bursts', () => {
  const turns = (pacing: GraphSpec['pacing']) => {
    const lanes = new LiveLanes(chain({ policy: 'block' }, { pacing }), { eeg })
    let busy = 0
    for (let i = 0; i < 500; i++) {
      feed(lanes, 'eeg', 1)
      lanes.time += 0.004
      for (const key of lanes.keys) {
        let n = 0
        while (lanes.step(key)) n++
        if (n > 0) busy++
      }
      lanes.drain()
    }
    lanes.time += 1
    lanes.run()
    return { busy, answers: lanes.answers }
  }
  const continuous = turns({ mode: 'continuous' })
  const slices = turns({ mode: 'slice', milliseconds: 32 })
  expect(slices.answers).toEqual(continuous.answers)
  expect(continuous.busy).toBeGreaterThan(900)
  expect(slices.busy).toBeLessThan(2 * (500 / 8 + 3))
})

test('S4 lanes that stand at the same samples: their snapshots together go on in a graph in one piece', () => {
  const spec = chain({ policy: 'block' })
  const lanes = new LiveLanes(spec, { eeg })
  for (let i = 0; i < 40; i++) {
    feed(lanes, 'eeg', 13)
    lanes.time += 0.05
    lanes.step('main')
    if (i % 3 === 0) lanes.step('slow')
    lanes.drain()
  }
  lanes.run()
  const images = lanes.keys.map((key) => new LaneImage(lanes.opened(key).image))
  const number = Math.min(...images.map((image) => image.mark().number))
  expect(number).toBeGreaterThan(2)
  const taken = images.map((image) => image.read(number)!)
  expect(taken.map(({ mark }) => mark.isAligned)).toEqual([true, true])
  const [before] = taken[0]!.mark.positions as unknown as [number]
  expect(taken[1]!.mark.positions[0]).toBe(before)
  // From there on, in one graph: as if it had run from the beginning.
  const answers: number[] = []
  const memory = new GraphMemory(newKernelMemory())
  const graph: Graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: { eeg },
    memory,
    maxFrames: 256,
    model: () => {
      throw new Error('no model')
    },
    outputs: {
      chunk(name, chunk) {
        if (name !== 'second') return
        for (let f = 0; f < chunk.frames; f++) {
          const at = f * chunk.stride
          answers.push(chunk.firstSample + f, ...chunk.data.subarray(at, at + 2))
        }
      },
      gap() {},
      request() {},
    },
  })
  graph.restore(Object.assign({}, ...taken.map(({ states }) => states)))
  const chunk = newChunkBuffer({ format: 'float32', channels: 8, maxFrames: 256 })
  chunk.data = memory.lend().float32(8 * 256)
  for (let sample = before; sample < 520; sample++) {
    chunk.firstSample = sample
    chunk.frames = 1
    chunk.data[0] = valueAt(sample)
    chunk.data[1] = -valueAt(sample + 3)
    chunk.time[0] = sample / rateHz
    graph.chunk('eeg', chunk)
  }
  expect(answers).toEqual(lanes.answers.get('second')!.slice(3 * before))
})

test('T9 a graph over two streams: the same answer however they arrive, also when its thread dies', () => {
  const spec: GraphSpec = {
    version: 1,
    name: 'two streams',
    sources: { eeg: { type: 'EEG' }, acc: { type: 'ACC' } },
    nodes: {
      signal: { node: 'calibrate' },
      moved: { node: 'calibrate', thread: 'slow' },
      both: { node: 'align' },
    },
    edges: [
      { from: 'eeg', to: 'signal' },
      { from: 'acc', to: 'moved' },
      { from: 'signal', to: 'both.a' },
      { from: 'moved', to: 'both.b' },
    ],
    outputs: { both: 'both' },
  }
  const infos = { eeg, acc: stream('acc', 'ACC', 50) }
  const answers = [1, 7, 23].map((step) => {
    const lanes = new LiveLanes(spec, infos)
    for (let i = 0; i < 1000; i += step) {
      const until = (share: number) => Math.floor(Math.min(1000, i + step) * share)
      feed(lanes, 'eeg', until(1) - lanes.sources.get('eeg')!.writer.expected)
      feed(lanes, 'acc', until(0.2) - lanes.sources.get('acc')!.writer.expected)
      lanes.time += step / rateHz
      lanes.run()
      if (step > 1 && i % 9 === 0) lanes.crash(lanes.keys[i % lanes.keys.length]!)
    }
    lanes.run()
    return lanes.answers
  })
  expect(answers[0]!.get('both')!.length).toBeGreaterThan(1000)
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
})
