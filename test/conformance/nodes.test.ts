import { describe, expect, test } from 'vitest'
import type { Gap } from '../../src/signal/index.ts'
import { eegLike, everyPort, further, longer, needed, streamAt, variants } from './nodes-cases.ts'
import { type Run, runNode } from './run-node.ts'

const gaps: Gap[] = [
  { atSample: 333, lostSamples: 1, exact: true, reason: 'lost' },
  { atSample: 700, lostSamples: 13, exact: true, reason: 'corrupt' },
  { atSample: 1500, lostSamples: 400, exact: false, reason: 'disconnected' },
]

const everyVariant = Object.entries(variants).flatMap(([id, all]) =>
  all.map((options) => ({ id, options })),
)

for (const { id, options } of everyVariant) {
  test(`${id} with ${JSON.stringify(options)}: chunking and restoring change nothing`, () => {
    const signal = eegLike(streamAt(500, 'float32'), 2500)
    const base = { node: id, options, signal, gaps, further: further[id] ?? [] }
    const whole = runNode({ ...base, chunks: [64] })
    expect(whole.frames.length).toBeGreaterThan(5)
    expect(whole.frames.flat().every(Number.isFinite)).toBe(true)
    for (const run of [{ chunks: [1] }, { chunks: [3, 64, 7] }, { chunks: [5], restoreAt: 1910 }]) {
      const other = runNode({ ...base, ...run })
      expect(other.frames).toEqual(whole.frames)
      expect(other.gaps).toEqual(whole.gaps)
    }
  })
}

for (const { id, port } of everyPort) {
  for (const rateHz of [250, 1000]) {
    describe(`${id}.${port} at ${rateHz} Hz`, () => {
      const format = id === 'calibrate' ? 'int32' : 'float32'
      const samples = (rateHz === 250 ? 3000 : 6000) * (longer[id] ?? 1)
      const signal = eegLike(streamAt(rateHz, format), samples)
      const base: Omit<Run, 'chunks'> = {
        node: id,
        port,
        further: further[id] ?? [],
        signal,
        gaps,
        ...(needed[id] ? { options: needed[id] } : {}),
      }
      const whole = runNode({ ...base, chunks: [64] })

      test('gives something', () => {
        expect(whole.frames.length + whole.requests.length).toBeGreaterThan(5)
      })

      test('the same answer however the samples are chunked', () => {
        for (const chunks of [[1], [7], [3, 64, 1, 20]]) {
          const other = runNode({ ...base, chunks })
          expect(other.frames).toEqual(whole.frames)
          expect(other.requests).toEqual(whole.requests)
          expect(other.gaps).toEqual(whole.gaps)
        }
      })

      test('the same answer after snapshot and restore at any point', () => {
        for (const restoreAt of [1, 250, 700, 1499, 1907, 2500]) {
          const other = runNode({ ...base, chunks: [7], restoreAt })
          expect(other.frames).toEqual(whole.frames)
          expect(other.requests).toEqual(whole.requests)
        }
      })

      test('every value is finite and every index greater than the one before', () => {
        expect(whole.frames.flat().every(Number.isFinite)).toBe(true)
        const indices = whole.frames.map((frame) => frame[0]!)
        expect(indices.every((index, i) => i === 0 || index > indices[i - 1]!)).toBe(true)
      })

      test('options it does not know are refused by name', () => {
        const options = { ...needed[id], nonsense: 1 }
        expect(() => runNode({ ...base, options, chunks: [1] })).toThrow(/nonsense/)
      })
    })
  }
}
