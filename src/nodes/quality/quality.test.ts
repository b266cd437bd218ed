import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { qualityReasons as promised } from '../../contract/index.ts'
import { physicalChannel } from '../../signal/index.ts'
import { qualityReasons } from './index.ts'

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
      const [score, rms, , reason] = values.slice(c * 4, c * 4 + 4)
      expect(qualityReasons[reason!]).toBe(name)
      if (name === 'good') {
        expect(score).toBeGreaterThan(0.8)
        expect(rms).toBeCloseTo(15 / Math.SQRT2, 0)
      } else expect(score).toBeLessThan(0.7)
    })
  })
}

test('the reasons are those that the contract names', () => {
  expect(qualityReasons).toEqual(promised)
})
