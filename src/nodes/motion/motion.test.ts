import { expect, test } from 'vitest'
import { Graph, GraphMemory } from '../../graph/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import {
  type ChannelType,
  type Gap,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { nodeCatalog } from '../catalog.ts'

const rate = 250
const accRate = 52
const seconds = 30

function streamOf(
  id: string,
  nominalRateHz: number,
  labels: string[],
  type: ChannelType,
): StreamInfo {
  return {
    id,
    name: id,
    type,
    sampleFormat: 'float32',
    nominalRateHz,
    channels: labels.map((label) => physicalChannel(label, type, type === 'EEG' ? 'uV' : 'g')),
    origin: { source: 'test' },
  }
}

const eeg = streamOf('eeg', rate, ['C3', 'C4'], 'EEG')
const acc = streamOf('acc', accRate, ['X', 'Y', 'Z'], 'ACCEL')

/** A nod at 1.3 Hz from second 5 on, with gravity on Z. */
const nod = (t: number) => (t > 5 ? Math.sin(2 * Math.PI * 1.3 * t) : 0)
const accAt = (t: number, c: number) =>
  c === 0 ? 0.3 * nod(t) : c === 2 ? 1 + 0.1 * nod(t) : 0.002
const brainAt = (t: number, c: number) => 10 * Math.sin(2 * Math.PI * 10 * t + c)

interface Feed {
  readonly chunk: number
  readonly accChunk: number
  readonly options?: Record<string, unknown>
  readonly restoreAt?: number
  readonly gap?: Gap
  readonly acc?: (t: number, c: number) => number
}

/** Frames of each output, per frame index and values; streams are fed in the order of their times. */
function run(feed: Feed) {
  const frames: Record<string, number[][]> = { out: [], done: [] }
  const gaps: Gap[] = []
  const open = () =>
    new Graph(
      {
        version: 1,
        name: 'test',
        sources: { eeg: {}, acc: {} },
        nodes: { node: { node: 'motion', options: feed.options ?? {} } },
        edges: [
          { from: 'eeg', to: 'node.in' },
          { from: 'acc', to: 'node.acc' },
        ],
        outputs: { out: 'node.out', done: 'node.done' },
      },
      {
        catalog: nodeCatalog,
        sources: { eeg, acc },
        memory: new GraphMemory(newKernelMemory()),
        maxFrames: 64,
        model: () => {
          throw new Error('no model')
        },
        module: () => {
          throw new Error('no module')
        },
        outputs: {
          chunk(output, chunk) {
            const width = output === 'out' ? 2 : 4
            for (let f = 0; f < chunk.frames; f++) {
              const from = f * chunk.stride
              frames[output]!.push([chunk.firstSample + f, ...chunk.data.slice(from, from + width)])
            }
          },
          gap: (_output, gap) => gaps.push({ ...gap }),
          request: () => {},
        },
      },
    )
  let graph = open()
  const sources = [
    {
      name: 'eeg',
      rate,
      step: feed.chunk,
      at: 0,
      channels: 2,
      value: (t: number, c: number) => Math.fround(brainAt(t, c) + (c + 1) * 40 * nod(t)),
    },
    {
      name: 'acc',
      rate: accRate,
      step: feed.accChunk,
      at: 0,
      channels: 3,
      value: feed.acc ?? accAt,
    },
  ]
  let restored = feed.restoreAt === undefined
  for (;;) {
    const [first, second] = sources as [(typeof sources)[0], (typeof sources)[0]]
    const end = (source: typeof first) => (source.at + source.step) / source.rate
    const next = end(first) <= end(second) ? first : second
    if (end(next) > seconds) break
    if (!restored && end(next) >= feed.restoreAt!) {
      const snapshot = structuredClone(graph.snapshot())
      graph = open()
      graph.restore(snapshot)
      restored = true
    }
    const chunk = newChunkBuffer({
      format: 'float32',
      channels: next.channels,
      maxFrames: next.step,
      stride: 8,
    })
    chunk.frames = next.step
    chunk.firstSample = next.at
    for (let f = 0; f < next.step; f++) {
      const t = (next.at + f) / next.rate
      chunk.time[f] = chunk.hostTime[f] = t
      for (let c = 0; c < next.channels; c++) chunk.data[f * 8 + c] = next.value(t, c)
    }
    graph.chunk(next.name, chunk)
    next.at += next.step
    if (feed.gap && next.name === 'eeg' && next.at === feed.gap.atSample) {
      graph.gap('eeg', feed.gap)
      next.at += feed.gap.lostSamples
    }
  }
  return { frames, gaps }
}

/** RMS of what is left of the movement on a channel after second 20. */
function movementLeft(frames: number[][], channel: number): number {
  const late = frames.filter(([s]) => s! > 20 * rate)
  const sum = late.reduce(
    (total, frame) => total + (frame[1 + channel]! - brainAt(frame[0]! / rate, channel)) ** 2,
    0,
  )
  return Math.sqrt(sum / late.length)
}

test('what follows the accelerometer goes, down to what its slower rate leaves', () => {
  const { frames } = run({ chunk: 5, accChunk: 1 })
  expect(movementLeft(frames.out!, 0)).toBeLessThan(0.15 * (40 / Math.SQRT2))
  expect(movementLeft(frames.out!, 1)).toBeLessThan(0.15 * (80 / Math.SQRT2))
  expect(frames.out!.every(([s], i) => s === i)).toBe(true)
})

test('the same answer however the two streams are chunked, and after a restore', () => {
  const whole = run({ chunk: 5, accChunk: 1 })
  for (const feed of [
    { chunk: 1, accChunk: 1 },
    { chunk: 25, accChunk: 2 },
    { chunk: 5, accChunk: 4, restoreAt: 11.3 },
  ]) {
    const { frames } = run(feed)
    const both = Math.min(frames.out!.length, whole.frames.out!.length)
    expect(both).toBeGreaterThan((seconds - 1) * rate)
    expect(frames.out!.slice(0, both)).toEqual(whole.frames.out!.slice(0, both))
    expect(frames.done!.slice(0, 50)).toEqual(whole.frames.done!.slice(0, 50))
  }
})

test('the record tells movement and amount; flagging changes nothing', () => {
  const { frames } = run({ chunk: 5, accChunk: 1, options: { action: 'flag' } })
  for (const [s, ...values] of frames.out!) {
    const t = s! / rate
    expect(values).toEqual([0, 1].map((c) => Math.fround(brainAt(t, c) + (c + 1) * 40 * nod(t))))
  }
  const [still, moving] = [frames.done![6]!, frames.done![30]!]
  expect(still.slice(1, 4)).toEqual([0, 0, 0])
  expect(moving[3]).toBeGreaterThan(0.5)
  expect(moving[4]).toBeGreaterThan(0.2)
})

test('without an accelerometer the signal passes after the wait, and gaps are passed on', () => {
  const silent = run({ chunk: 5, accChunk: 1, acc: () => Number.NaN })
  expect(silent.frames.out!.slice(-1)[0]![0]).toBeGreaterThan((seconds - 1) * rate)
  expect(movementLeft(silent.frames.out!, 0)).toBeGreaterThan(20)
  const gap: Gap = { atSample: 1000, lostSamples: 50, exact: true, reason: 'lost' }
  const { frames, gaps } = run({ chunk: 5, accChunk: 1, gap })
  expect(gaps).toEqual([gap])
  expect(frames.out!.map(([s]) => s).slice(998, 1002)).toEqual([998, 999, 1050, 1051])
  expect(movementLeft(frames.out!, 0)).toBeLessThan(0.15 * (40 / Math.SQRT2))
})
