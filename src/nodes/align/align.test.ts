import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inOrder, joinRuns, timedFrames } from '../../../test/conformance/arrivals.ts'
import {
  type Arrival,
  featureStream,
  type PortFrame,
  runPorts,
} from '../../../test/conformance/run-ports.ts'

const infoA = featureStream(['x'], 16, 'test/a')
const infoB = featureStream(['y', 'z'], 16, 'test/b')
const tolerance = 0.75
const patience = 60

interface Case {
  readonly a: readonly PortFrame[]
  readonly b: readonly PortFrame[]
  readonly arrivals: readonly Arrival[]
  readonly options?: Record<string, unknown>
  readonly restoreBefore?: readonly number[]
}

function run({ a, b, arrivals, options, restoreBefore = [] }: Case) {
  return runPorts({
    node: 'align',
    options: { toleranceSeconds: tolerance, maxWaitSeconds: patience, ...options },
    feeds: { a: { info: infoA, frames: a }, b: { info: infoB, frames: b } },
    arrivals,
    restoreBefore,
  })
}

const nothing = [Number.NaN, Number.NaN]
const distance = (frame: PortFrame, time: number) => Math.abs(frame.time - time)

/** Whether nothing that may still come changes what `b` says at a time. */
function isCertain(
  b: readonly PortFrame[],
  time: number,
  method: string,
  certain: number,
): boolean {
  const before = b.filter((each) => each.time <= time).at(-1)
  const after = b.find((each) => each.time >= time)
  if (time > certain) return false
  if (method === 'latest' || before?.time === time) return true
  if (after && after.time <= certain) return true
  if (method === 'linear') return !before || certain >= before.time + tolerance
  const back = method === 'nearest' && before ? time - before.time : tolerance
  return certain >= time + Math.min(back, tolerance)
}

/** What `b` says at a time, by looking at all of it. */
function said(b: readonly PortFrame[], time: number, method: string): readonly number[] {
  const before = b.filter((each) => each.time <= time).at(-1)
  const after = b.find((each) => each.time >= time)
  if (method === 'next') return after && after.time - time <= tolerance ? after.values : nothing
  if (method === 'nearest') {
    const near = [before, after].filter((each) => each && distance(each, time) <= tolerance)
    near.sort((p, q) => distance(p!, time) - distance(q!, time))
    return near[0]?.values ?? nothing
  }
  if (!before) return nothing
  if (method === 'latest') return time - before.time <= tolerance ? before.values : nothing
  if (before.time === time) return before.values
  if (!after || after.time - before.time > tolerance) return nothing
  const share = (time - before.time) / (after.time - before.time)
  return before.values.map((v, c) => Math.fround(v + (after.values[c]! - v) * share))
}

function reference({ a, b }: Pick<Case, 'a' | 'b'>, method: string, waits: number) {
  const newestA = a.at(-1)?.time ?? 0
  const newestB = b.at(-1)?.time ?? Number.NEGATIVE_INFINITY
  return a
    .map(({ time, values }, index) => ({
      index,
      time,
      values: [...values, ...said(b, time, method)],
    }))
    .filter(({ time }) => time <= newestB || newestA - time >= waits)
}

const methods = fc.constantFrom('latest', 'next', 'nearest', 'linear')
const streams = fc.record({ a: timedFrames(1), b: timedFrames(2) })

test('a frame of a has what b said at its time, whatever arrives first and however it is cut', () => {
  const order = fc.array(fc.record({ port: fc.constantFrom('a', 'b'), frames: fc.nat(12) }))
  fc.assert(
    fc.property(streams, methods, order, fc.array(fc.nat(9)), ({ a, b }, method, arrivals, at) => {
      const { out } = run({ a, b, arrivals, options: { method }, restoreBefore: at })
      expect(out!.frames).toEqual(reference({ a, b }, method, patience))
      expect(out!.gaps).toEqual([])
    }),
  )
})

test('a bounded wait changes nothing while no stream lags by more', () => {
  const lag = fc.record({ a: fc.integer({ min: 0, max: 16 }), b: fc.integer({ min: 0, max: 16 }) })
  const waits = 1 + tolerance
  fc.assert(
    fc.property(streams, methods, lag, fc.array(fc.nat(99)), ({ a, b }, method, lags, at) => {
      const each = inOrder({ a, b }, { a: lags.a / 16, b: lags.b / 16 })
      const options = { method, maxWaitSeconds: waits }
      const slow = run({ a, b, arrivals: each, options, restoreBefore: at })
      const fast = run({ a, b, arrivals: joinRuns(each), options })
      expect(slow.out!.frames).toEqual(reference({ a, b }, method, waits))
      expect(fast.out!.frames).toEqual(slow.out!.frames)
    }),
  )
})

