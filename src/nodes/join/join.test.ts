import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inOrder, joinRuns, timedFrames } from '../../../test/conformance/arrivals.ts'
import { featureStream, type PortFrame, runPorts } from '../../../test/conformance/run-ports.ts'

const infoA = featureStream(['x'], 16, 'test/a')
const infoB = featureStream(['y'], 16, 'test/b')
const window = { fromSeconds: -0.5, toSeconds: 0.25 }

interface Case {
  readonly a: readonly PortFrame[]
  readonly b: readonly PortFrame[]
}

/** Every frame of both beside every other. */
function reference({ a, b }: Case, whenNone: string) {
  return a.flatMap(({ time, values: [x] }) => {
    const found = b.filter((each) => each.time - time >= -0.5 && each.time - time <= 0.25)
    const none = whenNone === 'nan' && found.length === 0 ? [null] : []
    return [...found, ...none].map((each) => {
      const [lag, y] = each ? [each.time - time, each.values[0]] : [Number.NaN, Number.NaN]
      return [time, lag, x, y].map((value) => (value === time ? value : Math.fround(value!)))
    })
  })
}

function told(out: { readonly frames: readonly PortFrame[] }) {
  return out.frames.map(({ time, values: [since, lag, x, y] }) => [
    Math.round((time - since!) * 64) / 64,
    lag,
    x,
    y,
  ])
}

const streams = fc.record({ a: timedFrames(1, 40), b: timedFrames(1, 40) })
const far = (feeds: Case) => [
  { port: 'a', frames: 0, watermark: 1 + Math.max(0, ...feeds.a.map(({ time }) => time)) },
  {
    port: 'b',
    frames: 0,
    watermark: 99 + Math.max(0, ...[...feeds.a, ...feeds.b].map(({ time }) => time)),
  },
]

function run(feeds: Case, options: object, rest: object = {}) {
  return runPorts({
    node: 'join',
    options: { ...window, ...options },
    feeds: { a: { info: infoA, frames: feeds.a }, b: { info: infoB, frames: feeds.b } },
    arrivals: [],
    ...rest,
  })
}

test('all pairs within the window, no other, whatever arrives first, cut anyhow, after any restore', () => {
  const order = fc.array(fc.record({ port: fc.constantFrom('a', 'b'), frames: fc.nat(12) }))
  const none = fc.constantFrom('drop', 'nan')
  fc.assert(
    fc.property(streams, none, order, fc.array(fc.nat(9)), (feeds, whenNone, arrivals, at) => {
      const rest = { arrivals, restoreBefore: at, last: far(feeds) }
      const { out } = run(feeds, { whenNone, maxWaitSeconds: 60 }, rest)
      expect(told(out!)).toEqual(reference(feeds, whenNone))
      expect(out!.frames.map(({ index }) => index)).toEqual(out!.frames.map((_, i) => i))
      expect(out!.frames.every(({ time }, i, all) => i === 0 || time > all[i - 1]!.time)).toBe(true)
    }),
  )
})

test('a bounded wait changes nothing while no stream lags by more', () => {
  const lag = fc.record({ a: fc.integer({ min: 0, max: 16 }), b: fc.integer({ min: 0, max: 16 }) })
  fc.assert(
    fc.property(streams, lag, (feeds, lags) => {
      const { a, b } = feeds
      const each = inOrder({ a, b }, { a: lags.a / 16, b: lags.b / 16 })
      const last = far(feeds)
      const slow = run(feeds, { maxWaitSeconds: 1 }, { arrivals: each, last })
      const fast = run(feeds, { maxWaitSeconds: 1 }, { arrivals: joinRuns(each), last })
      expect(told(slow.out!)).toEqual(reference(feeds, 'drop'))
      expect(fast.out!.frames).toEqual(slow.out!.frames)
    }),
  )
})

const steady = (count: number, pace: number): PortFrame[] =>
  Array.from({ length: count }, (_, i) => ({ time: i * pace, values: [i] }))

describe('when b is silent', () => {
  const feeds = { a: steady(40, 0.25), b: steady(4, 0.25) }

  test('frames of a go on after maxWaitSeconds; what comes after that is counted as late', () => {
    const arrivals = [
      { port: 'b', frames: 3 },
      { port: 'a', frames: 40 },
    ]
    const { out, account } = run(feeds, { maxWaitSeconds: 1 }, { arrivals })
    expect(out!.frames.at(-1)!.values.slice(2)).toEqual([4, 2])
    const labels = account!.info.channels.map(({ label }) => label)
    expect(labels).toEqual(['pairs', 'alone', 'late', 'overrun'])
    expect(account!.frames.at(-1)!.values.slice(0, 2)).toEqual([11, 28])
  })

  test('a watermark of b lets them go at once', () => {
    const before = [
      { port: 'b', frames: 4 },
      { port: 'a', frames: 5 },
    ]
    const quick = [...before, { port: 'b', frames: 0, watermark: 1.25 }]
    const some = { a: feeds.a.slice(0, 5), b: feeds.b }
    const options = { whenNone: 'nan' }
    const waiting = run(some, options, { arrivals: before }).out!.frames.length
    const gone = run(some, options, { arrivals: quick }).out!.frames.length
    expect([waiting, gone]).toEqual([9, 14])
  })
})

test('a window that is none, and labels that both have, are refused', () => {
  const none = { a: [], b: [] }
  expect(() => run(none, { fromSeconds: 1 })).toThrow(/from 1 to 0.25 s there is nothing/)
  const feeds = { a: { info: infoA, frames: [] }, b: { info: infoA, frames: [] } }
  expect(() => runPorts({ node: 'join', feeds, arrivals: [] })).toThrow(/two channels .* "x"/)
})
