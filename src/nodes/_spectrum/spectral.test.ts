/** The spectral nodes against SciPy, NumPy and MNE (`test/golden/spectral_nodes.py`). */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'
import { RealFourier } from './real-fourier.ts'

interface Row {
  readonly hop: number
  readonly values: readonly (readonly number[])[]
}
interface Golden {
  readonly rateHz: number
  readonly windowSeconds: number
  readonly hopSeconds: number
  readonly input: readonly (readonly number[])[]
  readonly rows: Readonly<Record<string, readonly Row[]>>
  readonly wavelets: readonly Row[]
  readonly analytic: {
    readonly delay: number
    readonly rows: readonly {
      sample: number
      amplitude: number[]
      phase: number[]
      band: number[]
    }[]
  }
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/spectral_nodes.json', import.meta.url), 'utf8'),
)
const { rateHz, windowSeconds, hopSeconds } = golden

function signalOf(value: TestSignal['value'], samples: number): TestSignal {
  return {
    samples,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: ['C3', 'C4'].map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}
/** A few samples longer than what the golden values are about: the last window takes some. */
const given = signalOf((s, c) => golden.input[s]?.[c] ?? 0, golden.input.length + 20)
const window = { windowSeconds, hopSeconds }

const bands = [
  { name: 'alpha', lowHz: 8, highHz: 13 },
  { name: 'beta', lowHz: 13, highHz: 30 },
  { name: 'gamma', lowHz: 30, highHz: 45 },
]

/** Name of the golden rows, node, options, and the error allowed: relative, and absolute. */
const cases: [string, string, Record<string, unknown>, number, number][] = [
  ['welch', 'psd', { segmentSeconds: 0.8 }, 1e-6, 0],
  [
    'welch, odd segments',
    'psd',
    { segmentSeconds: 149 / 250, overlap: 0.75, taper: 'blackman' },
    1e-6,
    0,
  ],
  ['multitaper', 'psd', { method: 'multitaper', bandwidthHz: 4 }, 1e-6, 0],
  ['magnitude', 'spectrum', { taper: 'hamming' }, 1e-6, 0],
  ['phase', 'spectrum', { taper: 'hamming', parts: ['phase'] }, 0, 1e-6],
  ['spectrogram', 'spectrogram', {}, 1e-6, 2e-6],
  [
    'relative band power',
    'band-power',
    {
      scale: 'relative',
      whole: { lowHz: 1, highHz: 30 },
      bands,
    },
    1e-6,
    0,
  ],
  [
    'band power in dB',
    'band-power',
    {
      scale: 'dB',
      bands,
    },
    1e-6,
    2e-6,
  ],
  ['alpha peak', 'alpha-peak', { segmentSeconds: 1 }, 1e-6, 0],
  ['aperiodic', 'aperiodic', { segmentSeconds: 1 }, 1e-6, 1e-6],
]

function expectRows(
  frames: readonly (readonly number[])[],
  rows: readonly Row[],
  relative: number,
  absolute: number,
): void {
  expect(frames.map(([hop]) => hop)).toEqual(rows.map(({ hop }) => hop))
  frames.forEach(([hop, , ...values], row) => {
    const wanted = rows[row]!.values.flat()
    expect(values.length).toBe(wanted.length)
    wanted.forEach((value, i) => {
      const error = Math.abs(values[i]! - value)
      const allowed = relative * Math.abs(value) + absolute
      expect(error, `value ${i} of hop ${hop}: ${value}`).toBeLessThanOrEqual(allowed)
    })
  })
}

test.each(cases)('%s: %s gives the golden values', (name, node, options, relative, absolute) => {
  const run = { node, options: { ...window, ...options }, signal: given, chunks: [17] }
  expectRows(runNode(run).frames, golden.rows[name]!, relative, absolute)
})

test('wavelet power is MNE’s, away from the ends, within 1e-6', () => {
  const options = { frequenciesHz: [6, 10, 22.5], cycles: 5, hopSeconds: 0.2 }
  const signal = signalOf((s, c) => golden.input[s]![c]!, golden.input.length)
  const { frames } = runNode({ node: 'wavelet-power', options, signal, chunks: [50] })
  const rows = golden.wavelets.filter(({ hop }) => frames.some(([index]) => index === hop))
  expect(rows.length).toBeGreaterThan(10)
  expectRows(frames, rows, 1e-6, 0)
})

test('amplitude and phase are those of SciPy’s Hilbert transform of the filtered signal', () => {
  const { frames } = runNode({ node: 'envelope-phase', signal: given, chunks: [17] })
  const { rows, delay } = golden.analytic
  expect(frames[0]![0]).toBe(2 * delay)
  const bySample = new Map(frames.map((frame) => [frame[0]!, frame.slice(2)]))
  const strongest = Math.max(...rows.flatMap(({ amplitude }) => amplitude))
  for (const { sample, amplitude, phase, band } of rows) {
    const values = bySample.get(sample)!
    for (const c of [0, 1]) {
      const [height, angle] = [values[2 * c]!, values[2 * c + 1]!]
      // The real part is exactly the filtered signal …
      expect(Math.abs(height * Math.cos(angle) - band[c]!)).toBeLessThan(2e-6 * strongest)
      // … the imaginary one up to what a Hamming window leaves of negative frequencies.
      expect(Math.abs(height - amplitude[c]!)).toBeLessThan(0.005 * strongest)
      const turn = Math.abs(angle - phase[c]!)
      expect(Math.min(turn, 2 * Math.PI - turn)).toBeLessThan((0.005 * strongest) / amplitude[c]!)
    }
  }
})

test('a Fourier transform of any length is the sum that defines it', () => {
  for (const length of [8, 9, 30, 64, 125, 500]) {
    const fourier = new RealFourier(length)
    const x = Array.from({ length }, (_, i) => Math.sin(i * i) * 50 + 3)
    for (let round = 0; round < 2; round++) {
      fourier.input.set(x)
      fourier.transform()
    }
    for (let k = 0; k < fourier.bins; k++) {
      const angle = (i: number) => (-2 * Math.PI * ((i * k) % length)) / length
      const re = x.reduce((sum, v, i) => sum + v * Math.cos(angle(i)), 0)
      const im = x.reduce((sum, v, i) => sum + v * Math.sin(angle(i)), 0)
      expect(Math.abs(fourier.re[k]! - re)).toBeLessThan(1e-10 * 50 * length)
      expect(Math.abs(fourier.im[k]! - im)).toBeLessThan(1e-10 * 50 * length)
    }
  }
})
