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
  for (const length of [8, 9, 14, 30, 64, 77, 90, 125, 500, 514]) {
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

const windowed = cases
  .map(([, node, options]) => ({ node, options }))
  .filter(({ node }, i, all) => all.findIndex((each) => each.node === node) === i)

test.each(windowed)('$node: a constant or railed channel gives finite values', (each) => {
  for (const level of [0, 0.1, -187500]) {
    const run = { node: each.node, options: { ...window, ...each.options } }
    const { frames } = runNode({ ...run, signal: signalOf(() => level, 1500), chunks: [64] })
    expect(frames.length).toBeGreaterThan(2)
    expect(frames.flat().every(Number.isFinite)).toBe(true)
  }
})

test.each(windowed)(
  '$node: a value that is not finite spoils its windows and channel only',
  (each) => {
    const run = { node: each.node, options: { ...window, ...each.options }, chunks: [64] }
    const faulty = signalOf((s, c) => (s === 450 && c === 1 ? Number.NaN : given.value(s, c)), 1220)
    const clean = runNode({ ...run, signal: given }).frames
    runNode({ ...run, signal: faulty }).frames.forEach((frame, row) => {
      const end = (frame[0]! + 1) * 300
      const spoilt = end > 450 && end - 500 <= 450
      const perChannel = (frame.length - 2) / 2
      const [first, second] = [frame.slice(2, 2 + perChannel), frame.slice(2 + perChannel)]
      expect(first).toEqual(clean[row]!.slice(2, 2 + perChannel))
      if (spoilt) expect(second.every(Number.isNaN)).toBe(true)
      else expect(second).toEqual(clean[row]!.slice(2 + perChannel))
    })
  },
)

test('band power behind its anti-alias filter outlives values that are not finite', () => {
  const signal = signalOf(
    (s) => (s > 200 && s < 210 ? Number.NaN : 20 * Math.sin((2 * Math.PI * 10 * s) / rateHz)),
    3000,
  )
  const options = { bands: [{ name: 'alpha', lowHz: 8, highHz: 13 }] }
  const { frames } = runNode({ node: 'band-power', options, signal, chunks: [7] })
  expect(frames.flat().every(Number.isFinite)).toBe(true)
  expect(Math.abs(frames.at(-1)![2]! / 200 - 1)).toBeLessThan(0.02)
})

test('an electrode offset of 20 mV leaves no trace in an envelope', () => {
  const wave = (s: number) => 30 * Math.sin((2 * Math.PI * 10.5 * s) / rateHz)
  const last = (offset: number) => {
    const signal = signalOf((s) => offset + wave(s), 1200)
    return runNode({ node: 'envelope-phase', signal, chunks: [50] }).frames.at(-1)![2]!
  }
  // What float32 keeps of 20 mV is 2 nV.
  expect(Math.abs(last(20_000) - last(0))).toBeLessThan(2e-3)
})

test('the envelope outlives a value that is not finite, and a gap is as long as the silence', () => {
  const wave = (s: number) => 30 * Math.sin((2 * Math.PI * 10.5 * s) / rateHz)
  const signal = signalOf((s) => (s === 300 ? Number.POSITIVE_INFINITY : wave(s)), 2500)
  const gaps = [{ atSample: 1200, lostSamples: 40, exact: true, reason: 'lost' as const }]
  const run = { node: 'envelope-phase', signal, gaps, chunks: [33] }
  const { frames, gaps: left } = runNode(run)
  const taps = 2 * Math.ceil((3.3 * rateHz) / 2 / 2) + 1
  expect(left).toEqual([{ ...gaps[0], atSample: 1200, lostSamples: 40 + taps - 1 }])
  expect(frames[0]![0]).toBe(taps - 1)
  expect(frames.length).toBe(2500 - 40 - 2 * (taps - 1))
  const last = frames.at(-1)!
  expect(Math.abs(last[2]! / 30 - 1)).toBeLessThan(0.005)
})

/** Noise whose power falls as 1 / f^exponent: sines of random but repeatable phase on every bin. */
function noiseOf(exponent: number, samples: number): Float64Array {
  const noise = new Float64Array(samples)
  for (let k = 1; k < samples / 2; k++) {
    const phase = 2 * Math.PI * ((k * 0.754877666) % 1) * (k % 17)
    const height = k ** (-exponent / 2)
    for (let i = 0; i < samples; i++) {
      noise[i] =
        noise[i]! + height * Math.cos((2 * Math.PI * ((k * i) % samples)) / samples + phase)
    }
  }
  return noise
}

test.each([0.5, 1, 2])(
  'noise that falls as 1/f^%f has that exponent, a peak or not',
  (exponent) => {
    const noise = noiseOf(exponent, 4000)
    const alpha = (s: number, c: number) =>
      c * 0.15 * noise.reduce((a, v) => Math.max(a, v)) * Math.sin((2 * Math.PI * 10 * s) / rateHz)
    const values = [0, 1].map((c) => noise.map((value, s) => 50 * (value + alpha(s, c))))
    const signal = signalOf((s, c) => values[c]![s]!, 4000)
    const options = { windowSeconds: 15, hopSeconds: 1 }
    const { frames } = runNode({ node: 'aperiodic', options, signal, chunks: [64] })
    const [, , plain, , peaked] = frames.at(-1)!
    expect(Math.abs(plain! - exponent)).toBeLessThan(0.1)
    expect(Math.abs(peaked! - exponent)).toBeLessThan(0.2)
  },
)

test.each([
  ['psd', { highHz: 126 }, /highHz = 126 Hz does not fit a rate of 250 Hz/],
  ['psd', { lowHz: 20, highHz: 10 }, /lowHz = 20/],
  ['psd', { segmentSeconds: 5 }, /segmentSeconds = 5 gives 1250 samples/],
  ['psd', { method: 'multitaper', bandwidthHz: 0.1 }, /bandwidthHz = 0.1 makes 0 tapers/],
  ['spectrum', { windowSeconds: 0.01 }, /windowSeconds = 0.01 gives 3 samples/],
  ['spectrogram', { lowHz: 10.1, highHz: 10.2 }, /no bin lies in lowHz to highHz/],
  ['wavelet-power', { frequenciesHz: [10, 125] }, /frequenciesHz holds 125 Hz/],
  ['envelope-phase', { lowHz: 1, highHz: 4, transitionHz: 3 }, /transitionHz = 3/],
  ['aperiodic', { lowHz: 2, highHz: 4 }, /lowHz to highHz = 2 to 4 Hz holds 5 bins/],
])('%s refuses %o by name', (node, options, message) => {
  expect(() => runNode({ node, options, signal: given, chunks: [1] })).toThrow(message)
})
