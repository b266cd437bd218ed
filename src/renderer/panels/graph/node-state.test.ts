import { expect, test } from 'vitest'
import { graphMetersOfTwo, graphShapeOfTwo } from '../../../../test/contract-graphs.ts'
import type { NodeMeter } from '../../../contract/index.ts'
import { nodeState } from './node-state.ts'
import { edgeRates, keptMeters, nodeRates } from './rates.ts'
import { formatLag, formatTook, queueWords, shortFlow } from './words.ts'

const node = graphShapeOfTwo.nodes[0]!
const before = graphMetersOfTwo.nodes[0]!
const meter: NodeMeter = { ...before, chunks: 20, framesIn: 350, framesOut: 350 }
const wordOf = (now: Partial<NodeMeter>, resilience: Record<string, unknown> = {}) =>
  nodeState({ ...node, resilience }, { ...meter, ...now }, before, 'running').word

test('a node says how it is in a word, the worst first', () => {
  expect(wordOf({})).toBe('running')
  expect(wordOf({ framesIn: before.framesIn })).toBe('no data')
  expect(wordOf({ breaker: 'open' }, { breaker: {} })).toBe('breaker open, resting')
  expect(wordOf({ breaker: 'open' })).toBe('resting, then opens anew')
  expect(wordOf({ breaker: 'half-open' })).toBe('breaker half-open')
  expect(wordOf({ breaker: 'given-up', errors: 9 })).toBe('given up')
  expect(wordOf({ errors: 1 })).toBe('failing')
  expect(wordOf({ errors: 1, restarts: 1 })).toBe('restarting')
  const degrade = (action: string) => ({ degrade: { action, level: 2 } })
  expect(wordOf({ isDegraded: true }, degrade('bypass'))).toBe('late: passed by, level 2')
  expect(wordOf({ isDegraded: true }, degrade('skip'))).toBe('late: skipped, level 2')
  expect(wordOf({ isDegraded: true }, degrade('lower-rate'))).toBe(
    'late: part of the time, level 2',
  )
})

test('what is not measured yet is not called silent, and a graph that fails takes its nodes along', () => {
  expect(nodeState(node, undefined, undefined, 'opening').word).toBe('opening')
  expect(nodeState(node, meter, undefined, 'running').word).toBe('running')
  expect(nodeState(node, meter, before, 'failed')).toMatchObject({
    tone: 'warning',
    sign: 'square',
  })
})

test('red is for what has to be acted upon', () => {
  const tones = (['closed', 'open', 'half-open', 'given-up'] as const).map(
    (breaker) => nodeState(node, { ...meter, breaker }, before, 'running').tone,
  )
  expect(tones).toEqual(['good', 'warning', 'warning', 'fault'])
})

test('rates are over the time between two looks; without an earlier one nothing is known', () => {
  expect(nodeRates(meter, before, 0.5)).toEqual({ chunks: 20, frames: 500 })
  expect(nodeRates(meter, undefined, 0.5).frames).toBeNaN()
  expect(nodeRates(before, meter, 1).frames).toBeNaN()
  const edge = graphMetersOfTwo.edges[0]!
  expect(edgeRates({ ...edge, frames: 350 }, edge, 1).frames).toBe(250)
})

test('of earlier looks those of the last second are kept, and one before', () => {
  const at = (time: number) => ({ ...graphMetersOfTwo, time })
  let history = [at(0)]
  for (let time = 0.25; time <= 3; time += 0.25) history = keptMeters(history, at(time))
  expect(history.map(({ time }) => time)).toEqual([2, 2.25, 2.5, 2.75, 3])
})

test('lags, times, flows and queues in words', () => {
  expect([null, 0.0042, 0.9999, 3.21, 600].map(formatLag)).toEqual([
    '–',
    '4 ms',
    '1.0 s',
    '3.2 s',
    '10 min',
  ])
  expect([0.004, 0.48, 12.3].map(formatTook)).toEqual(['4 µs', '0.48 ms', '12.3 ms'])
  expect(shortFlow(graphShapeOfTwo.sources[0]!.flow)).toBe('EEG 1 × 250 Hz')
  const meters = { waitingFrames: 12, droppedFrames: 3, spilledFrames: 2000, spilledBytes: 4000 }
  expect(queueWords({ policy: 'spill', holdsFrames: 1024 }, meters)).toBe(
    '12 of 1,024 wait · spill · 3 dropped · 2,000 spilled · 4.00 kB on the disk',
  )
})
