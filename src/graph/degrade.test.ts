import { describe, expect, test } from 'vitest'
import { testNodes } from '../../test/property/test-nodes.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../signal/index.ts'
import { DeadLetterQueue } from './dead-letter.ts'
import { LagWatch } from './degrade.ts'
import { Graph, GraphMemory, type GraphSpec } from './index.ts'

const rateHz = 10
const eeg: StreamInfo = {
  id: 'eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
}

function open(kind: string, degrade: Record<string, unknown>) {
  const seen: string[] = []
  const spec: GraphSpec = {
    version: 1,
    name: 'test',
    sources: { eeg: {} },
    nodes: { node: { node: kind, resilience: { degrade } as never } },
    edges: [{ from: 'eeg', to: 'node' }],
    outputs: { out: 'node' },
  }
  const memory = new GraphMemory(newKernelMemory())
  const graph = new Graph(spec, {
    catalog: testNodes,
    sources: { eeg },
    memory,
    maxFrames: 16,
    model: () => {
      throw new Error('no model here')
    },
    outputs: {
      chunk(_output, { firstSample, frames, data, stride }) {
        for (let f = 0; f < frames; f++) seen.push(`${firstSample + f}:${data[f * stride]}`)
      },
      gap: (_output, { atSample, lostSamples }) => seen.push(`gap ${atSample}+${lostSamples}`),
      request: () => {},
    },
  })
  const chunk = newChunkBuffer({ format: 'float32', channels: 8, maxFrames: 16 })
  const push = (first: number, frames: number) => {
    chunk.firstSample = first
    chunk.frames = frames
    for (let f = 0; f < frames; f++) {
      chunk.data[f * 8] = 1
      chunk.time[f] = (first + f) / rateHz
    }
    graph.chunk('eeg', chunk)
  }
  return { graph, push, seen }
}

describe('a degraded node', () => {
  test('D2 skip: it sees nothing, is told of one gap, and begins anew after it; F7 counted', () => {
    const { graph, push, seen } = open('sum', { action: 'skip' })
    push(0, 2)
    graph.degrade(1)
    expect(graph.statuses.get('node')).toEqual({ breaker: 'closed', degraded: 'skip' })
    push(2, 2)
    push(4, 2)
    graph.degrade(0)
    push(6, 2)
    expect(seen).toEqual(['0:1', '1:2', 'gap 2+4', '6:1', '7:2'])
    expect(graph.counters.get('node')).toMatchObject({ framesSkipped: 4, framesRefused: 0 })
    expect(graph.statuses.get('node')).toEqual({ breaker: 'closed', degraded: null })
  })

  test('D2 lower-rate: it sees the first part of every period, cut where it ends', () => {
    const { graph, push, seen } = open('sum', {
      action: 'lower-rate',
      seenSeconds: 0.3,
      everySeconds: 1,
    })
    graph.degrade(1)
    push(0, 16)
    push(16, 8)
    expect(seen).toEqual([
      ...['0:1', '1:2', '2:3', 'gap 3+7', '10:1', '11:2', '12:3'],
      ...['gap 13+7', '20:1', '21:2', '22:3'],
    ])
    expect(graph.counters.get('node')).toMatchObject({ framesSkipped: 7 + 7 + 1 })
  })

  test('D3 bypass: its input goes out instead, every index once', () => {
    const { graph, push, seen } = open('hold-back', { action: 'bypass' })
    push(0, 4)
    graph.degrade(2)
    push(4, 2)
    graph.degrade(0)
    push(6, 3)
    // It held 2 and 3 when it was passed by, and gives nothing twice when it is told of the gap.
    expect(seen).toEqual(['0:1', '1:1', 'gap 2+2', '4:1', '5:1', '6:1'])
    expect(graph.counters.get('node')).toMatchObject({ framesBypassed: 2 })
  })

  test('D1 from its level on, and not before', () => {
    const { graph, push, seen } = open('scale', { action: 'skip', level: 2 })
    graph.degrade(1)
    push(0, 1)
    graph.degrade(3)
    push(1, 1)
    graph.degrade(2)
    push(2, 1)
    graph.degrade(1)
    push(3, 1)
    expect(seen).toEqual(['0:2', 'gap 1+2', '3:2'])
  })

  test('D3 what cannot be is refused, naming the node', () => {
    expect(() => open('hop-mean', { action: 'bypass' })).toThrow(/"node" \(hop-mean\): .*rate/)
  })
})

describe('D4 how late a thread is', () => {
  /** Times at which the level changes, from lags ten times a second. */
  function changes(lags: readonly (readonly [seconds: number, lagSeconds: number])[]) {
    const watch = new LagWatch(0.1)
    const seen: string[] = []
    let [now, level] = [0, 0]
    for (const [seconds, lag] of lags) {
      for (const until = now + 10 * seconds; now < until; now++) {
        const next = watch.update(now / 10, lag)
        if (next !== level) seen.push(`${now / 10}: ${next}`)
        level = next
      }
    }
    return seen
  }

  test('one burst changes nothing; what lasts raises it step by step; calm lowers it slowly', () => {
    expect(
      changes([
        [0.2, 0.5],
        [5, 0.01],
      ]),
    ).toEqual([])
    expect(changes([[2, 0.5]])).toEqual(['0.3: 1', '0.6: 2', '0.9: 3'])
    expect(
      changes([
        [0.4, 0.5],
        [12, 0.01],
      ]),
    ).toEqual(['0.3: 1', '5.4: 0'])
  })

  test('just within the budget it stays where it is', () => {
    expect(
      changes([
        [0.4, 0.5],
        [60, 0.08],
      ]),
    ).toEqual(['0.3: 1'])
  })
})

test('F10 the queue of dead letters drops the oldest, by number and by bytes, and counts them', () => {
  const letter = (firstSample: number) => {
    const chunk = {
      ...newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 10 }),
      firstSample,
    }
    const note = { code: 'node-failed' as const, message: '', remedy: '' }
    return { node: 'n', port: 'in', info: eeg, reason: 'failed' as const, note, chunk }
  }
  const byNumber = new DeadLetterQueue({ bytes: 1e6, letters: 3 })
  for (let n = 0; n < 5; n++) byNumber.add(letter(n))
  const taken = byNumber.take()
  expect(taken.letters.map(({ chunk }) => chunk.firstSample)).toEqual([2, 3, 4])
  expect(taken.dropped).toBe(2)
  expect(byNumber.take()).toEqual({ letters: [], dropped: 0 })
  // 10 frames: 40 bytes of values, 160 of times.
  const byBytes = new DeadLetterQueue({ bytes: 500, letters: 100 })
  for (let n = 0; n < 5; n++) byBytes.add(letter(n))
  expect(byBytes.take().letters.map(({ chunk }) => chunk.firstSample)).toEqual([3, 4])
})
