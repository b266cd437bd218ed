import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'
import { WaveletTransform } from './wavelet-transform.ts'

interface Golden {
  rateHz: number
  blockSeconds: number
  levels: number
  input: number[][]
  coefficients: Record<'db4' | 'sym4', number[]>
  /** By wavelet, target and transform. */
  output: Record<string, number[][]>
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/artifact_wavelet.json', import.meta.url), 'utf8'),
)
const { rateHz, blockSeconds, levels } = golden

function signalOf(value: TestSignal['value']): TestSignal {
  return {
    samples: golden.input.length,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: ['A', 'B'].map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

const recorded = signalOf((s, c) => golden.input[s]![c]!)

function run(options: Record<string, unknown>, signal = recorded, port = 'out') {
  const all = { blockSeconds, levels, ...options }
  return runNode({ node: 'wavelet-denoise', port, options: all, signal, chunks: [17] })
}

test.each(['db4', 'sym4'] as const)(
  'the %s transform is pywt’s within 1e-9, and inverts',
  (wavelet) => {
    const block = Float64Array.from(golden.input.slice(0, 256), (row) => row[1]!)
    const values = block.slice()
    const transform = new WaveletTransform(wavelet, values.length)
    transform.forward(values, levels)
    golden.coefficients[wavelet].forEach((wanted, i) => {
      expect(Math.abs(values[i]! - wanted)).toBeLessThan(1e-9)
    })
    transform.inverse(values, levels)
    values.forEach((value, i) => {
      expect(Math.abs(value - block[i]!)).toBeLessThan(1e-9)
    })
  },
)

test.each(Object.keys(golden.output))(
  '%s: blocks are shrunk as by pywt, within 1e-6 of the offset',
  (name) => {
    const [wavelet, target, transform] = name.split(' ')
    const { frames } = run({ wavelet, target, transform })
    expect(frames).toHaveLength(golden.output[name]!.length)
    golden.output[name]!.forEach((wanted, s) => {
      wanted.forEach((value, c) => {
        expect(Math.abs(frames[s]![2 + c]! - value)).toBeLessThan(2000 * 1e-6)
      })
    })
  },
)

test.each(['dwt', 'swt'])(
  'noise on a slow rhythm goes down by the %s, the rhythm stays',
  (transform) => {
    const { frames } = run({ target: 'noise', transform })
    const rms = (value: (s: number) => number) => {
      const off = frames
        .slice(100)
        .map(([s]) => value(s!) - 2000 - 30 * Math.sin((10 * Math.PI * s!) / rateHz))
      return Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length)
    }
    expect(rms((s) => frames[s]![2]!)).toBeLessThan(0.8 * rms((s) => golden.input[s]![0]!))
  },
)

test('the record tells threshold and amount per channel', () => {
  const { info, frames } = run({}, recorded, 'done')
  expect(info.channels.map(({ label, unit }) => `${label} ${unit}`)).toEqual([
    'A removed uV',
    'B removed uV',
    'A threshold uV',
    'B threshold uV',
  ])
  expect(frames[0]!.slice(2).every((value) => value > 1 && value < 40)).toBe(true)
})

test('not a number stays where it is', () => {
  const broken = signalOf((s, c) => (s === 333 && c === 1 ? Number.NaN : golden.input[s]![c]!))
  const bad = run({}, broken).frames.filter((frame) => !frame.every(Number.isFinite))
  expect(bad.map(([s]) => s)).toEqual([333])
})

test('blocks too short for the levels are refused, naming both', () => {
  expect(() => run({ levels: 6 })).toThrow(/256 samples at 256 Hz, 6 levels need 512/)
})
