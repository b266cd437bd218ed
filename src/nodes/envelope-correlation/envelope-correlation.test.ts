import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  rateHz: number
  hopSeconds: number
  windowSeconds: number
  input: number[][]
  envelopes: { hop: number; plain: number[]; orthogonalised: number[] }[]
}
const golden: Golden = JSON.parse(
  readFileSync(
    new URL('../../../test/golden/connectivity_amplitude.json', import.meta.url),
    'utf8',
  ),
)
const { rateHz, hopSeconds, windowSeconds } = golden

function signalOf(samples: number, value: TestSignal['value']): TestSignal {
  return {
    samples,
    value,
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
}

function run(options: object, signal: TestSignal, chunks = [17]) {
  return runNode({
    node: 'envelope-correlation',
    options: { hopSeconds, windowSeconds, ...options },
    signal,
    chunks,
  })
}

const recorded = signalOf(golden.input.length, (s, c) => golden.input[s]![c]!)

test.each(['plain', 'orthogonalised'] as const)(
  '%s correlations are mne-connectivity’s within 1e-6',
  (name) => {
    const { frames } = run({ orthogonalised: name === 'orthogonalised' }, recorded)
    expect(frames.map(([hop]) => hop)).toEqual(golden.envelopes.map(({ hop }) => hop))
    frames.forEach(([, , ...values], row) => {
      golden.envelopes[row]![name].forEach((wanted, i) => {
        expect(Math.abs(values[i]! - wanted)).toBeLessThan(1e-6)
      })
    })
  },
)

test('a mixture without delay correlates plainly, and hardly once orthogonalised', () => {
  const noise = (s: number, c: number) => golden.input[s]![c]!
  const mixed = signalOf(golden.input.length, (s, c) =>
    c === 1 ? noise(s, 2) + 0.9 * noise(s, 1) : c === 0 ? noise(s, 1) : noise(s, 2),
  )
  const last = (options: object) => run(options, mixed).frames.at(-1)![2]!
  expect(last({ orthogonalised: false })).toBeGreaterThan(0.5)
  expect(last({ orthogonalised: true })).toBeLessThan(0.5 * last({ orthogonalised: false }))
})

test('an exponential window follows the same signal, and stays in bounds', () => {
  const { frames } = run({ averaging: 'exponential', orthogonalised: false }, recorded)
  expect(frames.length).toBeGreaterThan(5)
  for (const [, , ...values] of frames) for (const r of values) expect(Math.abs(r)).toBeLessThan(1)
})

test('not a number leaves no trace but its own length: later windows are as if it had not been', () => {
  const broken = signalOf(golden.input.length, (s, c) =>
    c === 0 && s >= 500 && s < 505 ? Number.NaN : golden.input[s]![c]!,
  )
  const [spoilt, sound] = [run({}, broken), run({}, recorded)]
  expect(spoilt.frames.flat().every(Number.isFinite)).toBe(true)
  expect(spoilt.frames.slice(-5)).toEqual(sound.frames.slice(-5))
})

test('what cannot work is refused, naming option and limit', () => {
  expect(() => run({ highHz: 100 }, recorded)).toThrow(/100 Hz.*200 Hz/)
  expect(() => run({ lowHz: 13 }, recorded)).toThrow(/lowHz = 13/)
  expect(() => run({ windowSeconds: 0.1 }, recorded)).toThrow(/windowSeconds = 0.1/)
})
