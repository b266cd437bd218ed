import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { featureStream, runPorts } from '../../../test/conformance/run-ports.ts'

const labels = ['theta', 'beta', 'quality', 'blink', 'Fp1 motion']
const info = featureStream(labels, 4)

/** Frames every quarter of a second; each channel's values by a function of time. */
function run(
  options: Record<string, unknown>,
  values: Record<string, (t: number) => number>,
  seconds = 20,
) {
  const frames = Array.from({ length: seconds * 4 }, (_, i) => ({
    time: 100 + i / 4,
    values: labels.map((label) => values[label]?.(i / 4) ?? 0),
  }))
  const { out } = runPorts({ node: 'rule', options, feeds: { in: { info, frames } }, arrivals: [] })
  return out!
}

/** When each event was known, began, how long it was, and its value; times from the first frame. */
function events(rule: string, values: Record<string, (t: number) => number>, more: object = {}) {
  return run({ rule, ...more }, values).frames.map(({ time, values: [since, duration, value] }) => [
    time - 100,
    time - 100 - since!,
    duration,
    value,
  ])
}

const within = (t: number, from: number, to: number) => t >= from && t < to
const at =
  (...moments: number[]) =>
  (t: number) =>
    moments.includes(t) ? 1 : 0

describe('the clinician’s rule', () => {
  const rule = 'theta/beta above 2.5 for 3 s while quality is good, then event'
  const terms = { 'quality is good': 'quality above 0.7' }
  const high = { theta: (t: number) => (within(t, 2, 9) ? 6 : 2), beta: () => 2 }

  test('is met when the ratio has been high for three seconds', () => {
    const found = events(rule, { ...high, quality: () => 1 }, { terms })
    expect(found).toEqual([[5, 2, 3, 3]])
  })

  test('begins anew after bad quality', () => {
    const quality = (t: number) => (t === 4 ? 0.5 : 1)
    expect(events(rule, { ...high, quality }, { terms })).toEqual([[7.25, 4.25, 3, 3]])
  })

  test('tells onset, duration and value with their units', () => {
    const { info: told } = run({ rule, terms }, {})
    expect(told).toMatchObject({ type: 'Events', nominalRateHz: 0 })
    expect(told.channels.map(({ label, unit }) => `${label}: ${unit}`)).toEqual([
      'since onset: s',
      'duration: s',
      'value: 1',
    ])
  })
})

test('until is hysteresis: the condition goes on although it is no more above', () => {
  const theta = (t: number) => (t === 3 ? 2.6 : within(t, 3, 7) ? 2.3 : 1)
  const rule = (until: string) => `theta above 2.5 ${until} for 2 s, then event`
  expect(events(rule(''), { theta })).toEqual([])
  expect(events(rule('until below 2.2'), { theta })).toEqual([[5, 3, 2, expect.closeTo(2.3)]])
})

test('breaks that are short enough do not count', () => {
  const theta = (t: number) => (within(t, 2, 8) && t !== 4 ? 3 : 1)
  const rule = 'theta above 2 for 4 s'
  expect(events(`${rule}, then event`, { theta })).toEqual([])
  expect(events(`${rule} ignoring breaks of 300 ms, then event`, { theta })).toEqual([[6, 2, 4, 3]])
})

test('repetition: three blinks in two seconds, not three in four', () => {
  const rule = 'blink above 0.5 3 times in 2 s, then event, value 7'
  expect(events(rule, { blink: at(1, 3, 5, 10, 11, 11.5) })).toEqual([[11.5, 10, 1.5, 7]])
})

test('sequence: the second must begin after the first, and soon enough', () => {
  const rule = "blink > 0.5, then 'Fp1 motion' > 0.5 within 2 s, then event"
  expect(events(rule, { blink: at(3), 'Fp1 motion': at(3) })).toEqual([])
  expect(events(rule, { blink: at(3), 'Fp1 motion': at(6) })).toEqual([])
  expect(events(rule, { blink: at(3, 5), 'Fp1 motion': at(6) })).toEqual([[6, 5, 1, 0]])
})

test('absence: nothing comes for five seconds after something', () => {
  const rule = 'blink > 0.5, then no blink > 0.5 for 5 s, then event'
  expect(events(rule, { blink: at(2, 6, 9) })).toEqual([[14, 9, 5, 0]])
  const within = rule.replace('for 5 s', 'within 5 s')
  expect(events(within, { blink: at(2, 6, 9) })).toEqual([[14, 9, 5, 0]])
})

test('when over: the event comes at the end, with its whole length', () => {
  const theta = (t: number) => (within(t, 2, 9) ? 6 : 2)
  const rule = 'theta above 5 for 3 s, then event when over'
  expect(events(rule, { theta })).toEqual([[9, 2, 7, 6]])
})

test('not again: after an event nothing is looked for', () => {
  const rule = 'blink above 0.5, then event'
  expect(events(rule, { blink: at(1, 2, 6) })).toHaveLength(3)
  expect(events(`${rule}, not again for 4 s`, { blink: at(1, 2, 6) })).toHaveLength(2)
})

test('a value that is no number ends what holds; a gap longer than bridgeSeconds interrupts', () => {
  const theta = (t: number) => (t === 4 ? Number.NaN : 6)
  expect(events('theta above 5 for 5 s, then event', { theta })).toEqual([[9.25, 4.25, 5, 6]])
  const frames = [0, 1, 2, 5, 6, 7].map((time) => ({ time, values: [6, 0, 0, 0, 0] }))
  const rule = 'theta above 5 for 4 s, then event'
  const found = (bridgeSeconds: number) =>
    runPorts({
      node: 'rule',
      options: { rule, bridgeSeconds },
      feeds: { in: { info, frames } },
      arrivals: [],
    }).out!.frames.length
  expect([found(2), found(3)]).toEqual([0, 1])
})

