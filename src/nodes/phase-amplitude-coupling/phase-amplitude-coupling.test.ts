import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  rateHz: number
  hopSeconds: number
  windowSeconds: number
  input: number[][]
  /** Per hop: modulation index, vector length and its normalised form for three pairs. */
  coupling: { hop: number; values: number[] }[]
}
const golden: Golden = JSON.parse(
  readFileSync(
    new URL('../../../test/golden/connectivity_amplitude.json', import.meta.url),
    'utf8',
  ),
)
const { rateHz, hopSeconds, windowSeconds } = golden
const measures = ['modulation-index', 'mean-vector-length', 'normalised-vector-length']
const pairs = [
  ['A', 'A'],
  ['A', 'B'],
  ['C', 'A'],
]

const recorded: TestSignal = {
  samples: golden.input.length,
  value: (s, c) => golden.input[s]![c]!,
  info: {
    id: 'test',
    name: 'EEG',
    type: 'EEG',
    sampleFormat: 'float32',
    nominalRateHz: rateHz,
    channels: ['A', 'B', 'C'].map((label) => physicalChannel(label, 'EEG', 'uV')),
    origin: { source: 'test' },
  },
}

function run(options: object, signal = recorded) {
  return runNode({
    node: 'phase-amplitude-coupling',
    options: { hopSeconds, windowSeconds, ...options },
    signal,
    chunks: [17],
  })
}

test('the measures are the published formulas over the same analytic signal, within 1e-6', () => {
  const { frames } = run({ measures, pairs })
  expect(frames.map(([hop]) => hop)).toEqual(golden.coupling.map(({ hop }) => hop))
  frames.forEach(([, , ...values], row) => {
    golden.coupling[row]!.values.forEach((wanted, i) => {
      expect(Math.abs(values[i]! / wanted - 1)).toBeLessThan(1e-6)
    })
  })
})

test('gamma that rides on theta stands out from noise', () => {
  const { frames, info } = run({})
  const [, , coupled, , noise] = frames.at(-1)!
  expect(coupled).toBeGreaterThan(5 * noise!)
  expect(info.channels.map(({ label }) => label)).toContain('A>A modulation-index')
})

test('the vector length has the unit of the amplitude', () => {
  const { info } = run({ measures, pairs })
  expect(info.channels.slice(0, 3).map(({ unit }) => unit)).toEqual(['1', 'uV', '1'])
})

test('not a number and a constant give finite values, and recover', () => {
  const broken: TestSignal = {
    ...recorded,
    value: (s, c) => (c === 1 ? 5 : s > 500 && s < 505 ? Number.NaN : recorded.value(s, c)),
  }
  const [spoilt, sound] = [run({ measures }, broken), run({ measures })]
  expect(spoilt.frames.flat().every(Number.isFinite)).toBe(true)
  expect(spoilt.frames.at(-1)!.slice(2, 5)).toEqual(sound.frames.at(-1)!.slice(2, 5))
})

test('what cannot work is refused, naming option and limit', () => {
  expect(() => run({ amplitude: { lowHz: 60, highHz: 110 } })).toThrow(/amplitude.*110 Hz.*200 Hz/)
  expect(() => run({ pairs: [['A', 'Z']] })).toThrow(/"Z"/)
  const narrow = { phase: { lowHz: 8, highHz: 8.01 } }
  expect(() => run(narrow)).toThrow(/phase from 8 to 8.01 Hz takes 13200\d taps.*65536/)
})
