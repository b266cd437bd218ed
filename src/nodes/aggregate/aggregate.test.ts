import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cuts, timedFrames } from '../../../test/conformance/arrivals.ts'
import { featureStream, type PortFrame, runPorts } from '../../../test/conformance/run-ports.ts'

const info = featureStream(['x', 'y'], 64)
const all = {
  aggregates: ['count', 'sum', 'mean', 'min', 'max', 'deviation', 'first', 'last'],
  quantiles: [0, 0.25, 0.5, 1],
}

interface Window {
  readonly index: number
  readonly begin: number
  readonly end: number
  readonly frames: readonly PortFrame[]
}

/** Everything that is said of a channel's values, by the book. */
function sayings(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite)
  const n = finite.length
  const sum = finite.reduce((a, b) => a + b, 0)
  const squares = finite.reduce((a, b) => a + (b - sum / n) ** 2, 0)
  const sorted = finite.toSorted((a, b) => a - b)
  const quantile = (q: number) => {
    const [low, high] = [Math.floor(q * (n - 1)), Math.ceil(q * (n - 1))]
    return n ? sorted[low]! + (sorted[high]! - sorted[low]!) * (q * (n - 1) - low) : Number.NaN
  }
  return [
    n,
    sum,
    sum / n,
    n ? sorted[0]! : Number.NaN,
    n ? sorted.at(-1)! : Number.NaN,
    n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1)),
    finite[0] ?? Number.NaN,
    finite.at(-1) ?? Number.NaN,
    ...all.quantiles.map(quantile),
  ].map(Math.fround)
}

function told({ index, begin, end, frames }: Window) {
  const extent = [end - begin, end - begin, frames.length].map(Math.fround)
  const channels = [0, 1].map((c) => sayings(frames.map(({ values }) => values[c]!)))
  return { index, time: end, values: [...extent, ...channels.flat()] }
}

/** All windows in time, without the empty ones. */
function inTime(frames: readonly PortFrame[], seconds: number, hop: number): Window[] {
  const origin = frames[0]?.time ?? 0
  const newest = frames.at(-1)?.time ?? 0
  const windows: Window[] = []
  for (let index = 0; origin + index * hop + seconds <= newest; index++) {
    const begin = origin + index * hop
    const end = begin + seconds
    const inside = frames.filter(({ time }) => time >= begin && time < end)
    if (inside.length) windows.push({ index, begin, end, frames: inside })
  }
  return windows
}

function inSessions(frames: readonly PortFrame[], gap: number, longest: number): Window[] {
  const sessions: PortFrame[][] = []
  for (const frame of frames) {
    const current = sessions.at(-1)
    const follows = current && frame.time - current.at(-1)!.time <= gap
    if (follows && frame.time - current[0]!.time <= longest) current.push(frame)
    else sessions.push([frame])
  }
  // The last one is not over.
  return sessions.slice(0, -1).map(fromFirstToLast)
}

function inNumber(frames: readonly PortFrame[], count: number, hop: number): Window[] {
  const windows: PortFrame[][] = []
  for (let at = 0; at + count <= frames.length; at += hop) {
    windows.push(frames.slice(at, at + count))
  }
  return windows.map(fromFirstToLast)
}

function fromFirstToLast(frames: readonly PortFrame[], index: number): Window {
  return { index, begin: frames[0]!.time, end: frames.at(-1)!.time, frames }
}

type Choice = [options: object, windows: (frames: readonly PortFrame[]) => Window[]]
const choices: Record<string, Choice> = {
  tumbling: [{ kind: 'tumbling', seconds: 1 }, (frames) => inTime(frames, 1, 1)],
  sliding: [{ kind: 'sliding', seconds: 1.5, hopSeconds: 0.25 }, (f) => inTime(f, 1.5, 0.25)],
  'sliding with holes between': [
    { kind: 'sliding', seconds: 0.5, hopSeconds: 2 },
    (frames) => inTime(frames, 0.5, 2),
  ],
  session: [
    { kind: 'session', gapSeconds: 0.5, longestSeconds: 2 },
    (frames) => inSessions(frames, 0.5, 2),
  ],
  count: [{ kind: 'count', frames: 7, hopFrames: 3 }, (frames) => inNumber(frames, 7, 3)],
  'count with holes between': [
    { kind: 'count', frames: 2, hopFrames: 5 },
    (frames) => inNumber(frames, 2, 5),
  ],
}

