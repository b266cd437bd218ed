import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { type Gap, physicalChannel } from '../../signal/index.ts'
import { ratioOf } from './plan.ts'

interface Golden {
  rateHz: number
  input: number[][]
  resample: {
    options: { rateHz: number }
    up: number
    down: number
    delaySamples: number
    output: number[][]
  }[]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/prepare_filters.json', import.meta.url), 'utf8'),
)

function signalOf(samples: number, value: TestSignal['value'], rateHz = golden.rateHz): TestSignal {
  return {
    samples,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: ['C3', 'C4'].map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}
const recorded = signalOf(golden.input.length, (s, c) => golden.input[s]![c]!)

for (const { options, up, down, output } of golden.resample) {
  test(`${golden.rateHz} to ${options.rateHz} Hz is SciPy’s upfirdn within 1e-6, place by place`, () => {
    const { frames, info } = runNode({ node: 'resample', options, signal: recorded, chunks: [17] })
    expect(info.nominalRateHz).toBe(options.rateHz)
    expect(frames.map(([index]) => index)).toEqual(output.map((_, n) => n))
    const scale = Math.max(...output.flat().map(Math.abs))
    frames.forEach(([n, hostTime, ...values], i) => {
      values.forEach((value, c) => {
        expect(Math.abs(value - output[i]![c]!) / scale).toBeLessThan(1e-6)
      })
      // Host time is the arrival of the first sample at or after the place.
      const after = Math.ceil((n! * down) / up)
      expect(hostTime).toBeCloseTo(after / golden.rateHz + 0.01, 12)
    })
  })
}

test('an offset passes without a trace of the ratio’s rhythm', () => {
  const signal = signalOf(500, () => 150_000)
  const { frames } = runNode({ node: 'resample', options: { rateHz: 256 }, signal, chunks: [9] })
  for (const [, , ...values] of frames) expect(values).toEqual([150_000, 150_000])
})

test('what the new rate cannot hold is stopped, what it can is kept', () => {
  const sine = (hz: number) => {
    const signal = signalOf(2000, (s) => Math.sin((2 * Math.PI * hz * s) / golden.rateHz))
    const { frames } = runNode({ node: 'resample', options: { rateHz: 100 }, signal, chunks: [64] })
    return Math.max(...frames.slice(-400).map(([, , value]) => Math.abs(value!)))
  }
  expect(sine(30)).toBeGreaterThan(0.99)
  for (const hz of [50, 60, 75, 90, 110]) expect(sine(hz)).toBeLessThan(1.1e-3)
})

test('after a gap the output goes on behind it, and says which of its own samples are missing', () => {
  const gaps: Gap[] = [
    { atSample: 101, lostSamples: 1, exact: true, reason: 'lost' },
    { atSample: 203, lostSamples: 10, exact: false, reason: 'corrupt' },
    { atSample: 400, lostSamples: 151, exact: true, reason: 'disconnected' },
  ]
  const result = runNode({ node: 'resample', signal: recorded, gaps, chunks: [17] })
  const indices = result.frames.map(([index]) => index!)
  const expected = indices.at(-1)! + 1 - result.gaps.reduce((n, gap) => n + gap.lostSamples, 0)
  expect(indices.length).toBe(expected)
  for (const gap of result.gaps) {
    expect(indices).toContain(gap.atSample - 1)
    expect(indices).toContain(gap.atSample + gap.lostSamples)
    expect(indices).not.toContain(gap.atSample)
  }
  expect(result.gaps.map(({ atSample, lostSamples }) => [atSample, lostSamples])).toEqual([
    [81, 5],
    [160, 61],
  ])
  for (const [index] of result.frames) {
    const place = index! * 2.5
    for (const { atSample, lostSamples } of gaps) {
      expect(place > atSample - 1 && place < atSample + lostSamples).toBe(false)
    }
  }
})

test('a stream that begins in the midst begins at its own place', () => {
  const later: Gap[] = [{ atSample: 0, lostSamples: 1003, exact: true, reason: 'lost' }]
  const signal = signalOf(1100, (s) => s)
  const { frames } = runNode({ node: 'resample', signal, gaps: later, chunks: [17] })
  expect(frames[0]![0]).toBe(Math.ceil(1003 / 2.5))
})

test('ratios are found for the rates that boards have', () => {
  expect(ratioOf(250, 256)).toEqual({ up: 128, down: 125 })
  expect(ratioOf(48828.125, 1000)).toEqual({ up: 64, down: 3125 })
  expect(ratioOf(250, 83.33333333333333)).toEqual({ up: 1, down: 3 })
  expect(ratioOf(1, 4000)).toEqual({ up: 4000, down: 1 })
  expect(ratioOf(250, 250)).toEqual({ up: 1, down: 1 })
  expect(() => ratioOf(250, Math.PI)).toThrow(/nearest that is, is 3.1415/)
  const options = { rateHz: 250 * 65 }
  expect(() => runNode({ node: 'resample', options, signal: recorded, chunks: [1] })).toThrow(
    /rateHz = 16250 is more than 16000/,
  )
})
