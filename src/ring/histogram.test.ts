import { expect, test } from 'vitest'
import { LatencyHistogram, summariseLatency } from './index.ts'

test('percentiles are within 7 % of the recorded latencies', () => {
  const histogram = new LatencyHistogram()
  for (let i = 1; i <= 1000; i++) histogram.record(i * 1e-5)
  const { count, p50Ms, p99Ms } = summariseLatency(histogram.snapshot())
  expect(count).toBe(1000)
  expect(p50Ms / 5).toBeGreaterThan(0.99)
  expect(p50Ms / 5).toBeLessThan(1.07)
  expect(p99Ms / 9.9).toBeGreaterThan(0.99)
  expect(p99Ms / 9.9).toBeLessThan(1.07)
})

test('a later window leaves out what came before it', () => {
  const histogram = new LatencyHistogram()
  for (let i = 0; i < 100; i++) histogram.record(1)
  const before = histogram.snapshot()
  for (let i = 0; i < 100; i++) histogram.record(0.001)
  expect(summariseLatency(histogram.snapshot(), before).p999Ms).toBeLessThan(1.1)
})

test('extremes are counted, not lost', () => {
  const histogram = new LatencyHistogram()
  for (const seconds of [0, -1, Number.NaN, 1e-9, 1e9]) histogram.record(seconds)
  expect(summariseLatency(histogram.snapshot()).count).toBe(5)
})