describe.each(Object.entries(choices))('%s windows', (_name, [window, windowsOf]) => {
  const run = (frames: readonly PortFrame[], options: object, rest = {}) =>
    runPorts({
      node: 'aggregate',
      options: { window, ...all, ...options },
      feeds: { in: { info, frames } },
      arrivals: [],
      ...rest,
    })

  test('say what the book says of their frames, under any chunking and after any restore', () => {
    fc.assert(
      fc.property(timedFrames(2), cuts('in'), fc.array(fc.nat(9)), (frames, arrivals, at) => {
        const { out } = run(frames, {}, { arrivals, restoreBefore: at })
        expect(out!.frames).toEqual(windowsOf(frames).map(told))
      }),
    )
  })

  test('frames out of order within latenessSeconds change nothing but the waiting', () => {
    const shifts = fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 80, maxLength: 80 })
    fc.assert(
      fc.property(timedFrames(2), shifts, (frames, shift) => {
        if (frames.length === 0) return
        // The first frame comes first: windows in time count from it.
        const shuffled = frames
          .map((frame, i) => ({ frame, at: frame.time + (i && shift[i]! / 64) }))
          .sort((a, b) => a.at - b.at)
          .map(({ frame }) => frame)
        // One more, so far away that everything is over.
        const after = { time: frames.at(-1)!.time + 99, values: [0, 0] }
        const { out } = run([...shuffled, after], { latenessSeconds: 0.25 })
        const wanted = windowsOf([...frames, after]).map(told)
        expect(out!.frames).toEqual(wanted.slice(0, out!.frames.length))
        expect(wanted.length - out!.frames.length).toBeLessThan(4)
      }),
    )
  })
})

describe('what comes late', () => {
  const ticks = fc.integer({ min: 0, max: 200 })
  /** In any order; here and there the source says how far it has come, and may be wrong. */
  const anyhow = fc.array(fc.record({ tick: ticks, told: fc.option(ticks, { freq: 6 }) }), {
    maxLength: 60,
  })
  const latenessSeconds = 0.5

  test('is refused and counted, and the windows have all the rest', () => {
    fc.assert(
      fc.property(anyhow, fc.array(fc.nat(60)), (list, restoreBefore) => {
        const frames = list.map(({ tick }) => ({ time: tick / 16, values: [tick, 1] }))
        const taken: PortFrame[] = []
        let [newest, said] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
        for (const [i, { told }] of list.entries()) {
          const frame = frames[i]!
          if (told !== null) said = Math.max(said, told / 16)
          if (!(frame.time > Math.max(newest - latenessSeconds, said))) continue
          taken.push(frame)
          newest = Math.max(newest, frame.time)
        }
        const arrivals = list.map(({ told }) => ({
          ...{ port: 'in', frames: 1 },
          ...(told === null ? {} : { watermark: told / 16 }),
        }))
        const origin = taken[0]?.time ?? 0
        const certain = Math.max(newest - latenessSeconds, said)
        const wanted: Window[] = []
        for (let index = 0; origin + index + 1 <= certain; index++) {
          const inside = taken
            .filter(({ time }) => time >= origin + index && time < origin + index + 1)
            .sort((a, b) => a.time - b.time)
          const [begin, end] = [origin + index, origin + index + 1]
          if (inside.length) wanted.push({ index, begin, end, frames: inside })
        }
        const { out, account } = runPorts({
          node: 'aggregate',
          options: { window: { kind: 'tumbling', seconds: 1 }, latenessSeconds, ...all },
          feeds: { in: { info, frames } },
          arrivals,
          restoreBefore,
        })
        expect(out!.frames.map(({ index, values }) => [index, values[2]])).toEqual(
          wanted.map(({ index, frames: inside }) => [index, inside.length]),
        )
        expect(out!.frames).toEqual(wanted.map(told))
        const last = account!.frames.at(-1)?.values ?? [0, 0]
        expect(last[0]! + last[1]!).toBeLessThanOrEqual(frames.length)
      }),
    )
  })
})

