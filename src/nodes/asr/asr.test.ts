import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import type { Section } from '../../kernels/index.ts'
import { physicalChannel } from '../../signal/index.ts'
import { shapingSections } from './spectral-shape.ts'

interface Processed {
  calibration: { mixing: number[][]; thresholds: number[][] }
  /** Share of the calibration that is clean. */
  used: number
  output: number[][]
  removed: number
}
interface Golden extends Processed {
  /** The shaping filter: gains at some frequencies. */
  shapes: { rateHz: number; hz: number[]; gain: number[] }[]
  shaped: Processed
  rateHz: number
  options: Record<string, number>
  input: number[][]
  from: number
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

const plain = { shaping: 'off', calibrationWindows: 'all' }

const recorded = signalOf((s, c) => golden.input[s]![c]!)

function run(options: Record<string, unknown> = {}, signal = recorded, port = 'out') {
  const all = { ...golden.options, ...plain, ...options }
  return runNode({ node: 'asr', port, options: all, signal, chunks: [17] })
}

/** Largest difference from meegkit's output. */
function worst(frames: number[][], { output }: Processed = golden): number {
  const off = output.map((wanted, i) => {
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

test.each(golden.shapes)('at $rateHz Hz the shaping filter is meegkit’s within 1e-6', (shape) => {
  const sections = shapingSections(shape.rateHz)
  shape.hz.forEach((hz, i) => {
    expect(Math.abs(gainOf(sections, hz / shape.rateHz) - shape.gain[i]!)).toBeLessThan(1e-6)
  })
})

/** @param turns per sample */
function gainOf(sections: readonly Section[], turns: number): number {
  const size = (...coefficients: number[]) => {
    const sum = (of: (angle: number) => number) =>
      coefficients.reduce((all, c, k) => all + c * of(2 * Math.PI * turns * k), 0)
    return Math.hypot(sum(Math.cos), sum(Math.sin))
  }
  return sections.reduce((gain, [b0, b1, b2, a1, a2]) => {
    return (gain * size(b0, b1, b2)) / size(1, a1, a2)
  }, 1)
}

test('shaped, and calibrated on the clean windows, the output is meegkit’s within 0.001 µV', () => {
  const options = { shaping: 'on', calibrationWindows: 'clean' }
  expect(worst(run(options).frames, golden.shaped)).toBeLessThan(1e-3)
  expect(golden.shaped.used).toBeLessThan(0.95)
  const used = run(options, recorded, 'done').frames.at(-1)!.at(-1)!
  expect(Math.abs(used - golden.shaped.used)).toBeLessThan(1e-6)
})

test('where hardly anything is clean, everything is calibrated on', () => {
  const loud = signalOf((s, c) => golden.input[s]![c]! + (s % 100 < 90 ? 1e4 * Math.sin(s * s) : 0))
  const { frames } = run({ calibrationWindows: 'clean', maxBadShare: 0 }, loud, 'done')
  expect(frames.at(-1)!.at(-1)).toBe(1)
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
  expect(info.channels.map(({ label }) => label).slice(-4)).toEqual([
    'E4 removed',
    'calibrated',
    'directions removed',
    'calibration used',
  ])
  const directions = frames.map((frame) => frame.at(-2)!)
  expect(directions[5]).toBe(0)
  expect(Math.max(...directions)).toBe(golden.removed)
  expect(frames[5]!.at(-3)).toBe(0)
  expect(frames.at(-1)!.at(-3)).toBe(1)
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
  const fast = { ...recorded, info: { ...recorded.info, nominalRateHz: 1000 } }
  expect(() => run({ shaping: 'on' }, fast)).toThrow(/shaping = "on" at 1000 Hz.*100 to 512/)
  expect(() => run({ calibration: { mixing: [[1]], thresholds: [[1]] } })).toThrow(
    /calibration.mixing is not a matrix of 5 × 5/,
  )
})
