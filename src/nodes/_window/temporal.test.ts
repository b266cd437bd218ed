/** The temporal nodes against antropy, SciPy and NumPy (`test/golden/temporal_features.py`). */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  readonly rateHz: number
  readonly windowSeconds: number
  readonly hopSeconds: number
  readonly input: readonly (readonly number[])[]
  readonly rows: readonly { hop: number; values: Readonly<Record<string, number[]>> }[]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/temporal_features.json', import.meta.url), 'utf8'),
)
const { rateHz, windowSeconds, hopSeconds, rows } = golden

function signalOf(value: TestSignal['value'], samples = golden.input.length): TestSignal {
  return {
    samples,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: ['C3', 'C4', 'Pz'].map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}
/** A few samples longer than what the golden values are about: wide windows take some to leave. */
const given = signalOf((s, c) => golden.input[s]?.[c] ?? 0, golden.input.length + 20)

/** Name of the golden values, node, options, and the relative error allowed. */
const cases: [string, string, Record<string, unknown>, number][] = [
  ['moments', 'moments', {}, 1e-6],
  ['rms', 'rms', {}, 1e-6],
  ['line-length', 'line-length', {}, 1e-6],
  ['zero-crossings', 'zero-crossings', {}, 0],
  ['hjorth', 'hjorth', {}, 1e-6],
  ['teager-kaiser', 'teager-kaiser', {}, 1e-6],
  ['entropy', 'entropy', {}, 1e-6],
  [
    'entropy-bits',
    'entropy',
    {
      sampleOrder: 3,
      sampleTolerance: 0.3,
      permutationOrder: 5,
      svdOrder: 4,
      delaySamples: 2,
      normalised: false,
    },
    1e-6,
  ],
  ['fractal', 'fractal', {}, 1e-6],
]

test.each(cases)('%s: %s is the golden value', (name, node, options, tolerance) => {
  const { frames } = runNode({
    node,
    options: { windowSeconds, hopSeconds, ...options },
    signal: given,
    chunks: [17],
  })
  expect(frames.length).toBe(rows.length)
  frames.forEach(([hop, , ...values], row) => {
    expect(hop).toBe(rows[row]!.hop)
    const wanted = rows[row]!.values[name]!
    expect(values.length).toBe(wanted.length)
    wanted.forEach((value, i) => {
      const error = Math.abs(values[i]! - value)
      expect(error, `value ${i} of hop ${hop}`).toBeLessThanOrEqual(tolerance * Math.abs(value))
    })
  })
})

const kinds = [...new Set(cases.map(([, node]) => node))]

test.each(kinds)('%s: a constant or railed channel gives finite values', (node) => {
  for (const level of [0, 0.1, -187500, 4321.987]) {
    const signal = signalOf(() => level)
    const { frames } = runNode({ node, options: { windowSeconds: 0.5 }, signal, chunks: [64] })
    expect(frames.length).toBeGreaterThan(5)
    expect(frames.flat().every(Number.isFinite)).toBe(true)
  }
})

test.each(kinds)('%s: a value that is not finite spoils only its windows and channel', (node) => {
  const options = { windowSeconds: 0.4, hopSeconds: 0.2 }
  const clean = runNode({ node, options, signal: given, chunks: [64] })
  const faulty = signalOf((s, c) => (s === 321 && c === 1 ? Number.NaN : given.value(s, c)))
  const { frames, info } = runNode({ node, options, signal: faulty, chunks: [64] })
  const perChannel = info.channels.length / 3
  frames.forEach((frame, row) => {
    const end = (frame[0]! + 1) * 50
    const spoilt = end > 321 && end - 100 <= 321
    frame.forEach((value, i) => {
      const channel = Math.floor((i - 2) / perChannel)
      if (spoilt && channel === 1) expect(value).toBeNaN()
      else expect(value).toBe(clean.frames[row]![i])
    })
  })
})

test.each(kinds)('%s: after a gap values resume with the first full window', (node) => {
  const gaps = [{ atSample: 200, lostSamples: 7, exact: true, reason: 'lost' as const }]
  const options = { windowSeconds: 0.4, hopSeconds: 0.1 }
  const { frames } = runNode({ node, options, signal: given, chunks: [9], gaps })
  const ends = frames.map(([hop]) => (hop! + 1) * 25)
  expect(ends.filter((end) => end > 200)[0]).toBe(325)
  expect(ends.filter((end) => end <= 200)).toEqual([100, 125, 150, 175, 200])
})

test('the names and units of the values tell what they are', () => {
  const { info } = runNode({ node: 'moments', signal: given, chunks: [64] })
  expect(info.channels.slice(0, 5).map(({ label, unit }) => [label, unit])).toEqual([
    ['C3 mean', 'uV'],
    ['C3 variance', 'uV^2'],
    ['C3 std', 'uV'],
    ['C3 skewness', '1'],
    ['C3 kurtosis', '1'],
  ])
  expect(info.type).toBe('Features')
  expect(info.nominalRateHz).toBeCloseTo(4, 1)
})

test('work that cannot be done in time is refused, naming the hop', () => {
  const options = { windowSeconds: 40, hopSeconds: 0.008, features: ['sample'] }
  const run = { node: 'entropy', options, signal: given, chunks: [64] }
  expect(() => runNode(run)).toThrow(/hopSeconds = 0.008 is too short: one window takes about/)
})

test('all entropies at their defaults are affordable for 64 channels at 1 kHz', () => {
  const channels = Array.from({ length: 64 }, (_, c) => physicalChannel(`E${c}`, 'EEG', 'uV'))
  const info = { ...given.info, channels, nominalRateHz: 1000 }
  expect(() =>
    runNode({ node: 'entropy', signal: { ...given, info, samples: 1 }, chunks: [1] }),
  ).not.toThrow()
})

test('a window longer than sample entropy can afford is refused, naming the range', () => {
  const open = (features: string[]) =>
    runNode({
      node: 'entropy',
      options: { windowSeconds: 80, features },
      signal: given,
      chunks: [64],
    })
  expect(() => open(['sample'])).toThrow(/windowSeconds = 80 gives 20000 samples at 250 Hz/)
  expect(() => open(['permutation'])).not.toThrow()
})
