import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

const rate = 250

function signalOf(seconds: number, value: (t: number, c: number) => number): TestSignal {
  return {
    samples: seconds * rate,
    value: (s, c) => value(s / rate, c),
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rate,
      channels: ['A', 'B'].map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

function run(signal: TestSignal, options: Record<string, unknown> = {}, port = 'out') {
  return runNode({ node: 'line-noise', port, options, signal, chunks: [17] })
}

const sine = (hz: number, t: number, phase = 0) => Math.sin(2 * Math.PI * hz * t + phase)

/** RMS of a channel from `seconds` on, after taking `wanted` away. */
function rmsFrom(
  frames: number[][],
  seconds: number,
  wanted: (t: number) => number,
  channel = 0,
): number {
  const rest = frames
    .filter(([s]) => s! >= seconds * rate)
    .map((frame) => frame[2 + channel]! - wanted(frame[0]! / rate))
  return Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0) / rest.length)
}

test('steady hum with two harmonics goes down to a thousandth, offsets and all', () => {
  const hum = (t: number) => 40 * sine(50, t, 1) + 15 * sine(100, t, 2)
  const { frames } = run(signalOf(6, (t, c) => hum(t) * (c + 1) + 3000))
  expect(rmsFrom(frames, 1, () => 3000)).toBeLessThan(0.03)
  expect(rmsFrom(frames, 1, () => 3000, 1)).toBeLessThan(0.06)
})

test.each([49.5, 49.8, 50.3, 50.5])('a mains frequency of %f Hz is found and followed', (hz) => {
  const signal = signalOf(20, (t) => 40 * sine(hz, t) + 10 * sine(10.3, t))
  const { frames } = run(signal)
  expect(rmsFrom(frames, 15, (t) => 10 * sine(10.3, t))).toBeLessThan(0.2)
  const done = run(signal, {}, 'done')
  expect(Math.abs(done.frames.at(-1)!.at(-1)! - hz)).toBeLessThan(0.02)
  expect(done.info.channels.at(-1)!.unit).toBe('Hz')
})

test('a frequency that wanders by 0.4 Hz within 20 s is followed', () => {
  const phase = (t: number) => 2 * Math.PI * (49.8 * t + (0.4 / 40) * t * t)
  const { frames } = run(signalOf(20, (t) => 40 * Math.sin(phase(t))))
  expect(rmsFrom(frames, 12, () => 0)).toBeLessThan(0.6)
})

test('a rhythm beside the mains frequency survives where a notch takes it', () => {
  const wanted = (t: number) => 10 * sine(48.8, t)
  const signal = signalOf(20, (t) => wanted(t) + 40 * sine(50, t, 1))
  const ours = rmsFrom(run(signal).frames, 10, wanted)
  const notched = runNode({
    node: 'filter-iir',
    options: { lowCutHz: null, highCutHz: null, notchHz: 50, notchQuality: 30 },
    signal,
    chunks: [17],
  })
  const theirs = rmsFrom(notched.frames, 10, wanted)
  // RMS of the rhythm is 7.1: what is missing of it, or left of the hum, counts as error.
  expect(ours).toBeLessThan(2)
  expect(theirs).toBeGreaterThan(2 * ours)
})

test('hum that sets in, and a pulse, leave less behind than behind a notch', () => {
  const signal = signalOf(10, (t) => (t > 4 && t < 4.02 ? 300 : 0))
  const ringing = (frames: number[][]) =>
    rmsFrom(
      frames.filter(([s]) => s! / rate > 4.06 && s! / rate < 5),
      4,
      () => 0,
    )
  const notch = { lowCutHz: null, highCutHz: null, notchHz: 50, notchQuality: 30 }
  const notched = runNode({ node: 'filter-iir', options: notch, signal, chunks: [17] })
  expect(ringing(run(signal, { harmonics: 1 }).frames)).toBeLessThan(0.6 * ringing(notched.frames))
  const humming = signalOf(2, (t) => 40 * sine(50, t, 0.3))
  expect(rmsFrom(run(humming).frames, 0.06, () => 0)).toBeLessThan(0.05)
})

test('without hum the signal stays', () => {
  const wanted = (t: number) => 20 * sine(10, t) + 5 * sine(21, t)
  expect(rmsFrom(run(signalOf(10, wanted)).frames, 2, wanted)).toBeLessThan(0.25)
})

test('not a number passes, and the fit goes on as if nothing had been', () => {
  const value = (t: number) => (t > 3 && t < 3.2 ? Number.NaN : 40 * sine(50, t))
  const { frames } = run(signalOf(5, value))
  expect(frames.filter((frame) => !frame.every(Number.isFinite))).toHaveLength(49)
  expect(rmsFrom(frames, 3.25, () => 0)).toBeLessThan(0.05)
})

test('a rate too slow for the mains is refused, naming what would do', () => {
  expect(() =>
    run(
      signalOf(1, () => 0),
      { mainsHz: 120 },
    ),
  ).toThrow(/mainsHz = 120.*250 Hz/)
})
