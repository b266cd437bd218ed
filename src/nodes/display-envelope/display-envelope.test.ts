import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

function ramp(samples: number): TestSignal {
  return {
    samples,
    value: (s, c) => (c === 0 ? s : -s),
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: 1000,
      channels: [physicalChannel('up', 'EEG', 'uV'), physicalChannel('down', 'EEG', 'uV')],
      origin: { source: 'test' },
    },
  }
}
const options = { binRateHz: 100 }
const values = (frames: number[][]) => frames.map(([bin, , ...rest]) => [bin, ...rest])

test('bin k holds lowest and highest of the samples from 10 k to 10 k + 9', () => {
  const { frames, info } = runNode({
    node: 'display-envelope',
    options,
    signal: ramp(35),
    chunks: [7],
  })
  expect(info.nominalRateHz).toBe(100)
  expect(info.channels.map((channel) => channel.label)).toEqual([
    'up low',
    'up high',
    'down low',
    'down high',
  ])
  expect(values(frames)).toEqual([
    [0, 0, 9, -9, -0],
    [1, 10, 19, -19, -10],
    [2, 20, 29, -29, -20],
  ])
})

test('a gap ends its bin early and leaves out the bins it covers', () => {
  const gaps = [{ atSample: 13, lostSamples: 24, exact: false, reason: 'disconnected' as const }]
  const { frames, gaps: out } = runNode({
    node: 'display-envelope',
    options,
    signal: ramp(50),
    gaps,
    chunks: [7],
  })
  expect(values(frames).map(([bin, low, high]) => [bin, low, high])).toEqual([
    [0, 0, 9],
    [1, 10, 12],
    [3, 37, 39],
    [4, 40, 49],
  ])
  expect(out).toEqual([{ atSample: 2, lostSamples: 1, exact: false, reason: 'disconnected' }])
})

test('a single extreme sample is never lost between bins', () => {
  const signal = { ...ramp(100), value: (s: number) => (s === 57 ? 1e6 : 0) }
  const { frames } = runNode({ node: 'display-envelope', options, signal, chunks: [3] })
  expect(frames[5]![3]).toBe(1e6)
})
