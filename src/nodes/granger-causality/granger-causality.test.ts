import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

interface Golden {
  rateHz: number
  hopSeconds: number
  windowSeconds: number
  order: number
  input: number[][]
  hops: number[]
  'least-squares': number[][]
  'yule-walker': number[][]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/connectivity_granger.json', import.meta.url), 'utf8'),
)
const { rateHz, hopSeconds, windowSeconds, order } = golden

const recorded: TestSignal = {
  samples: golden.input.length,
  value: (s, c) => golden.input[s]![c]!,
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

function run(options: object, signal = recorded) {
  return runNode({
    node: 'granger-causality',
    options: { hopSeconds, windowSeconds, order, ...options },
    signal,
    chunks: [17],
  })
}

test.each([
  ['least-squares', 'statsmodels’'],
  ['yule-walker', 'NumPy’s'],
] as const)('%s gives %s values within 1e-6', (fit, _whose) => {
  const { frames } = run({ fit })
  expect(frames.map(([hop]) => hop)).toEqual(golden.hops)
  frames.forEach(([, , ...values], row) => {
    golden[fit][row]!.forEach((wanted, i) => {
      expect(Math.abs(values[i]! - Math.max(0, wanted))).toBeLessThan(1e-6)
    })
  })
})

test('the direction of the influence shows: A drives B, B drives C, not the other way round', () => {
  const { frames, info } = run({})
  const values = Object.fromEntries(
    info.channels.map(({ label }, i) => [label, frames.at(-1)![2 + i]!]),
  )
  expect(values['A>B']).toBeGreaterThan(10 * values['B>A']!)
  expect(values['B>C']).toBeGreaterThan(5 * values['C>B']!)
})

test('an exponential window gives the same direction', () => {
  const [, , forth, back] = run({ averaging: 'exponential' }).frames.at(-1)!
  expect(forth).toBeGreaterThan(10 * back!)
})

test('constant, copied and broken channels give finite values, and recover', () => {
  const broken: TestSignal = {
    ...recorded,
    value: (s, c) =>
      c === 2 ? 187500 : c === 1 && s > 300 && s < 310 ? Number.NaN : recorded.value(s, c),
  }
  const [spoilt, sound] = [run({}, broken), run({})]
  expect(spoilt.frames.flat().every(Number.isFinite)).toBe(true)
  expect(spoilt.frames.at(-1)!.slice(2, 4)).toEqual(sound.frames.at(-1)!.slice(2, 4))
  const copied = run({}, { ...recorded, value: (s) => recorded.value(s, 0) })
  expect(copied.frames.every(([, , ...values]) => values.every((value) => value === 0))).toBe(true)
})

test('more sums than fit are refused, naming the limit', () => {
  expect(() => run({ order: 50, windowSeconds: 600, hopSeconds: 0.02 })).toThrow(/at most 8388608/)
})
