import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  rateHz: number
  windowSeconds: number
  lagMs: number
  keepAbove: number
  input: number[][]
  components: number[]
  output: number[][]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/artifact_muscle.json', import.meta.url), 'utf8'),
)
const { rateHz, windowSeconds, lagMs, keepAbove } = golden

function signalOf(samples: number, value: TestSignal['value'], channels = 5): TestSignal {
  return {
    samples,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: Array.from({ length: channels }, (_, c) => physicalChannel(`E${c}`, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

const recorded = signalOf(golden.input.length, (s, c) => golden.input[s]![c]!)

function run(options: Record<string, unknown>, signal = recorded, port = 'out') {
  return runNode({ node: 'muscle', port, options, signal, chunks: [17] })
}

const always = { detectZ: null, windowSeconds, lagMs, keepAbove }

test('components are removed as canonical correlation in NumPy does, within 1e-6 of the offset', () => {
  const { frames } = run(always)
  expect(frames).toHaveLength(golden.output.length)
  golden.output.forEach((wanted, s) => {
    const [index, , ...values] = frames[s]!
    expect(index).toBe(s)
    wanted.forEach((value, c) => {
      expect(Math.abs(values[c]! - value)).toBeLessThan(2000 * 1e-6)
    })
  })
})

/** Alpha on all channels; muscle-like noise from second 14 to 16 on some. */
const burst = signalOf(20 * rateHz, (s, c) => {
  const t = s / rateHz
  const hash = Math.sin(s * 12.9898 + c * 78.233) * 43758.5453
  const noise = hash - Math.floor(hash) - 0.5
  const other = Math.sin(s * 39.425 + 11) * 24634.6345
  const muscle =
    t >= 14 && t < 16 ? 80 * (other - Math.floor(other) - 0.5) * [1, 0.8, 0, 0.1, 0.4][c]! : 0
  return (
    20 * Math.sin(2 * Math.PI * 10 * t + c) +
    8 * Math.sin(2 * Math.PI * 6 * t + 2 * c) +
    2 * noise +
    muscle
  )
})

test('a burst is found, and cleaned; the calm before passes bit by bit', () => {
  const { frames } = run({ windowSeconds: 1, lagMs: 5 }, burst)
  for (const [s, , ...values] of frames.filter(([s]) => s! < 13 * rateHz)) {
    expect(values).toEqual([0, 1, 2, 3, 4].map((c) => Math.fround(burst.value(s!, c))))
  }
  const clean = (s: number) =>
    20 * Math.sin((2 * Math.PI * 10 * s) / rateHz) + 8 * Math.sin((2 * Math.PI * 6 * s) / rateHz)
  const rms = (value: (frame: number[]) => number) => {
    const rows = frames.filter(([s]) => s! >= 14.25 * rateHz && s! < 15.75 * rateHz)
    return Math.sqrt(
      rows.reduce((sum, row) => sum + (value(row) - clean(row[0]!)) ** 2, 0) / rows.length,
    )
  }
  expect(rms((frame) => frame[2]!)).toBeLessThan(0.3 * rms(([s]) => burst.value(s!, 0)))
})

test('the record tells components, z values and amounts', () => {
  const { frames, info } = run({ windowSeconds: 1, lagMs: 5, recordSeconds: 1 }, burst, 'done')
  expect(info.channels.slice(-2).map(({ label }) => label)).toEqual([
    'components removed',
    'highest z',
  ])
  const [, , first, ...rest] = frames[15]!
  expect(first).toBeGreaterThan(10)
  expect(rest.at(-2)).toBeGreaterThan(0)
  expect(rest.at(-1)).toBeGreaterThan(4)
  expect(frames[10]!.slice(2, 8)).toEqual([0, 0, 0, 0, 0, 0])
})

test('not a number stays where it is', () => {
  const broken = signalOf(golden.input.length, (s, c) =>
    s === 333 && c === 1 ? Number.NaN : golden.input[s]![c]!,
  )
  const { frames } = run(always, broken)
  expect(frames.filter((frame) => !frame.every(Number.isFinite)).map(([s]) => s)).toEqual([333])
})

test('what cannot work is refused, naming option and limit', () => {
  expect(() => run({ detectAboveHz: 120 })).toThrow(/detectAboveHz = 120 at 200 Hz/)
  expect(() =>
    run(
      {},
      signalOf(10, () => 0, 1),
    ),
  ).toThrow(/one channel/)
  expect(() =>
    run(
      { windowSeconds: 0.2 },
      signalOf(10, () => 0, 40),
    ),
  ).toThrow(/40 samples.*81 to/)
})
