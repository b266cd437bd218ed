import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Run, runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

type Table = number[][]
type Options = Record<string, unknown>
interface Golden {
  rateHz: number
  input: Table
  iir: { options: Options; output: Table }[]
  combs: { options: Options; output: Table }[]
  fir: { options: Options; taps: number[]; output: Table }[]
  bank: { bands: { name: string }[]; outputs: Table[] }
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/prepare_filters.json', import.meta.url), 'utf8'),
)

function signalOf(values: Table): TestSignal {
  return {
    samples: values.length,
    value: (s, c) => values[s]![c]!,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: golden.rateHz,
      channels: ['C3', 'C4'].map((label) => physicalChannel(label, 'EEG', 'uV', [-1e5, 1e5])),
      origin: { source: 'test' },
    },
  }
}

function run(node: string, options: Options, values = golden.input, more: Partial<Run> = {}) {
  const { frames, info } = runNode({
    node,
    options,
    signal: signalOf(values),
    chunks: [17],
    ...more,
  })
  return { values: frames.map(([, , ...row]) => row), info }
}

/** Largest difference relative to the largest value wanted. */
function worst(found: Table, wanted: Table): number {
  expect([found.length, found[0]!.length]).toEqual([wanted.length, wanted[0]!.length])
  const scale = Math.max(...wanted.flat().map(Math.abs))
  return (
    Math.max(...found.flatMap((row, f) => row.map((v, c) => Math.abs(v - wanted[f]![c]!)))) / scale
  )
}

for (const { options, output } of golden.iir) {
  test(`filter-iir ${JSON.stringify(options)} is SciPy’s within 1e-6`, () => {
    const { values } = run('filter-iir', { ...options, notchHz: null })
    expect(worst(values, output)).toBeLessThan(1e-6)
  })
}

const nothingElse = { lowCutHz: null, highCutHz: null }

for (const { options, output } of golden.combs) {
  test(`filter-iir ${JSON.stringify(options)} is SciPy’s notches one after the other within 1e-6`, () => {
    expect(worst(run('filter-iir', { ...nothingElse, ...options }).values, output)).toBeLessThan(
      1e-6,
    )
  })
}

test('a comb beyond half the rate is refused with the range; all harmonics stop below it', () => {
  const comb = (notchHarmonics: number | 'all', notchHz = 50) =>
    run('filter-iir', { ...nothingElse, notchHz, notchHarmonics })
  expect(() => comb(3)).toThrow(/notchHarmonics 3 reaches 150 Hz, at 250 Hz 1 to 2 are allowed/)
  expect(() => comb('all', 125)).toThrow(/125/)
  expect(comb('all', 124).values).toEqual(comb(1, 124).values)
})

for (const { options, taps, output } of golden.fir) {
  test(`filter-fir with ${taps.length} taps, ${JSON.stringify(options)}, is SciPy’s within 1e-6`, () => {
    expect(worst(run('filter-fir', options).values, output)).toBeLessThan(1e-6)
  })
}

test('filter-fir by Remez keeps and stops what it says', () => {
  const rate = golden.rateHz
  const sine = (hz: number) =>
    Array.from({ length: 1200 }, (_, s) => [Math.sin((2 * Math.PI * hz * s) / rate), 0])
  const amplitude = (hz: number, options: Options = {}) => {
    const { values } = run('filter-fir', { method: 'remez', lowCutHz: null, ...options }, sine(hz))
    return Math.max(...values.slice(-300).map(([value]) => Math.abs(value!)))
  }
  expect(amplitude(10)).toBeCloseTo(1, 1)
  expect(amplitude(45)).toBeLessThan(2e-3)
  const stop = { lowCutHz: 45, highCutHz: 55, kind: 'stop' }
  expect(amplitude(50, stop)).toBeLessThan(2e-3)
  expect(amplitude(30, stop)).toBeGreaterThan(0.95)
})

test('filter-bank gives each band of each channel as SciPy does, labelled', () => {
  const { bands, outputs } = golden.bank
  const { values, info } = run('filter-bank', { bands, order: 3 })
  expect(info.channels.map(({ label }) => label)).toEqual([
    'C3 low',
    'C3 high',
    'C4 low',
    'C4 high',
  ])
  expect(info.channels[0]).toEqual(physicalChannel('C3 low', 'EEG', 'uV'))
  outputs.forEach((wanted, b) => {
    expect(
      worst(
        values.map((row) => [row[b]!, row[2 + b]!]),
        wanted,
      ),
    ).toBeLessThan(1e-6)
  })
})

for (const node of ['filter-iir', 'filter-fir', 'filter-bank', 'detrend', 'normalise']) {
  test(`${node} recovers from values that are not finite, and no other channel sees them`, () => {
    const options = node === 'filter-fir' ? { transitionHz: 2 } : {}
    const holes = golden.input.map((row, s) => (s > 20 && s < 30 ? [Number.NaN, row[1]!] : row))
    holes[40] = [Number.POSITIVE_INFINITY, holes[40]![1]!]
    const { values, info } = run(node, options, holes)
    const width = info.channels.length / 2
    const sound = run(node, options).values
    expect(values.slice(-200).flat().every(Number.isFinite)).toBe(true)
    expect(values.map((row) => row.slice(width))).toEqual(sound.map((row) => row.slice(width)))
    if (node !== 'filter-fir') expect(values.flat().every(Number.isFinite)).toBe(true)
  })

  test(`${node} bridges a short gap and starts anew after a long one`, () => {
    const gaps = [
      { atSample: 200, lostSamples: 5, exact: true, reason: 'lost' as const },
      { atSample: 300, lostSamples: 100, exact: true, reason: 'lost' as const },
    ]
    const { frames, gaps: passed } = runNode({
      node,
      signal: signalOf(golden.input),
      chunks: [17],
      gaps,
    })
    expect(passed).toEqual(gaps)
    expect(frames.flat().every(Number.isFinite)).toBe(true)
    // What came before the long gap does not count after it.
    const anew = runNode({
      node,
      signal: signalOf(golden.input.slice(400)),
      chunks: [17],
    })
    const after = frames.filter(([sample]) => sample! >= 400).map(([, , ...row]) => row)
    expect(after).toEqual(anew.frames.map(([, , ...row]) => row))
  })
}

test('what cannot be is refused, naming node, option, value and range', () => {
  const bad = (node: string, options: Options) => expect(() => run(node, options))
  bad('filter-iir', { design: 'elliptic', rippleDb: 3, attenuationDb: 2 }).toThrow(
    /"node" \(filter-iir\).*attenuation 2 dB.*3 and 200/,
  )
  bad('filter-iir', { highCutHz: 130 }).toThrow(/130 Hz.*125 Hz/)
  bad('filter-bank', { bands: [{ name: 'x', lowHz: 100, highHz: 200 }] }).toThrow(
    /band "x".*200 Hz/,
  )
  bad('filter-fir', { lowCutHz: null, highCutHz: null }).toThrow(/both null/)
  bad('filter-fir', { kind: 'stop', lowCutHz: null }).toThrow(/stop needs both/)
  bad('filter-fir', { transitionHz: 3 }).toThrow(/transitionHz = 3 is more than the 2 Hz/)
  bad('filter-fir', { transitionHz: 0.01 }).toThrow(/transitionHz = 0.01 needs \d+ taps.*at least/)
  bad('filter-fir', { method: 'taps', taps: [1, 2, 3] }).toThrow(/3 taps are neither symmetric/)
  bad('filter-fir', { method: 'taps' }).toThrow(/taps is empty/)
})
