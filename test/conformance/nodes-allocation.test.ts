/**
 * No node leaves garbage behind per frame, so that no collection interrupts the thread of the
 * signal: not with a few channels, and not with as many pairs as are allowed.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { AllocationCase } from './nodes-allocation.ts'
import { everyPort } from './nodes-cases.ts'

/** V8 in one thread, with room for all garbage of a run; it optimises early, to be warm sooner. */
const flags = [
  '--single-threaded',
  '--expose-gc',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--invocation-count-for-turbofan=200',
  '--invocation-count-for-maglev=50',
  '--invocation-count-for-osr=20',
  '--invocation-count-for-maglev-osr=10',
]
const program = fileURLToPath(new URL('nodes-allocation.ts', import.meta.url))

/** Bytes per frame. A number handed over bare, which V8 puts on the heap, is 16. */
const fewChannels = 32
/** A number per channel and frame were 1 kB, one per pair 32 kB. */
const manyChannels = 256

async function expectClean(cases: readonly AllocationCase[], most: number): Promise<void> {
  const args = [...flags, program, JSON.stringify(cases)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const found: number[] = JSON.parse(stdout)
  const above = cases.flatMap((each, i) =>
    found[i]! > most
      ? [`${each.node} ${JSON.stringify(each.options)}: ${found[i]} bytes per frame`]
      : [],
  )
  expect(found.length).toBe(cases.length)
  expect(above).toEqual([])
}

/** What these take in and give is counted in events and windows, not in frames. */
const byTime = new Set('aggregate align baseline epoch flat-map formula join keep rule'.split(' '))

test('R4 no node leaves garbage per frame', { timeout: 120_000 }, async () => {
  const ids = [...new Set(everyPort.map(({ id }) => id))].filter((id) => !byTime.has(id))
  const cases = ids.map((node) => ({ node, rateHz: 256, warmSeconds: 60, seconds: 20 }))
  await expectClean(cases, fewChannels)
})

/** Options that make much of 64 channels, and of their 2016 pairs. */
const large: Record<string, Record<string, unknown>[]> = {
  asr: [{ calibrationSeconds: 4 }],
  'band-power': [{}],
  'blink-removal': [{}],
  entropy: [{ hopSeconds: 0.5 }],
  'envelope-correlation': [{ windowSeconds: 1, hopSeconds: 0.25 }],
  'eye-regression': [{}],
  'granger-causality': [{ windowSeconds: 1, hopSeconds: 0.5, order: 3 }],
  'line-noise': [{}],
  motion: [{}],
  normalise: [{ method: 'robust' }],
  orica: [{ settleSeconds: 1, correlationAbove: 0.3 }],
  'phase-amplitude-coupling': [{ windowSeconds: 1, hopSeconds: 0.25 }],
  psd: [{}],
  quality: [{}],
  'spectral-connectivity': [
    { measures: ['coherence', 'imaginary-coherence', 'plv'] },
    { averaging: 'exponential', measures: ['pli', 'wpli', 'wpli-debiased'] },
  ].map((options) => ({
    ...options,
    bands: [{ name: 'alpha', lowHz: 8, highHz: 13 }],
    segmentSeconds: 0.5,
    windowSeconds: 1,
    hopSeconds: 0.25,
  })),
  'wavelet-denoise': [{}],
}

test('nor with 64 channels and all their pairs', { timeout: 120_000 }, async () => {
  const labels = Array.from({ length: 64 }, (_, i) => `E${i}`)
  const cases = Object.entries(large).flatMap(([node, all]) =>
    all.map((options) => ({ node, options, labels, rateHz: 256, warmSeconds: 20, seconds: 8 })),
  )
  await expectClean(cases, manyChannels)
})
