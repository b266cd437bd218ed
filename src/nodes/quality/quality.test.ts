import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import {
  qualityFields as promisedFields,
  qualityReasons as promisedReasons,
} from '../../contract/index.ts'
import { physicalChannel } from '../../signal/index.ts'
import { qualityFields, qualityReasons } from './index.ts'

/** One channel per fault, over two seconds. */
const faults: Record<string, (t: number, s: number) => number> = {
  good: (t) => 5000 + 15 * Math.sin(2 * Math.PI * 10 * t),
  railed: (t) => 187400 + 10 * Math.sin(2 * Math.PI * 10 * t),
  flat: () => 42,
  mains: (t) => 10 * Math.sin(2 * Math.PI * 10 * t) + 100 * Math.sin(2 * Math.PI * 50 * t),
  noisy: (t, s) => 400 * Math.sin(s * s) + 0 * t,
}

function faulty(rateHz: number): TestSignal {
  const names = Object.keys(faults)
  return {
    samples: rateHz * 2,
    value: (s, c) => faults[names[c]!]!(s / rateHz, s),
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rateHz,
      channels: names.map((name) => physicalChannel(name, 'EEG', 'uV', [-187500, 187500])),
      origin: { source: 'test' },
    },
  }
}

for (const rateHz of [250, 1000, 30_000]) {
  test(`each fault is named at ${rateHz} Hz`, () => {
    const { frames } = runNode({ node: 'quality', signal: faulty(rateHz), chunks: [64] })
    const [, , ...values] = frames.at(-1)!
    Object.keys(faults).forEach((name, c) => {
      const [score, rms, , reason] = values.slice(c * 6, c * 6 + 6)
      expect(qualityReasons[reason!]).toBe(name)
      if (name === 'good') {
        expect(score).toBeGreaterThan(0.8)
        expect(rms).toBeCloseTo(15 / Math.SQRT2, 0)
      } else expect(score).toBeLessThan(0.7)
    })
  })
}

test('fields and reasons are those that the contract names', () => {
  expect([qualityFields, qualityReasons]).toEqual([promisedFields, promisedReasons])
})

interface Golden {
  rateHz: number
  windowSeconds: number
  labels: string[]
  positions: [number, number, number][]
  input: number[][]
  rows: { floor: number[]; likeness: (number | null)[] }[]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/quality_nodes.json', import.meta.url), 'utf8'),
)

function recorded(value: TestSignal['value']): TestSignal {
  const channels = golden.labels.map((label, c) => ({
    ...physicalChannel(label, 'EEG', 'uV'),
    position: golden.positions[c]!,
  }))
  const { rateHz: nominalRateHz } = golden
  const info = { ...faulty(250).info, channels, nominalRateHz }
  return { info, value, samples: golden.input.length }
}

function judged(signal: TestSignal, options = {}) {
  const { windowSeconds } = golden
  const run = { node: 'quality', options: { windowSeconds, ...options }, signal, chunks: [17] }
  return runNode(run).frames.map(([, , ...values]) =>
    golden.labels.map((_, c) => {
      const [, , , reason, floor, likeness] = values.slice(c * 6, c * 6 + 6)
      return { reason: qualityReasons[reason!], floor: floor!, likeness: likeness! }
    }),
  )
}

test('noise floor and likeness are SciPy’s and NumPy’s within 1e-5, whatever drifts and hums', () => {
  const windows = judged(recorded((s, c) => golden.input[s]![c]!))
  expect(windows.length).toBe(golden.rows.length)
  windows.forEach((channels, w) => {
    channels.forEach(({ floor, likeness }, c) => {
      expect(Math.abs(floor / golden.rows[w]!.floor[c]! - 1)).toBeLessThan(1e-5)
      const wanted = golden.rows[w]!.likeness[c] ?? 1
      expect(Math.abs(likeness - wanted)).toBeLessThan(1e-5)
    })
  })
})

test('a channel that is like none of its neighbours is alone, once enough was seen, or never', () => {
  const signal = recorded((s, c) => golden.input[s]![c]!)
  const alone = (options = {}) =>
    judged(signal, options).map((each) => each.map(({ reason }) => reason === 'alone'))
  expect(alone().at(-1)).toEqual([false, false, true, false, false, false])
  expect(alone()[3]!.some(Boolean)).toBe(false)
  expect(alone({ aloneBelow: null }).flat().some(Boolean)).toBe(false)
})

test('a window with a value that is not finite does not spoil the likeness of the next', () => {
  const signal = recorded((s, c) => (s === 1300 && c === 0 ? Number.NaN : golden.input[s]![c]!))
  expect(
    judged(signal)
      .at(-1)!
      .map(({ reason }) => reason)[2],
  ).toBe('alone')
  expect(judged(signal).at(-1)![0]!.likeness).toBeGreaterThan(0.9)
})

/** A made-up scalp: channels of their own background, a rhythm that all of them see, or do not. */
function scalp(labels: readonly string[], seconds: number, rhythmUv: (label: string) => number) {
  const rateHz = 250
  let seed = 7
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
  const low = labels.map(() => 0)
  const frames = Array.from({ length: rateHz * seconds }, (_, s) =>
    labels.map((label, c) => {
      low[c] = low[c]! * 0.98 + (random() - 0.5) * 8
      return low[c]! + rhythmUv(label) * Math.sin((2 * Math.PI * 10 * s) / rateHz)
    }),
  )
  const channels = labels.map((label) => physicalChannel(label, 'EEG', 'uV'))
  const info = { ...faulty(rateHz).info, channels }
  const signal: TestSignal = { info, samples: frames.length, value: (s, c) => frames[s]![c]! }
  const reasons = runNode({ node: 'quality', signal, chunks: [64] }).frames.map(([, , ...values]) =>
    labels.map((_, c) => qualityReasons[values[c * 6 + 3]!]!),
  )
  return (label: string) => reasons.map((each) => each[labels.indexOf(label)])
}
const cap = ['Fp1', 'Fp2', 'F3', 'F4', 'C3', 'C4', 'P3', 'P4', 'O1', 'O2', 'Fz', 'Cz', 'Pz']

test('channels that have nothing in common are sound, as those beside them are no more alike', () => {
  const reasons = scalp(cap, 30, () => 0)
  for (const label of cap) expect(reasons(label)).not.toContain('alone')
})

test('one that does not see what all others see is alone, and none beside it is', () => {
  const reasons = scalp(cap, 30, (label) => (label === 'Cz' ? 0 : 20))
  expect(reasons('Cz').at(-1)).toBe('alone')
  for (const label of cap) if (label !== 'Cz') expect(reasons(label)).not.toContain('alone')
})

/** Within 50° the two in front have nobody but each other. */
const sparse = ['Fp1', 'Fp2', 'C3', 'C4', 'P7', 'P8', 'O1', 'O2']

test('of two that have only each other, it is alone that is like none of those next to it either', () => {
  const reasons = scalp(sparse, 30, (label) => (label === 'Fp1' ? 0 : 20))
  expect(reasons('Fp1').at(-1)).toBe('alone')
  for (const label of sparse.slice(1)) expect(reasons(label)).not.toContain('alone')
})

test.each([
  ['both see nothing', sparse, ['Fp1', 'Fp2']],
  ['there is nobody else', ['Fp1', 'Fp2'], ['Fp1']],
])('of two that have only each other, none is to blame where %s', (_, labels, blind) => {
  const reasons = scalp(labels, 30, (label) => (blind.includes(label) ? 0 : 20))
  for (const label of labels) expect(reasons(label)).not.toContain('alone')
})
