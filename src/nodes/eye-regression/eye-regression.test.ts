import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  rateHz: number
  calibrationSeconds: number
  names: string[]
  input: number[][]
  weights: number[][]
  cleaned: number[][]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/artifact_eye.json', import.meta.url), 'utf8'),
)
const { rateHz, calibrationSeconds, names } = golden

function signalOf(labels: readonly string[], value: TestSignal['value']): TestSignal {
  return {
    samples: golden.input.length,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: labels.map((label) =>
        physicalChannel(label, label.endsWith('EOG') ? 'EOG' : 'EEG', 'uV'),
      ),
      origin: { source: 'test' },
    },
  }
}

const recorded = signalOf(names, (s, c) => golden.input[s]![c]!)

function run(options: Record<string, unknown>, signal = recorded, port = 'out') {
  return runNode({ node: 'eye-regression', port, options, signal, chunks: [17] })
}

describe('after a calibration', () => {
  const calibrated = run({ learning: 'calibration', calibrationSeconds })
  const start = calibrationSeconds * rateHz

  test('the cleaned signal is MNE’s within 1e-6 of the offset', () => {
    golden.cleaned.forEach((wanted, i) => {
      const [, , ...values] = calibrated.frames[start + i]!
      wanted.forEach((each, c) => {
        expect(Math.abs(values[c]! - each)).toBeLessThan(3000 * 1e-6)
      })
    })
  })

  test('EOG channels and the time before pass untouched', () => {
    for (const [s, , ...values] of calibrated.frames) {
      const input = golden.input[s!]!
      expect(values.slice(2)).toEqual(input.slice(2))
      if (s! < start - 1) expect(values).toEqual(input)
    }
  })

  test('the same weights, given, clean from the start', () => {
    const { frames } = run({ learning: 'given', weights: golden.weights })
    const spread = (rows: number[][]) => {
      const values = rows.map((row) => row[2]!)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    }
    expect(spread(frames.slice(200))).toBeLessThan(12)
    expect(spread(calibrated.frames.slice(0, start - 1))).toBeGreaterThan(30)
  })
})

/** Largest excursion of a channel from its 10 Hz neighbourhood during the last blinks. */
function peakOf(frames: number[][], channel: number, offset: number): number {
  const last = frames.slice(-600)
  return Math.max(...last.map((frame) => Math.abs(frame[2 + channel]! - offset)))
}

test('a running estimate takes the eyes out without being told when to learn', () => {
  const before = peakOf(
    golden.input.map((row, s) => [s, 0, ...row]),
    0,
    3000,
  )
  const after = peakOf(run({ memorySeconds: 10 }).frames, 0, 3000 - 20)
  expect(before).toBeGreaterThan(100)
  expect(after).toBeLessThan(0.5 * before)
})

test('without EOG the frontal channels are regressed on, and stay as they are', () => {
  const frontal = signalOf(['Cz', 'Fp1', 'Fp2'], (s, c) => {
    const [, cz, , veog] = golden.input[s]!
    return c === 0 ? cz! : veog! + 3 * Math.sin(s * s * c)
  })
  const { frames } = run({}, frontal)
  expect(peakOf(frames, 0, 0)).toBeLessThan(
    0.85 *
      peakOf(
        golden.input.map((row, s) => [s, 0, ...row]),
        1,
        0,
      ),
  )
  for (const [s, , , ...eyes] of frames) {
    expect(eyes).toEqual([1, 2].map((c) => Math.fround(frontal.value(s!, c))))
  }
})

test('the record says how much was taken from which channel, in its unit', () => {
  const { frames, info } = run({ learning: 'calibration', calibrationSeconds }, recorded, 'done')
  expect(info.channels.map(({ label }) => label)).toEqual([
    ...names.map((name) => `${name} removed`),
    'calibrated',
  ])
  expect(info.channels[0]!.unit).toBe('uV')
  expect(info.nominalRateHz).toBe(2)
  expect(frames).toHaveLength(24)
  expect(frames[3]!.slice(2)).toEqual([0, 0, 0, 0, 0])
  expect(frames[20]![2]).toBeGreaterThan(5)
  expect(frames[20]!.slice(4)).toEqual([0, 0, 1])
})

test('not a number passes by, and teaches nothing', () => {
  const broken = signalOf(names, (s, c) =>
    s >= 300 && s < 310 && c !== 1 ? Number.NaN : golden.input[s]![c]!,
  )
  const { frames } = run({ memorySeconds: 10 }, broken)
  expect(frames.slice(310).flat().every(Number.isFinite)).toBe(true)
  expect(frames[305]![3]).toBe(golden.input[305]![1])
})

test('what cannot work is refused by name', () => {
  expect(() => run({ references: ['Eye'] })).toThrow(/"Eye"/)
  expect(() => run({ learning: 'given' })).toThrow(/2 rows with 2 values/)
  expect(() =>
    run(
      {},
      signalOf(['HEOG'], () => 0),
    ),
  ).toThrow(/no EEG channel/)
})