test('a kept watermark changes no window, only when it comes; a last one brings the last', () => {
  const window = { kind: 'session', gapSeconds: 0.5, longestSeconds: 2 }
  fc.assert(
    fc.property(timedFrames(2), fc.array(fc.nat(3)), (frames, chunks) => {
      let sent = 0
      const arrivals = chunks.map((count) => {
        const next = frames[sent]?.time
        sent += count
        return { port: 'in', frames: count, ...(next ? { watermark: next - 1 / 64 } : {}) }
      })
      const run = {
        node: 'aggregate',
        options: { window, ...all },
        feeds: { in: { info, frames } },
      }
      const plain = runPorts({ ...run, arrivals: [] }).out!.frames
      const end = (frames.at(-1)?.time ?? 0) + 1
      const last = [{ port: 'in', frames: 0, watermark: end }]
      const told = runPorts({ ...run, arrivals, last }).out!.frames
      expect(told.slice(0, plain.length)).toEqual(plain)
      expect(told.length).toBe(plain.length + (frames.length ? 1 : 0))
    }),
  )
})

describe('folds', () => {
  const feeds = {
    in: { info, frames: [3, 4, Number.NaN, 0, 9].map((x, i) => ({ time: i / 4, values: [x, 2] })) },
  }
  const run = (folds: unknown) =>
    runPorts({ node: 'aggregate', options: { aggregates: [], folds }, feeds, arrivals: [] }).out!

  test('go from frame to frame, without those that would make them no number', () => {
    const out = run([
      { label: '* rms', step: "sofar + '*' ^ 2", end: 'sqrt(sofar / frames)', unit: 'uV' },
      { label: 'product', start: 1, step: 'if(x > 0, sofar * x * y, sofar)' },
    ])
    const labels = out.info.channels.slice(3).map(({ label, unit }) => `${label}: ${unit}`)
    expect(labels).toEqual(['x rms: uV', 'y rms: uV', 'product: 1'])
    const wanted = [Math.sqrt(25 / 3), 2, 3 * 2 * 4 * 2]
    expect(out.frames[0]!.values.slice(3)).toEqual(wanted.map(Math.fround))
  })

  test('that are none are refused with their place', () => {
    expect(() => run([{ label: 'a', step: 'sofar + z' }])).toThrow(/folds.0: "z" is no channel/)
    expect(() => run([{ label: 'a', step: "sofar + '*'" }])).toThrow(/must both have a \*/)
  })
})

const options = { window: { kind: 'tumbling', seconds: 1 }, fewestFrames: 2 }

test('late frames and sparse windows are counted on the account', () => {
  const frames = [0, 0.5, 0.25, 1, 2, 2.5, 3].map((time) => ({ time, values: [1, 1] }))
  const feeds = { in: { info, frames } }
  const { out, account } = runPorts({ node: 'aggregate', options, feeds, arrivals: [] })
  expect(out!.frames.map(({ index }) => index)).toEqual([0, 2])
  expect(account!.info.channels.map(({ label }) => label)).toEqual([
    'taken',
    'late',
    'sent',
    'sparse',
    'overrun',
  ])
  expect(account!.frames.at(-1)!.values).toEqual([6, 1, 2, 1, 0])
})

test('an hour of silence costs no hour of windows', () => {
  const frames = [0, 0.5, 3600.25, 3600.5, 3602].map((time) => ({ time, values: [1, 1] }))
  const window = { kind: 'sliding', seconds: 0.01, hopSeconds: 0.001 }
  const feeds = { in: { info, frames } }
  const { out } = runPorts({ node: 'aggregate', options: { window }, feeds, arrivals: [] })
  const times = out!.frames.map(({ time }) => Math.floor(time))
  expect(new Set(times)).toEqual(new Set([0, 3600]))
})

test('units: a count has none, the rest the channel’s; the extent is in seconds', () => {
  const feeds = {
    in: { info: { ...info, channels: [{ ...info.channels[0]!, unit: 'uV' }] }, frames: [] },
  }
  const choice = { aggregates: ['count', 'mean'], quantiles: [0.5, 0.9] }
  const { out } = runPorts({ node: 'aggregate', options: choice, feeds, arrivals: [] })
  expect(out!.info.nominalRateHz).toBe(1)
  expect(out!.info.channels.map(({ label, unit }) => `${label}: ${unit}`)).toEqual([
    'since begin: s',
    'duration: s',
    'frames: 1',
    'x count: 1',
    'x mean: uV',
    'x median: uV',
    'x quantile 0.9: uV',
  ])
})

test('a window that has no room is refused with the room that there is', () => {
  const window = { kind: 'tumbling', seconds: 3600 }
  const fast = featureStream(
    Array.from({ length: 64 }, (_, c) => `${c}`),
    30_000,
  )
  const feeds = { in: { info: fast, frames: [] } }
  expect(() => runPorts({ node: 'aggregate', options: { window }, feeds, arrivals: [] })).toThrow(
    /needs room for 135\d+ frames/,
  )
})
