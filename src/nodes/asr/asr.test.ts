import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  rateHz: number
  options: Record<string, number>
  calibration: { mixing: number[][]; thresholds: number[][] }
  input: number[][]
  from: number
  output: number[][]
  removed: number
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/artifact_asr.json', import.meta.url), 'utf8'),
)
const channels = golden.input[0]!.length

function signalOf(value: TestSignal['value'], count = channels): TestSignal {
  return {
    samples: golden.input.length,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: golden.rateHz,
      channels: Array.from({ length: count }, (_, c) => physicalChannel(`E${c}`, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

const recorded = signalOf((s, c) => golden.input[s]![c]!)

function run(options: Record<string, unknown> = {}, signal = recorded, port = 'out') {
  const all = { ...golden.options, ...options }
  return runNode({ node: 'asr', port, options: all, signal, chunks: [17] })
}

/** Largest difference from meegkit's output. */
function worst(frames: number[][]): number {
  const off = golden.output.map((wanted, i) => {
    const [, , ...values] = frames[golden.from + i]!
    return Math.max(...wanted.map((value, c) => Math.abs(value - values[c]!)))
  })
  return Math.max(...off)
}

test('with meegkit’s calibration the output is meegkit’s within 0.001 µV of 3000', () => {
  const { frames } = run({ calibration: golden.calibration })
  expect(worst(frames)).toBeLessThan(1e-3)
})

test('calibrated on the stream the output is meegkit’s within 0.001 µV of 3000', () => {
  expect(worst(run().frames)).toBeLessThan(1e-3)
})

test('bursts are taken out, and clean stretches pass bit by bit', () => {
  const { frames } = run()
  const excess = (from: number, to: number, rows: (s: number) => number[]) => {
    const offset = (c: number) => -3000 + (6000 * c) / (channels - 1)
    const values = Array.from({ length: to - from }, (_, i) =>
      rows(from + i).map((value, c) => Math.abs(value - offset(c))),
    )
    return Math.max(...values.flat())
  }
  const cleaned = excess(2420, 2500, (s) => frames[s]!.slice(2))
  expect(cleaned).toBeLessThan(0.3 * excess(2420, 2500, (s) => golden.input[s]!))
  const untouched = frames.filter(([s]) => s! < 1900 || (s! > 2050 && s! < 2100))
  for (const [s, , ...values] of untouched) expect(values).toEqual(golden.input[s!])
})

test('the record tells calibration, directions and amounts', () => {
  const { frames, info } = run({}, recorded, 'done')
  expect(info.channels.map(({ label }) => label).slice(-3)).toEqual([
    'E4 removed',
    'calibrated',
    'directions removed',
  ])
  const directions = frames.map((frame) => frame.at(-1)!)
  expect(directions[5]).toBe(0)
  expect(Math.max(...directions)).toBe(golden.removed)
  expect(frames[5]!.at(-2)).toBe(0)
  expect(frames.at(-1)!.at(-2)).toBe(1)
  expect(Math.max(...frames.flatMap((frame) => frame.slice(2, 2 + channels)))).toBeGreaterThan(100)
})

test('not a number stays where it is', () => {
  const broken = signalOf((s, c) =>
    s > 2200 && s < 2210 && c === 1 ? Number.NaN : golden.input[s]![c]!,
  )
  const { frames } = run({}, broken)
  const bad = frames.filter((frame) => !frame.every(Number.isFinite))
  expect(bad.map(([s]) => s)).toEqual([2201, 2202, 2203, 2204, 2205, 2206, 2207, 2208, 2209])
})

test('what cannot work is refused, naming option and limit', () => {
  expect(() => run({ calibrationSeconds: 2, windowSeconds: 1 })).toThrow(/fewer than four windows/)
  expect(() =>
    run(
      {},
      signalOf(() => 0, 1),
    ),
  ).toThrow(/one channel/)
  expect(() => run({ calibration: { mixing: [[1]], thresholds: [[1]] } })).toThrow(
    /calibration.mixing is not a matrix of 5 × 5/,
  )
})
