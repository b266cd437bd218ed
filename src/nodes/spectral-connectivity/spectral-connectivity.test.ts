import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

type Values = Record<string, number[][]>
interface Golden {
  rateHz: number
  segmentSeconds: number
  hopSeconds: number
  windowSeconds: number
  bands: { name: string; lowHz: number; highHz: number }[]
  input: number[][]
  hops: number[]
  /** Per hop: by measure, per pair, per band. */
  mne: Values[]
  scipy: number[][][]
  exponential: { hop: number; values: Values }
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/connectivity_spectral.json', import.meta.url), 'utf8'),
)
const { rateHz, segmentSeconds, hopSeconds, windowSeconds, bands } = golden

function signalOf(samples: number, value: TestSignal['value'], channels = 3): TestSignal {
  return {
    samples,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: Array.from({ length: channels }, (_, c) => physicalChannel(`E${c}`, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

const recorded = signalOf(golden.input.length, (s, c) => golden.input[s]![c]!)

function run(options: object, signal = recorded, chunks = [17]) {
  return runNode({
    node: 'spectral-connectivity',
    options: { bands, segmentSeconds, hopSeconds, windowSeconds, ...options },
    signal,
    chunks,
  })
}

const measures = ['coherence', 'imaginary-coherence', 'plv', 'pli', 'wpli', 'wpli-debiased']

test.each(measures)('%s is mne-connectivity’s over the same segments, within 1e-6', (measure) => {
  const { frames } = run({ measures: [measure] })
  expect(frames.map((frame) => frame[0])).toEqual(golden.hops)
  for (const [row, [, , ...values]] of frames.entries()) {
    golden.mne[row]![measure]!.flat().forEach((wanted, i) => {
      expect(Math.abs(values[i]! - wanted)).toBeLessThan(1e-6)
    })
  }
})

test('coherence is SciPy’s Welch coherence within 1e-6', () => {
  for (const [row, [, , ...values]] of run({ measures: ['coherence'] }).frames.entries()) {
    golden.scipy[row]!.flat().forEach((wanted, i) => {
      expect(Math.abs(values[i]! / wanted - 1)).toBeLessThan(1e-6)
    })
  }
})

test('the exponential average is the weighted one of NumPy within 1e-6', () => {
  for (const [measure, wanted] of Object.entries(golden.exponential.values)) {
    const { frames } = run({ measures: [measure], averaging: 'exponential' })
    const [, , ...values] = frames.find(([hop]) => hop === golden.exponential.hop)!
    wanted.flat().forEach((each, i) => {
      expect(Math.abs(values[i]! - each)).toBeLessThan(1e-6)
    })
  }
})

test('a channel that is not a number for a while is as good as new one window later', () => {
  const broken = signalOf(golden.input.length, (s, c) =>
    c === 0 && s >= 300 && s < 310 ? Number.NaN : golden.input[s]![c]!,
  )
  const [sound, spoilt] = [run({ measures }), run({ measures }, broken)]
  const clear = (310 + rateHz * windowSeconds) / (rateHz * hopSeconds)
  expect(spoilt.frames.flat().every(Number.isFinite)).toBe(true)
  expect(spoilt.frames.filter(([hop]) => hop! > clear)).toEqual(
    sound.frames.filter(([hop]) => hop! > clear),
  )
  // The pair without it is not touched at all.
  expect(spoilt.frames.map((frame) => frame.slice(-12))).toEqual(
    sound.frames.map((frame) => frame.slice(-12)),
  )
})

test('labels name pair, measure and band; a list of pairs keeps its order', () => {
  const { info, frames } = run({ measures: ['plv', 'pli'], pairs: [['E2', 'E0']] })
  expect(info.channels.map(({ label }) => label)).toEqual([
    'E2-E0 plv theta',
    'E2-E0 pli theta',
    'E2-E0 plv alpha',
    'E2-E0 pli alpha',
  ])
  expect(info.channels[0]!.unit).toBe('1')
  expect(info.nominalRateHz).toBe(1 / hopSeconds)
  expect(frames[0]).toHaveLength(2 + 4)
})

test('what cannot work is refused, naming option and limit', () => {
  const refused: [object, RegExp, TestSignal?][] = [
    [{ bands: [{ name: 'high', lowHz: 40, highHz: 80 }] }, /80 Hz.*128 Hz/],
    [{ bands: [{ name: 'thin', lowHz: 4.2, highHz: 4.4 }] }, /"thin" holds no frequency/],
    [{ windowSeconds: 1 }, /windowSeconds = 1 .*fewer than two/],
    [{ pairs: [['E0', 'E9']] }, /"E9"/],
    [{ pairs: [['E0', 'E0']] }, /"E0" with itself/],
    [{}, /2080 pairs, at most 2016/, signalOf(10, () => 0, 65)],
    [{}, /needs two channels/, signalOf(10, () => 0, 1)],
  ]
  for (const [options, message, signal] of refused) {
    expect(() => run(options, signal)).toThrow(message)
  }
})

test('constant and saturated channels give zeros, not a crash', () => {
  const flat = signalOf(1000, (s, c) => (c === 0 ? 187500 : c === 1 ? 7 : Math.sin(s * s)))
  const { frames } = run({ measures }, flat)
  expect(frames.length).toBeGreaterThan(5)
  expect(frames.flat().every(Number.isFinite)).toBe(true)
})