describe('a rule that is none is refused with its place and what would do', () => {
  const cases: [string, RegExp][] = [
    ['theta abov 2', /character 7: "abov" stands where until, for, 3 times, within, while, then/],
    ['theta above 2', /character 14: the text ends where/],
    ['theta above 2 for 3, then event', /character 19: "3" stands where a time like 3 s/],
    ['theta above 2 for 3 parsec, then event', /a time like 3 s or 200 ms/],
    ['theta above 2 for 2 s for 3 s, then event', /"3" stands where something that the step does/],
    ['theta above 2 within 2 s, then event', /character 1: within counts from the step before/],
    ['no theta above 2, then event', /say for how long it does not come/],
    ['theta above 2 3 times, then event', /say in what time: 3 times in 2 s/],
    [
      'theta > 2, then beta > 1 for 3 s within 2 s, then event',
      /it cannot hold for 3 s within 2 s/,
    ],
    ['theta above 2, then event, soon', /"soon" stands where not again for, all within/],
    ['gamma above 2, then event', /"gamma" is no channel of .* it has theta, beta/],
    ["'* motion' above 1, then event", /put mean, min, max, any or all around it/],
  ]
  for (const [rule, message] of cases) {
    test(rule, () => {
      expect(() => run({ rule }, {})).toThrow(message)
    })
  }

  test('as steps too', () => {
    const rule = { steps: [{ when: 'theta > 2', times: 3 }] }
    expect(() => run({ rule }, {})).toThrow(/"node" \(rule\): rule: .*say in what time/)
    expect(() => run({ rule: 'theta > 2, then event', bridgeSeconds: 0.1 }, {})).toThrow(
      /0.25 s apart, more than bridgeSeconds = 0.1/,
    )
  })
})

describe('in a stream of events silence is absence', () => {
  const events = { ...featureStream(['blink'], 0), type: 'Events' }
  const rule = 'blink above 0.5, then no blink above 0.5 for 5 s, then event'
  const at = (...times: number[]) => times.map((time) => ({ time, values: [1] }))
  const found = (frames: ReturnType<typeof at>, more: object = {}) =>
    runPorts({
      node: 'rule',
      options: { rule, bridgeSeconds: 60 },
      feeds: { in: { info: events, frames } },
      arrivals: [],
      ...more,
    }).out!.frames.map(({ time, values: [since, duration] }) => [time, since, duration])

  test('known by the next event, and told at the moment when the time was over', () => {
    expect(found(at(2, 6, 9, 20))).toEqual([[14, 5, 5]])
  })

  test('or known by what the source says, at the same moment, whenever it says so', () => {
    for (const watermark of [14, 14.5, 19]) {
      expect(found(at(2, 6, 9), { last: [{ port: 'in', frames: 0, watermark }] })).toEqual([
        [14, 5, 5],
      ])
    }
    expect(found(at(2, 6, 9), { last: [{ port: 'in', frames: 0, watermark: 13.9 }] })).toEqual([])
  })

  test('the answer is the same with any watermarks that are kept, cut anyhow, after any restore', () => {
    const times = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 })
    const said = fc.array(fc.record({ frames: fc.nat(3), early: fc.nat(30) }))
    fc.assert(
      fc.property(times, said, fc.array(fc.nat(9)), (steps, list, restoreBefore) => {
        let time = 0
        const frames = steps.flatMap((step) => {
          time += step / 4
          return at(time)
        })
        let sent = 0
        const arrivals = list.map(({ frames: count, early }) => {
          const next = frames[sent]?.time ?? time + 1
          sent += count
          return { port: 'in', frames: count, watermark: next - 0.01 - early / 10 }
        })
        const last = [{ port: 'in', frames: 0, watermark: time + 60 }]
        const gaps = frames.filter(({ time: t }, i) => (frames[i + 1]?.time ?? 1e9) - t > 5)
        const wanted = gaps.map(({ time: t }) => [t + 5, 5, 5])
        expect(found(frames, { last })).toEqual(wanted)
        expect(found(frames, { arrivals, last, restoreBefore })).toEqual(wanted)
      }),
    )
  })

  test('every event is one, also right after another', () => {
    const options = { rule: 'blink above 0.5 3 times in 2 s, then event' }
    const frames = at(1, 4, 5, 5.5, 9)
    const feeds = { in: { info: events, frames } }
    const { out } = runPorts({ node: 'rule', options, feeds, arrivals: [] })
    expect(out!.frames.map(({ time, values }) => [time, values[1]])).toEqual([[5.5, 1.5]])
  })

  test('two absences one after the other, each at its own time', () => {
    const twice =
      'blink above 0.5, then no blink above 0.5 for 2 s, then no blink above 3 for 1 s, then event'
    const options = { rule: twice, bridgeSeconds: 60 }
    const last = [{ port: 'in', frames: 0, watermark: 60 }]
    const { out } = runPorts({
      ...{ node: 'rule', options, arrivals: [], last },
      feeds: { in: { info: events, frames: at(10) } },
    })
    expect(out!.frames.map(({ time, values }) => [time, values[1]])).toEqual([[13, 3]])
  })
})
