import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

type Table = number[][]
type Golden = Record<'input' | 'mean' | 'linear' | 'exponential' | 'z' | 'robust', Table> & {
  rateHz: number
  windowSeconds: number
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/prepare_trend.json', import.meta.url), 'utf8'),
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
      channels: ['C3', 'C4'].map((label) => physicalChannel(label, 'EEG', 'uV', [-1e5, 1e5])),
      origin: { source: 'test' },
    },
  }
}
const recorded = signalOf(golden.input.length, (s, c) => golden.input[s]![c]!)

function run(node: string, options: Record<string, unknown>, signal = recorded) {
  const { frames, info } = runNode({ node, options, signal, chunks: [17] })
  return { values: frames.map(([, , ...row]) => row), info }
}

const { windowSeconds } = golden

for (const method of ['mean', 'linear', 'exponential'] as const) {
  test(`detrend by ${method} is SciPy’s over every window, within 1e-4 of 5000 µV`, () => {
    const { values, info } = run('detrend', { method, windowSeconds })
    values.forEach((row, f) => {
      row.forEach((value, c) => {
        expect(Math.abs(value - golden[method][f]![c]!)).toBeLessThan(1e-4)
      })
    })
    expect(info.channels[0]).toEqual(physicalChannel('C3', 'EEG', 'uV'))
  })
}

test('a line of any slope is taken off to nothing, and stays so for ever', () => {
  const signal = signalOf(40_000, (s) => 150_000 - s / 4, 1000)
  const { values } = run('detrend', { windowSeconds: 0.5 }, signal)
  expect(Math.max(...values.flat().map(Math.abs))).toBeLessThan(1e-6)
})

for (const method of ['z', 'robust'] as const) {
  test(`normalise by ${method} is NumPy’s over every window, within 1e-6`, () => {
    const { values, info } = run('normalise', { method, windowSeconds })
    values.forEach((row, f) => {
      row.forEach((value, c) => {
        const wanted = golden[method][f]![c]!
        expect(Math.abs(value - wanted)).toBeLessThan(1e-6 * Math.max(1, Math.abs(wanted)))
      })
    })
    expect(info.channels[0]).toEqual(physicalChannel('C3', 'EEG', '1'))
  })

  test(`normalise by ${method} gives 0 for what does not move, and keeps to its limit`, () => {
    const flat = run(
      'normalise',
      { method },
      signalOf(500, () => 187_500),
    ).values
    expect(flat.flat().every((value) => value === 0)).toBe(true)
    const { values } = run('normalise', { method, windowSeconds, limit: 2 })
    const found = values.flat()
    expect([Math.min(...found), Math.max(...found)]).toEqual([-2, 2])
  })
}

test('a long window is seen through some of its samples, the same ones for every chunking', () => {
  const noise = (s: number, c: number) => 100 * c + 10 * Math.sin(s * s * 0.37 + c)
  const signal = signalOf(9000, noise, 1000)
  const options = { method: 'robust', windowSeconds: 4 }
  const whole = runNode({ node: 'normalise', options, signal, chunks: [64] }).frames
  expect(runNode({ node: 'normalise', options, signal, chunks: [7] }).frames).toEqual(whole)
  // Median 0 and MAD 10/√2 of a sine's values.
  const scale = (10 / Math.SQRT2) * 1.4826
  for (const [sample, , value] of whole.slice(-200)) {
    expect(Math.abs(value! - noise(sample!, 0) / scale)).toBeLessThan(0.1)
  }
})

test('a window that cannot be is refused, naming value and range', () => {
  const short = { windowSeconds: 0.1 }
  expect(() =>
    run(
      'detrend',
      short,
      signalOf(10, () => 0, 5),
    ),
  ).toThrow(/"node" \(detrend\).*windowSeconds = 0.1/)
  expect(() =>
    run(
      'normalise',
      short,
      signalOf(10, () => 0, 5),
    ),
  ).toThrow(/windowSeconds = 0.1/)
})