test('frames of b out of order within disorderSeconds are put in their place', () => {
  const shuffles = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 80, maxLength: 80 })
  fc.assert(
    fc.property(streams, methods, shuffles, ({ a, b }, method, shifts) => {
      const late = b
        .map((frame, i) => ({ frame, at: frame.time + shifts[i]! / 64 }))
        .sort((p, q) => p.at - q.at)
        .map(({ frame }) => frame)
      const options = { method, disorderSeconds: 0.5 }
      const { out } = run({ a, b: late, arrivals: [{ port: 'b', frames: 99 }], options })
      const certain = (b.at(-1)?.time ?? 0) - 0.5
      // Nobody overtakes: a frame waits for those before it.
      let isOver = true
      const wanted = reference({ a, b }, method, Number.NEGATIVE_INFINITY).filter(({ time }) => {
        isOver &&= isCertain(b, time, method, certain)
        return isOver
      })
      expect(out!.frames).toEqual(wanted)
    }),
  )
})

const steady = (count: number, values: readonly number[]): PortFrame[] =>
  Array.from({ length: count }, (_, i) => ({ time: i / 16, values }))

describe('when b is silent', () => {
  const a = steady(48, [1])
  const b = steady(8, [2, 3])
  const arrivals = inOrder({ a, b }, { a: 0, b: 0 })

  test('frames wait maxWaitSeconds, are held for the tolerance, then go without, and are counted', () => {
    const { out, account } = run({ a, b, arrivals, options: { maxWaitSeconds: 0.5 } })
    expect(out!.frames).toHaveLength(40)
    const held = out!.frames.filter(({ values }) => values[1] === 2)
    expect(held.at(-1)!.time).toBe(7 / 16 + tolerance)
    expect(account!.info.channels.map(({ label }) => label)).toEqual([
      'paired',
      'missing',
      'late',
      'refused',
      'overrun',
    ])
    expect(account!.frames.map(({ values }) => values)).toEqual([
      [1, 0, 0, 0, 0],
      [17, 0, 0, 0, 0],
      [20, 13, 0, 0, 0],
    ])
  })

  test('drop leaves them out and tells a gap for each', () => {
    const options = { maxWaitSeconds: 0.5, whenMissing: 'drop' }
    const { out } = run({ a, b, arrivals, options })
    expect(out!.frames).toHaveLength(20)
    expect(out!.gaps).toHaveLength(20)
    expect(out!.gaps[0]).toEqual({ atSample: 20, lostSamples: 1, exact: true, reason: 'dropped' })
  })

  test('what comes after its time is counted as late', () => {
    const late = [...steady(8, [2, 3]), { time: 1, values: [4, 5] }]
    const last = [
      { port: 'b', frames: 8 },
      { port: 'a', frames: 48 },
      { port: 'b', frames: 1 },
    ]
    const more = run({
      a: [...a, ...[9, 10].map((time) => ({ time, values: [1] }))],
      b: late,
      arrivals: last,
      options: { maxWaitSeconds: 0.5 },
    })
    expect(more.account!.frames.at(-1)!.values[2]).toBe(1)
  })
})

test('a frame of a that is not later than the one before is told as a gap in its place', () => {
  const a = [0, 1, 1, 2].map((time) => ({ time, values: [time] }))
  const { out } = run({ a, b: steady(60, [2, 3]), arrivals: [{ port: 'b', frames: 60 }] })
  expect(out!.frames.map(({ index }) => index)).toEqual([0, 1, 3])
  expect(out!.gaps).toEqual([{ atSample: 2, lostSamples: 1, exact: true, reason: 'corrupt' }])
})

test('labels that both have are refused until a prefix tells them apart', () => {
  const feeds = { a: { info: infoA, frames: [] }, b: { info: infoA, frames: [] } }
  expect(() => runPorts({ node: 'align', feeds, arrivals: [] })).toThrow(/both .* channel "x"/)
  const options = { prefixB: 'other ' }
  const { out } = runPorts({ node: 'align', options, feeds, arrivals: [] })
  expect(out!.info.channels.map(({ label }) => label)).toEqual(['x', 'other x'])
})
