/** The event-time nodes against pandas (`test/golden/event_time.py`). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { featureStream, type PortFrame, runPorts } from '../../../test/conformance/run-ports.ts'

type Rows = readonly (readonly (number | null)[])[]

const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/event_time.json', import.meta.url), 'utf8'),
) as {
  readonly times: readonly number[]
  readonly values: Rows
  readonly bTimes: readonly number[]
  readonly bValues: Rows
  readonly windows: Readonly<Record<string, Rows>>
  readonly asOf: Readonly<Record<string, Rows>>
  readonly pairs: Rows
  readonly baseline: Rows
}

const numbers = (row: readonly (number | null)[]) => row.map((value) => value ?? Number.NaN)
const framesOf = (times: readonly number[], rows: Rows): PortFrame[] =>
  times.map((time, i) => ({ time, values: numbers(rows[i]!) }))
const infoA = featureStream(['x', 'y'], 0, 'test/a')
const infoB = featureStream(['z'], 0, 'test/b')
const a = { info: infoA, frames: framesOf(golden.times, golden.values) }
const b = { info: infoB, frames: framesOf(golden.bTimes, golden.bValues) }
const arrivals = Array.from({ length: 100 }, (_, i) => ({ port: i % 2 ? 'a' : 'b', frames: 6 }))

/** Within the rounding to float32. */
function expectClose(rows: readonly (readonly number[])[], wanted: Rows): void {
  expect(rows).toHaveLength(wanted.length)
  const off = rows.flatMap((row, i) =>
    row.flatMap((value, c) => {
      const right = wanted[i]![c] ?? Number.NaN
      const isSame = Number.isNaN(right)
        ? Number.isNaN(value)
        : Math.abs(value - right) <= 1e-4 + 2e-6 * Math.abs(right)
      return isSame ? [] : [[i, c, value, right]]
    }),
  )
  expect(off).toEqual([])
}

describe('aggregate', () => {
  const choices: Record<string, object> = {
    tumbling: { kind: 'tumbling', seconds: 2 },
    sliding: { kind: 'sliding', seconds: 3, hopSeconds: 0.5 },
    session: { kind: 'session', gapSeconds: 1, longestSeconds: 3600 },
    count: { kind: 'count', frames: 25, hopFrames: 10 },
  }
  test.each(Object.keys(choices))(
    '%s: every aggregate of every window as pandas has it',
    (kind) => {
      const options = {
        window: choices[kind],
        aggregates: ['count', 'sum', 'mean', 'min', 'max', 'deviation', 'first', 'last'],
        quantiles: [0.1, 0.5],
      }
      const feeds = { in: a }
      const { out } = runPorts({ node: 'aggregate', options, feeds, arrivals: [] })
      // Of pandas' rows the first two are times, which the node says in its own way.
      const wanted = golden.windows[kind]!.map((row) => row.slice(2))
      expectClose(
        out!.frames.map(({ values }) => values.slice(2)),
        wanted,
      )
      if (kind === 'tumbling' || kind === 'sliding') return
      const spans = out!.frames.map(({ time, values }) => [time - values[0]!, time])
      const closed = golden.windows[kind]!.map((row) => row.slice(0, 2))
      expectClose(spans, closed)
    },
  )
})

describe('align', () => {
  const methods = { latest: 'backward', next: 'forward', nearest: 'nearest' }
  test.each(Object.entries(methods))('%s is pandas.merge_asof %s', (method, direction) => {
    const options = { method, toleranceSeconds: 0.25, maxWaitSeconds: 60 }
    const { out } = runPorts({ node: 'align', options, feeds: { a, b }, arrivals })
    expectClose(
      out!.frames.map(({ values }) => values.slice(2)),
      golden.asOf[direction]!,
    )
  })
})

test('join: the pairs of a cross join that are close enough', () => {
  const options = { fromSeconds: -0.25, toSeconds: 0.125, maxWaitSeconds: 60 }
  const { out } = runPorts({
    ...{ node: 'join', options, feeds: { a, b }, arrivals },
    last: [
      { port: 'a', frames: 0, watermark: 1e6 },
      { port: 'b', frames: 0, watermark: 1e6 },
    ],
  })
  expectClose(
    out!.frames.map(({ time, values: [since, lag, x, , z] }) => [time - since!, lag!, x!, z!]),
    golden.pairs,
  )
})

test('baseline: each frame against mean and deviation of all before it', () => {
  const options = { fewestFrames: 20 }
  const { out } = runPorts({ node: 'baseline', options, feeds: { in: a }, arrivals: [] })
  expectClose(
    out!.frames.map(({ values }) => values),
    golden.baseline,
  )
})
