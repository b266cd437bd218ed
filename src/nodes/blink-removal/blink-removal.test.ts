import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

const rate = 250
const labels = ['Fp1', 'Fp2', 'C3', 'O1']
const spread = [1, 0.9, 0.25, 0.05]

/** Alpha on every channel, and a 180 µV blink every two seconds from second 4 on. */
function withBlinks(amplitude: number): TestSignal {
  return {
    samples: rate * 30,
    value(s, c) {
      const t = s / rate
      const alpha = 10 * Math.sin(2 * Math.PI * 10 * t + c)
      const peak = (t % 2) - 1
      const blink = t > 4 ? amplitude * Math.exp(-((peak / 0.08) ** 2)) : 0
      return alpha + blink * spread[c]!
    },
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rate,
      channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

/** Largest value of a channel within ±0.2 s of the blinks after second 10. */
function peakAtBlinks(frames: number[][], channel: number): number {
  const near = frames.filter(([sample]) => {
    const t = sample! / rate
    return t > 10 && Math.abs((t % 2) - 1) < 0.2
  })
  return Math.max(...near.map((frame) => Math.abs(frame[2 + channel]!)))
}

test('blinks of 180 µV shrink below a third on every channel they reach', () => {
  const { frames } = runNode({ node: 'blink-removal', signal: withBlinks(180), chunks: [16] })
  expect(peakAtBlinks(frames, 0)).toBeLessThan(60)
  expect(peakAtBlinks(frames, 1)).toBeLessThan(60)
  expect(peakAtBlinks(frames, 2)).toBeLessThan(10 + 0.34 * 0.25 * 180)
})

test('a signal without blinks passes untouched', () => {
  const signal = withBlinks(0)
  const { frames } = runNode({ node: 'blink-removal', signal, chunks: [16] })
  for (const [sample, , ...values] of frames) {
    expect(values).toEqual(values.map((_, c) => Math.fround(signal.value(sample!, c))))
  }
})

test('the record tells in which half seconds how much of a blink was taken from which channel', () => {
  const run = { node: 'blink-removal', port: 'done', signal: withBlinks(180), chunks: [16] }
  const { frames, info } = runNode(run)
  expect(info.channels.map(({ label }) => label)).toEqual([
    'Fp1 removed',
    'Fp2 removed',
    'C3 removed',
    'O1 removed',
    'blinking',
  ])
  expect(frames).toHaveLength(60)
  for (const [window, , ...values] of frames.slice(20)) {
    const blinks = window! % 4 === 1 || window! % 4 === 2
    expect(values.at(-1)! > 0.9).toBe(blinks)
    if (blinks) expect(values[0]).toBeGreaterThan(20)
    else if (window! % 4 === 0) expect(values.slice(0, 4)).toEqual([0, 0, 0, 0])
  }
})

test('not a number stays where it is, and blinks are removed after it as before', () => {
  const whole = withBlinks(180)
  const value: TestSignal['value'] = (s, c) =>
    s > 2100 && s < 2110 && c !== 1 ? Number.NaN : whole.value(s, c)
  const run = { node: 'blink-removal', signal: { ...whole, value }, chunks: [16] }
  const { frames } = runNode(run)
  const bad = frames.filter((frame) => !frame.every(Number.isFinite)).map(([sample]) => sample)
  expect(bad).toEqual([2101, 2102, 2103, 2104, 2105, 2106, 2107, 2108, 2109])
  expect(peakAtBlinks(frames, 0)).toBeLessThan(60)
})
