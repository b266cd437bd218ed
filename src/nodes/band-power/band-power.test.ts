import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  rateHz: number
  windowSeconds: number
  hopSeconds: number
  input: number[][]
  rows: { hop: number; powers: number[][] }[]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/band_power.json', import.meta.url), 'utf8'),
)

function signalOf(rateHz: number, samples: number, value: TestSignal['value']): TestSignal {
  return {
    samples,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: [physicalChannel('C3', 'EEG', 'uV'), physicalChannel('C4', 'EEG', 'uV')],
      origin: { source: 'test' },
    },
  }
}

test('band powers are SciPy’s periodogram summed over each band, within 1e-6', () => {
  const { windowSeconds, hopSeconds } = golden
  const result = runNode({
    node: 'band-power',
    options: { windowSeconds, hopSeconds },
    signal: signalOf(golden.rateHz, golden.input.length, (s, c) => golden.input[s]![c]!),
    chunks: [17],
  })
  expect(result.frames.map((frame) => frame[0])).toEqual(golden.rows.map((row) => row.hop))
  result.frames.forEach(([, , ...powers], row) => {
    golden.rows[row]!.powers.flat().forEach((wanted, i) => {
      expect(Math.abs(powers[i]! / wanted - 1)).toBeLessThan(1e-6)
    })
  })
})

test('a sine of 20 µV in the alpha band of a 30 kHz signal has 200 µV² there, and nowhere else', () => {
  const rate = 30_000
  const result = runNode({
    node: 'band-power',
    signal: signalOf(rate, rate * 3, (s) => 20 * Math.sin((2 * Math.PI * 10 * s) / rate)),
    chunks: [64],
  })
  const [, , delta, theta, alpha, beta, gamma] = result.frames.at(-1)!
  expect(Math.abs(alpha! / 200 - 1)).toBeLessThan(0.02)
  for (const other of [delta, theta, beta, gamma]) expect(other).toBeLessThan(0.5)
})

test('a band above half the rate is refused, naming the limit', () => {
  const bands = [{ name: 'high', lowHz: 100, highHz: 200 }]
  const signal = signalOf(250, 10, () => 0)
  expect(() => runNode({ node: 'band-power', options: { bands }, signal, chunks: [1] })).toThrow(
    /200 Hz.*250 Hz/,
  )
})
