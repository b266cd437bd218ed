/** What no signal should be, and some are: no node breaks on it, and every one finds back. */
import { describe, expect, test } from 'vitest'
import { eegLike, everyPort, further, longer, needed, streamAt } from './nodes-cases.ts'
import { runNode, type TestSignal } from './run-node.ts'

const rateHz = 250

/** By name: what a channel gives instead, at a second of the signal; undefined for the signal itself. */
const faults: Record<string, (t: number, channel: number) => number | undefined> = {
  'not a number, on one channel and on all': (t, c) =>
    (t > 6 && t < 6.2 && c === 3) || (t > 6.5 && t < 6.6) ? Number.NaN : undefined,
  'infinity, for a sample': (t, c) =>
    Math.abs(t - 6.3) < 1e-9 ? (c % 2 ? 1 : -1) * Number.POSITIVE_INFINITY : undefined,
  'constants, on one channel for long and on all for a second': (t, c) =>
    (t > 5 && t < 8 && c === 4) || (t > 6 && t < 7) ? 1000 * (c - 4) : undefined,
  'both ends of the range': (t, c) =>
    t > 6 && t < 6.8 ? (Math.floor(t * 40 + c) % 2 ? 1 : -1) * 187_500 : undefined,
}

function faulty(signal: TestSignal, fault: (t: number, c: number) => number | undefined) {
  return {
    ...signal,
    value(sample: number, channel: number) {
      const wrong = fault(sample / rateHz, channel)
      return wrong === undefined
        ? signal.value(sample, channel)
        : wrong / signal.info.channels[channel]!.scale
    },
  }
}

for (const { id, port } of everyPort) {
  const format = id === 'calibrate' ? 'int32' : 'float32'
  const sound = eegLike(streamAt(rateHz, format), 4000 * (longer[id] ?? 1))
  const base = {
    node: id,
    port,
    further: further[id] ?? [],
    ...(needed[id] ? { options: needed[id] } : {}),
  }
  const usual = runNode({ ...base, signal: sound, chunks: [64] })

  describe(`${id}.${port}`, () => {
    test.each(Object.keys(faults))('%s', (name) => {
      const signal = faulty(sound, faults[name]!)
      const whole = runNode({ ...base, signal, chunks: [64] })
      const parts = runNode({ ...base, signal, chunks: [1, 50, 7], restoreAt: 1610 })
      expect(parts.frames).toEqual(whole.frames)
      expect(parts.requests).toEqual(whole.requests)
      // What is about the last quarter is sound again, and there is as much of it as ever.
      const last = (frames: number[][]) => {
        const from = (usual.frames.at(-1) ?? [0])[0]! * 0.75
        return frames.filter(([index]) => index! >= from)
      }
      expect(last(whole.frames).flat().every(Number.isFinite)).toBe(true)
      if (usual.info.nominalRateHz > 0) {
        expect(last(whole.frames).length).toBe(last(usual.frames).length)
      }
    })
  })
}
