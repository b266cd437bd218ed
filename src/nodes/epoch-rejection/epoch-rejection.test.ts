import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { type Gap, physicalChannel } from '../../signal/index.ts'
import { rejectionReasons } from './index.ts'

interface Golden {
  rateHz: number
  epochSeconds: number
  memoryEpochs: number
  amplitude: number
  flat: number
  input: number[][]
  kept: number[]
  /** By epoch: z per channel. */
  improbability: Record<string, number[]>
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/artifact_epochs.json', import.meta.url), 'utf8'),
)
const { rateHz, epochSeconds, memoryEpochs, amplitude, flat } = golden
const epochFrames = epochSeconds * rateHz

function signalOf(value: TestSignal['value'], samples = golden.input.length): TestSignal {
  return {
    samples,
    value,
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
}

const recorded = signalOf((s, c) => golden.input[s]![c]!)
const mne = { epochSeconds, memoryEpochs, amplitude, flat, gradientPerMs: null }

function run(options: Record<string, unknown>, signal = recorded, port = 'out', gaps: Gap[] = []) {
  return runNode({ node: 'epoch-rejection', port, options, signal, chunks: [17], gaps })
}

test('the epochs kept are those that MNE keeps, whole and bit by bit', () => {
  const { frames, gaps } = run({ ...mne, improbability: null })
  expect(frames.map(([s, , ...values]) => [s, values])).toEqual(
    golden.kept.flatMap((k) =>
      Array.from({ length: epochFrames }, (_, f) => [
        k * epochFrames + f,
        golden.input[k * epochFrames + f]!,
      ]),
    ),
  )
  expect(gaps).toHaveLength(60 - golden.kept.length)
  expect(gaps[0]).toEqual({
    atSample: 4 * epochFrames,
    lostSamples: epochFrames,
    exact: true,
    reason: 'corrupt',
  })
})

test('improbability is NumPy’s within 1e-5, and rejects what no amplitude would', () => {
  const { frames } = run({ ...mne, improbability: 6 }, recorded, 'done')
  const byEpoch = new Map(frames.map(([epoch, , ...values]) => [epoch!, values]))
  for (const [epoch, z] of Object.entries(golden.improbability)) {
    z.forEach((wanted, c) => {
      const value = byEpoch.get(Number(epoch))![4 + 3 * c]!
      expect(Math.abs(value - wanted)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted)))
    })
  }
  const [reason, channel] = byEpoch.get(41)!
  expect([rejectionReasons[reason!], channel]).toEqual(['improbable', 2])
})

test('the record names reason and channel of every epoch', () => {
  const { frames, info } = run({ ...mne, improbability: null }, recorded, 'done')
  expect(frames.map(([epoch]) => epoch)).toEqual(Array.from({ length: 60 }, (_, k) => k))
  expect(frames[4]!.slice(2, 4)).toEqual([rejectionReasons.indexOf('amplitude'), 0])
  expect(frames[9]!.slice(2, 4)).toEqual([rejectionReasons.indexOf('flat'), 1])
  expect(frames[5]!.slice(2, 4)).toEqual([0, -1])
  expect(info.channels.slice(0, 5).map(({ label, unit }) => [label, unit])).toEqual([
    ['reason', '1'],
    ['channel', '1'],
    ['A peak-to-peak', 'uV'],
    ['A gradient', 'uV/ms'],
    ['A improbability', '1'],
  ])
})

test('a step is rejected by its gradient', () => {
  const step = signalOf((s, c) => (c === 1 && s >= 525 ? 80 : 0) + 3 * Math.sin(s))
  const { frames } = run({ ...mne, gradientPerMs: 5, improbability: null }, step, 'done')
  const reasons = frames.map(([, , reason]) => rejectionReasons[reason!])
  expect(reasons[10]).toBe('gradient')
  expect(frames[10]![3]).toBe(1)
})

test('an epoch with a gap in it is incomplete, and every sample is accounted for', () => {
  const gap: Gap = { atSample: 620, lostSamples: 15, exact: true, reason: 'lost' }
  const { frames, gaps } = run({ ...mne, improbability: null }, recorded, 'out', [gap])
  const lost = gaps.reduce((sum, { lostSamples }) => sum + lostSamples, 0)
  expect(frames.length + lost).toBe(golden.input.length)
  expect(gaps).toContainEqual(gap)
  const done = run({ ...mne, improbability: null }, recorded, 'done', [gap]).frames
  expect(rejectionReasons[done[12]![2]!]).toBe('incomplete')
})

test('not a number costs its epoch and nothing after', () => {
  const broken = signalOf((s, c) => (s === 1234 && c === 1 ? Number.NaN : golden.input[s]![c]!))
  const { frames } = run(mne, broken)
  expect(frames.flat().every(Number.isFinite)).toBe(true)
  expect(frames.some(([s]) => s! >= 1200 && s! < 1250)).toBe(false)
  expect(frames.some(([s]) => s! >= 1250 && s! < 1300)).toBe(true)
})

test('epochs that are too long are refused, naming the limit', () => {
  const fast = { ...recorded, info: { ...recorded.info, nominalRateHz: 100_000 } }
  expect(() => run({ epochSeconds: 60 }, fast)).toThrow(/epochSeconds = 60.*2 to 2097152/)
})
