import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cuts, timedFrames } from '../../../test/conformance/arrivals.ts'
import { featureStream, type PortFrame, runPorts } from '../../../test/conformance/run-ports.ts'
import { memoryKeyed } from '../../../test/memory-keyed.ts'
import { MemoryTable } from '../../store/index.ts'

const info = featureStream(['alpha', 'condition'], 64)
const base = { key: 'anna', keyChannel: 'condition', fewestFrames: 3, tell: true }

/** Every frame against all frames of its condition before it. */
function reference(frames: readonly PortFrame[]) {
  const before = new Map<number, number[]>()
  let condition = Number.NaN
  return frames.flatMap(({ time, values: [value, code] }, index) => {
    if (Number.isFinite(code)) condition = Math.round(code!)
    if (Number.isNaN(condition)) return []
    const past = before.get(condition) ?? []
    before.set(condition, Number.isFinite(value) ? [...past, value!] : past)
    if (past.length < 3) return []
    const mean = past.reduce((a, b) => a + b) / past.length
    const squares = past.reduce((a, b) => a + (b - mean) ** 2, 0)
    const deviation = Math.sqrt(squares / (past.length - 1))
    const z = deviation > 1e-9 ? (value! - mean) / deviation : 0 * value!
    return [{ index, time, values: [z, mean, deviation, past.length] }]
  })
}

function isClose(value: number, right: number): boolean {
  if (Number.isNaN(right)) return Number.isNaN(value)
  return Math.abs(value - right) <= 1e-5 * Math.max(1, Math.abs(right))
}

const conditions = timedFrames(2).map((frames) =>
  frames.map(({ time, values: [a, b] }) => ({ time, values: [a!, b! > 0 ? 1 : b! < -4 ? 0 : 7] })),
)

test('each frame is measured against those of its condition before it, cut anyhow, after any restore', () => {
  fc.assert(
    fc.property(conditions, cuts('in'), fc.array(fc.nat(9)), (frames, arrivals, restoreBefore) => {
      const feeds = { in: { info, frames } }
      const { out } = runPorts({ node: 'baseline', options: base, feeds, arrivals, restoreBefore })
      const wanted = reference(frames)
      expect(out!.frames.map(({ index, time }) => [index, time])).toEqual(
        wanted.map(({ index, time }) => [index, time]),
      )
      const off = out!.frames.flatMap(({ values }, i) =>
        values.filter((value, c) => !isClose(value, wanted[i]!.values[c]!)),
      )
      expect(off).toEqual([])
    }),
  )
})

const steady = (from: number, values: readonly number[]): PortFrame[] =>
  values.map((value, i) => ({ time: from + i / 4, values: [value, 0] }))

/** One session after the other over the same store; values of the first channel out. */
function sessions(options: object, ...all: readonly (readonly PortFrame[])[]) {
  const table = new MemoryTable()
  return all.map((frames) => {
    const keyed = memoryKeyed(table)
    const run = { node: 'baseline', options: { key: 'anna', ...options }, arrivals: [], keyed }
    const { out } = runPorts({ ...run, feeds: { in: { info, frames } } })
    keyed.flush()
    return out!
  })
}

describe('from session to session', () => {
  const first = steady(0, [1, 2, 3, 4, 5, 6, 7, 8])
  const options = { fewestFrames: 4, saveSeconds: 0 }

  test('a baseline goes on where it ended', () => {
    const [, second] = sessions(options, first, steady(1000, [4.5, 9]))
    expect(second!.frames[0]!.values[0]).toBe(0)
    expect(second!.gaps).toEqual([])
  })

  test('what is not there yet is a gap, told before the first frame', () => {
    const [out] = sessions(options, first)
    expect(out!.frames[0]!.index).toBe(4)
    expect(out!.gaps).toEqual([{ atSample: 0, lostSamples: 4, exact: true, reason: 'dropped' }])
  })

  test('another subject, another baseline', () => {
    const table = new MemoryTable()
    const run = (key: string, frames: readonly PortFrame[]) => {
      const keyed = memoryKeyed(table)
      const feeds = { in: { info, frames } }
      const choice = { ...options, key }
      const { out } = runPorts({ node: 'baseline', options: choice, feeds, arrivals: [], keyed })
      keyed.flush()
      return out!.frames.length
    }
    expect([run('anna', first), run('ben', first), run('anna', first)]).toEqual([4, 4, 8])
  })

  test('after its time to live it is forgotten, no earlier', () => {
    const days = (count: number) => 1.75 + count * 86_400
    const life = { ...options, timeToLiveDays: 2 }
    const [, alive] = sessions(life, first, steady(days(2) - 1, [1]))
    const [, gone] = sessions(life, first, steady(days(2), [1]))
    expect([alive!.frames.length, gone!.frames.length]).toEqual([1, 0])
  })

  test('what is kept for other channels is begun anew', () => {
    const table = new MemoryTable()
    const other = featureStream(['beta', 'condition'], 64)
    const feeds = (stream: typeof info) => ({ in: { info: stream, frames: first } })
    for (const [stream, wanted] of [
      [info, 4],
      [other, 4],
      [info, 4],
    ] as const) {
      const keyed = memoryKeyed(table)
      const run = { node: 'baseline', options: { ...options, key: 'k' }, arrivals: [], keyed }
      expect(runPorts({ ...run, feeds: feeds(stream) }).out!.frames).toHaveLength(wanted)
      keyed.flush()
    }
  })
})

test('only what holds is learnt from, and memoryFrames forgets exponentially', () => {
  const learnt = { fewestFrames: 2, learnWhile: 'alpha < 100', tell: true }
  const [out] = sessions(learnt, steady(0, [1, 3, 500, 3]))
  expect(out!.frames.map(({ values }) => values.slice(2, 3))).toEqual([[2], [2]])
  const [faded] = sessions(
    { fewestFrames: 2, memoryFrames: 2, tell: true },
    steady(0, [0, 0, 8, 8, 8]),
  )
  expect(faded!.frames.map(({ values }) => values[2])).toEqual([0, 4, 6])
})

test('channels: z has no unit, mean and deviation have the channel’s', () => {
  const feeds = {
    in: { info: { ...info, channels: [{ ...info.channels[0]!, unit: 'uV^2' }] }, frames: [] },
  }
  const options = { tell: true }
  const { out } = runPorts({ node: 'baseline', options, feeds, arrivals: [] })
  expect(out!.info.channels.map(({ label, unit }) => `${label}: ${unit}`)).toEqual([
    'alpha z: 1',
    'alpha mean: uV^2',
    'alpha deviation: uV^2',
    'baseline frames: 1',
  ])
})

test('a key channel that is none is refused', () => {
  const feeds = { in: { info, frames: [] } }
  const run = (keyChannel: string) => () =>
    runPorts({ node: 'baseline', options: { keyChannel }, feeds, arrivals: [] })
  expect(run('nothing')).toThrow(/keyChannel = "nothing" is no channel of .* beside others/)
})
