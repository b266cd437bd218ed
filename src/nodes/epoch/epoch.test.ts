import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timedFrames } from '../../../test/conformance/arrivals.ts'
import { featureStream, type PortFrame, runPorts } from '../../../test/conformance/run-ports.ts'
import { Graph, GraphMemory } from '../../graph/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import { newChunkBuffer } from '../../signal/index.ts'
import { nodeCatalog } from '../catalog.ts'

const info = featureStream(['x', 'y'], 64)
const events = featureStream(['since onset', 'code'], 0, 'test/events')
const base = {
  fromSeconds: -0.25,
  toSeconds: 0.5,
  baselineSeconds: [-0.5, -0.125],
  aggregates: ['count', 'mean', 'max'],
  quantiles: [0.5],
  patienceSeconds: 600,
}

function median(sorted: readonly number[]): number {
  const at = (sorted.length - 1) / 2
  return (sorted[Math.floor(at)]! + sorted[Math.ceil(at)]!) / 2
}

function reference(signal: readonly PortFrame[], markers: readonly PortFrame[]) {
  const newest = signal.at(-1)?.time ?? Number.NEGATIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  let isOver = true
  return markers.flatMap(({ time, values: marker }, index) => {
    const onset = time - marker[0]!
    // Nobody overtakes: a marker waits for those before it.
    isOver &&= newest >= onset + 0.5
    const between = (from: number, to: number) =>
      signal.filter((frame) => frame.time >= onset + from && frame.time < onset + to)
    const frames = between(-0.25, 0.5)
    if (!isOver || frames.length === 0) return []
    last = Math.max(onset + 0.5, last + 1e-9)
    const channels = [0, 1].flatMap((c) => {
      const finite = (some: readonly PortFrame[]) =>
        some.map(({ values }) => values[c]!).filter(Number.isFinite)
      const before = finite(between(-0.5, -0.125))
      const zero = before.reduce((a, b) => a + b, 0) / before.length
      const values = finite(frames).map((value) => value - zero)
      const known = values.filter(Number.isFinite).toSorted((a, b) => a - b)
      const mean = known.reduce((a, b) => a + b, 0) / known.length
      return [
        known.length,
        mean,
        known.at(-1) ?? Number.NaN,
        known.length ? median(known) : Number.NaN,
      ]
    })
    const extent = [last - (onset - 0.25), 0.75, frames.length]
    const values = [...extent, ...channels, ...marker]
    return [{ index, time: last, values }]
  })
}

/** Within the rounding to float32. */
function isClose(value: number, right: number): boolean {
  if (Number.isNaN(right)) return Number.isNaN(value)
  return Math.abs(value - right) <= 1e-6 * Math.max(1, Math.abs(right))
}

const markers = timedFrames(1, 12).map((frames) =>
  frames.map(({ time }, i) => ({ time, values: [(i % 3) / 4, i] })),
)

test('an epoch is the signal around its marker, whatever arrives first, cut anyhow, after any restore', () => {
  const order = fc.array(fc.record({ port: fc.constantFrom('in', 'markers'), frames: fc.nat(20) }))
  fc.assert(
    fc.property(
      timedFrames(2),
      markers,
      order,
      fc.array(fc.nat(9)),
      (frames, marked, arrivals, at) => {
        const { out } = runPorts({
          node: 'epoch',
          options: base,
          feeds: { in: { info, frames }, markers: { info: events, frames: marked } },
          arrivals,
          restoreBefore: at,
        })
        const wanted = reference(frames, marked)
        expect(out!.frames.map(({ index, time }) => [index, time])).toEqual(
          wanted.map(({ index, time }) => [index, time]),
        )
        const off = out!.frames.flatMap(({ values }, i) =>
          values.filter((value, c) => !isClose(value, wanted[i]!.values[c]!)),
        )
        expect(off).toEqual([])
      },
    ),
  )
})

test('a marker later than its patience is left out and counted', () => {
  const frames = Array.from({ length: 640 }, (_, i) => ({ time: i / 64, values: [i, 1] }))
  const late = [
    { time: 9, values: [8, 1] },
    { time: 9.5, values: [1, 2] },
  ]
  const { out, account } = runPorts({
    node: 'epoch',
    options: { ...base, patienceSeconds: 2 },
    feeds: {
      in: { info, frames: [...frames, { time: 10, values: [0, 0] }] },
      markers: { info: events, frames: late },
    },
    arrivals: [
      { port: 'in', frames: 640 },
      { port: 'markers', frames: 2 },
    ],
  })
  expect(out!.frames.map(({ values }) => values.at(-1))).toEqual([2])
  expect(account!.info.channels[2]!.label).toBe('markers late')
  expect(account!.frames.at(-1)!.values[2]).toBe(1)
})

test('W2 it passes on how far it is certain: no epoch that comes later ends before', () => {
  const said: number[] = []
  const ends: number[] = []
  const graph = new Graph(
    {
      version: 1,
      name: 'test',
      sources: { signal: {}, markers: {} },
      nodes: { epochs: { node: 'epoch', options: { ...base, patienceSeconds: 2 } } },
      edges: [
        { from: 'signal', to: 'epochs.in' },
        { from: 'markers', to: 'epochs.markers' },
      ],
      outputs: { out: 'epochs' },
    },
    {
      catalog: nodeCatalog,
      sources: { signal: info, markers: events },
      memory: new GraphMemory(newKernelMemory()),
      maxFrames: 64,
      model: () => {
        throw new Error('no model')
      },
      outputs: {
        chunk: (_name, { time }) => ends.push(time[0]!),
        gap: () => {},
        request: () => {},
        watermark: (_name, time) => said.push(time),
      },
    },
  )
  const push = (source: string, times: number[], values: number[]) => {
    const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 64 })
    chunk.frames = times.length
    chunk.time.set(times)
    for (let f = 0; f < times.length; f++) chunk.data.set(values, 2 * f)
    graph.chunk(source, chunk)
  }
  const signal = (from: number) => Array.from({ length: 64 }, (_, f) => from + f / 64)
  for (const second of [0, 1, 2]) push('signal', signal(second), [1, 2])
  // Onset at 2.75: it waits for the signal up to 3.25.
  push('markers', [2.75], [0, 1])
  graph.watermark('signal', 3)
  expect(ends).toEqual([])
  // A marker may still come two seconds after its epoch: one with its onset at 0.75.
  expect(said.at(-1)).toBeCloseTo(3 - 2 - 0.5 + 0.5, 6)
  graph.watermark('signal', 3.25)
  expect(ends).toEqual([3.25])
  graph.watermark('signal', 60)
  expect(said.at(-1)).toBeCloseTo(58, 6)
  expect(said.toSorted((a, b) => a - b)).toEqual(said)
})

test('a window or baseline that is empty is refused', () => {
  const feeds = { in: { info, frames: [] }, markers: { info: events, frames: [] } }
  const run = (options: object) => () =>
    runPorts({ node: 'epoch', options: { ...base, ...options }, feeds, arrivals: [] })
  expect(run({ fromSeconds: 1 })).toThrow(/the epoch from 1 to 0.5 s is empty/)
  expect(run({ baselineSeconds: [0, 0] })).toThrow(/baselineSeconds from 0 to 0 s is empty/)
})
