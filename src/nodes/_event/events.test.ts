/** The event nodes against SciPy (`test/golden/events_peaks.py`) and against their own rules. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Run, runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { GraphMemory } from '../../graph/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import { type Gap, physicalChannel } from '../../signal/index.ts'
import { newRunningValues } from './running-values.ts'

interface Peak {
  readonly sample: number
  readonly prominence: number
  readonly samples: number
}
interface Golden {
  readonly rateHz: number
  readonly reach: number
  readonly input: readonly (readonly number[])[]
  readonly cases: Readonly<Record<string, readonly (readonly Peak[])[]>>
  readonly burst: { readonly input: readonly number[]; readonly amplitude: readonly number[] }
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/events_peaks.json', import.meta.url), 'utf8'),
)
const rate = golden.rateHz

function signalOf(samples: number, value: TestSignal['value'], labels = ['Fp1', 'C3']): TestSignal {
  return {
    samples,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rate,
      channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

function eventsOf(run: Partial<Run> & Pick<Run, 'node' | 'signal'>) {
  const { frames } = runNode({ chunks: [19], ...run })
  return frames.map(([index, hostTime, channel, since, duration, peak, ...more]) => ({
    index: index!,
    channel: channel!,
    onset: Math.round((hostTime! - 0.01 - since!) * rate),
    samples: Math.round(duration! * rate),
    peak: peak!,
    more,
  }))
}

const gapOf = (atSample: number, lostSamples: number): Gap => ({
  atSample,
  lostSamples,
  exact: true,
  reason: 'lost',
})

describe('peaks', () => {
  const given = (value: TestSignal['value']) => signalOf(golden.input.length + 250, value)
  const signal = given((s, c) => golden.input[s]?.[c] ?? golden.input.at(-1)![c]! - (s % 2))
  const reachSeconds = golden.reach / rate
  const cases: [string, Record<string, unknown>, Gap[]][] = [
    ['prominence 10', { minimumProminence: 10 }, []],
    ['height 20, prominence 0', { minimumHeight: 20, minimumProminence: 0 }, []],
    ['troughs', { polarity: 'negative', minimumProminence: 15 }, []],
    ['highest within 50', { minimumProminence: 5, distanceSeconds: 0.2 }, []],
    ['two runs', { minimumProminence: 10 }, [gapOf(1100, 40)]],
  ]

  test.each(cases)('%s: the peaks are SciPy’s', (name, options, gaps) => {
    const found = eventsOf({
      node: 'peaks',
      options: { reachSeconds, ...options },
      signal,
      gaps,
    })
    // The last peaks need what comes after the recording; SciPy has its end there.
    const last = golden.input.length - golden.reach
    golden.cases[name]!.forEach((wanted, channel) => {
      if (!wanted.length) return
      const mine = found
        .filter((each) => each.channel === channel && each.onset < last)
        .map(({ onset, samples, more }) => ({ sample: onset, prominence: more[0]!, samples }))
        .sort((a, b) => a.sample - b.sample)
      const theirs = wanted.filter(({ sample }) => sample < last)
      expect(mine.length).toBeGreaterThan(5)
      expect(mine).toEqual(
        theirs.map((each) => ({ ...each, prominence: expect.closeTo(each.prominence, 3) })),
      )
    })
  })

  test('a trough has the value that the signal has there', () => {
    const wave = signalOf(1000, (s) => -50 + 30 * Math.cos((2 * Math.PI * s) / 100))
    const [first] = eventsOf({ node: 'peaks', options: { polarity: 'negative' }, signal: wave })
    expect(first).toMatchObject({ onset: 50, peak: -80 })
  })
})

describe('threshold', () => {
  /** Square pulses on the first channel: from, to, height. */
  const pulses = (list: [number, number, number][]) =>
    signalOf(1000, (s, c) => {
      const pulse = list.find(([from, to]) => s >= from && s < to)
      return c === 0 && pulse ? pulse[2] : 0
    })
  const summary = (events: ReturnType<typeof eventsOf>) =>
    events.map(({ onset, samples, peak }) => [onset, samples, peak])

  test('an event lasts from the first sample at the level to the last', () => {
    const found = eventsOf({
      node: 'threshold',
      options: { level: 50 },
      signal: pulses([
        [100, 130, 50],
        [300, 301, 70],
      ]),
    })
    expect(summary(found)).toEqual([
      [100, 30, 50],
      [300, 1, 70],
    ])
    expect(found.map(({ index }) => index)).toEqual([0, 1])
  })

  test('hysteresis, minimum duration and refractory time do what they say', () => {
    const signal = pulses([
      [100, 110, 60],
      [110, 120, 45],
      [120, 130, 60],
      [200, 203, 90],
      [220, 240, 80],
      [400, 420, 55],
    ])
    const found = eventsOf({
      node: 'threshold',
      options: { level: 50, hysteresis: 10, minimumSeconds: 0.02, refractorySeconds: 0.5 },
      signal,
    })
    // The short one at 200 is dropped and leaves no refractory time; 220 lies in that of 100.
    expect(summary(found)).toEqual([
      [100, 30, 60],
      [400, 20, 55],
    ])
  })

  test('below and magnitude', () => {
    const signal = pulses([
      [100, 110, -60],
      [200, 210, 60],
    ])
    const below = { level: -50, direction: 'below' }
    expect(summary(eventsOf({ node: 'threshold', options: below, signal }))).toEqual([
      [100, 10, -60],
    ])
    const magnitude = { level: 50, direction: 'magnitude' }
    expect(summary(eventsOf({ node: 'threshold', options: magnitude, signal }))).toEqual([
      [100, 10, 60],
      [200, 10, 60],
    ])
    expect(() =>
      eventsOf({ node: 'threshold', options: { level: -5, direction: 'magnitude' }, signal }),
    ).toThrow(/level = -5/)
  })

  test('a gap or a value that is not finite ends an event', () => {
    const signal = pulses([[100, 300, 60]])
    const options = { level: 50 }
    const torn = eventsOf({ node: 'threshold', options, signal, gaps: [gapOf(150, 20)] })
    expect(summary(torn)).toEqual([
      [100, 50, 60],
      [170, 130, 60],
    ])
    const faulty = {
      ...signal,
      value: (s: number, c: number) => (s === 180 ? Number.NaN : signal.value(s, c)),
    }
    expect(summary(eventsOf({ node: 'threshold', options, signal: faulty }))).toEqual([
      [100, 80, 60],
      [181, 119, 60],
    ])
  })
})

describe('burst', () => {
  test('bursts are where SciPy’s amplitude exceeds its percentile', () => {
    const { input, amplitude } = golden.burst
    const signal = signalOf(input.length, (s) => input[s]!, ['C3'])
    const options = { percentile: 80, baselineSeconds: 10 }
    const found = eventsOf({ node: 'burst', options, signal })
    const wanted = burstsOf(amplitude, 80)
    expect(found.length).toBe(wanted.length)
    expect(found.length).toBeGreaterThan(2)
    found.forEach(({ onset, samples, peak }, i) => {
      expect(Math.abs(onset - wanted[i]!.onset)).toBeLessThanOrEqual(1)
      expect(Math.abs(onset + samples - wanted[i]!.end)).toBeLessThanOrEqual(1)
      const highest = Math.max(...amplitude.slice(onset, onset + samples))
      expect(Math.abs(peak / highest - 1)).toBeLessThan(0.005)
    })
  })

  /** The node's rule once more, over the whole at once: a value every 50 ms, 0.1 s at least. */
  function burstsOf(amplitude: readonly number[], percent: number) {
    const delay = Math.ceil((3.3 * rate) / 4 / 2)
    const step = 13
    const past: number[] = []
    let level = Number.POSITIVE_INFINITY
    const active = amplitude.map((value, at) => {
      if (at >= delay && (at + delay + 1) % step === 0) {
        past.push(value)
        const sorted = [...past].sort((x, y) => x - y)
        const place = (percent / 100) * (sorted.length - 1)
        const low = sorted[Math.floor(place)]!
        const high = sorted[Math.ceil(place)]!
        if (past.length >= 39) level = low + (high - low) * (place % 1)
      }
      return value > level
    })
    const onsets = active.flatMap((is, at) => (is && !active[at - 1] ? [at] : []))
    return onsets
      .map((onset) => ({ onset, end: active.indexOf(false, onset) }))
      .filter(({ onset, end }) => end - onset >= 25)
  }
})

describe('on bad input', () => {
  const nodes: [string, Record<string, unknown>][] = [
    ['burst', { percentile: 50, baselineSeconds: 5, minimumSeconds: 0 }],
    ['blink-detector', {}],
    ['spindle', { relativePower: 0, correlation: 0, deviations: 0, maximumSeconds: 10 }],
    ['peaks', {}],
    ['threshold', { level: 30 }],
  ]
  const lively = (s: number, c: number) =>
    20 * Math.sin((2 * Math.PI * 13 * s) / rate) * Math.sin(s / 300) ** 2 +
    150 * Math.exp(-((((s % 500) - 250) / 20) ** 2)) +
    c

  test.each(nodes)('%s: values that are not finite do not stay', (node, options) => {
    const faulty = signalOf(6000, (s, c) => (s >= 1000 && s < 1005 ? Number.NaN : lively(s, c)))
    const found = eventsOf({ node, options, signal: faulty })
    const clean = eventsOf({ node, options, signal: signalOf(6000, lively) })
    expect(found.every((each) => Object.values(each).flat().every(Number.isFinite))).toBe(true)
    // Ten seconds later all is as if nothing had been.
    const late = ({ onset }: { onset: number }) => onset > 3500
    const places = (events: typeof found) =>
      events.filter(late).map(({ channel, onset }) => [channel, onset])
    expect(places(found).length).toBeGreaterThan(0)
    if (node !== 'burst' && node !== 'spindle') expect(places(found)).toEqual(places(clean))
  })

  test.each(nodes)('%s: a constant, railed or NaN channel has no events', (node, options) => {
    for (const level of [0, -187500, Number.NaN]) {
      expect(eventsOf({ node, options, signal: signalOf(3000, () => level) })).toEqual([])
    }
  })
})

test('the running past is what NumPy and SciPy make of the same values', () => {
  const memory = new GraphMemory(newKernelMemory()).lend()
  const past = newRunningValues(memory, 2, 50)
  const into = new Float64Array(2)
  const values = Array.from({ length: 230 }, (_, i) => Math.sin(i * i) * 10 + (i % 7))
  for (const [i, value] of values.entries()) {
    into[1] = value
    past.add(1, into)
    const kept = values.slice(Math.max(0, i - 49), i + 1).sort((a, b) => a - b)
    const place = 0.75 * (kept.length - 1)
    const [low, high] = [kept[Math.floor(place)]!, kept[Math.ceil(place)]!]
    past.percentile(1, 75, into)
    expect(into[1]).toBeCloseTo(low + (high - low) * (place % 1), 10)
    const cut = Math.floor(0.1 * kept.length)
    const middle = kept.slice(cut, kept.length - cut)
    const mean = (list: number[]) => list.reduce((sum, v) => sum + v, 0) / list.length
    const squares = middle.map((v) => (v - mean(middle)) ** 2)
    const deviation =
      middle.length > 1 ? Math.sqrt((mean(squares) * squares.length) / (squares.length - 1)) : 0
    past.trimmedLevel(1, 1.5, 0.1, into)
    expect(into[1]).toBeCloseTo(mean(kept) + 1.5 * deviation, 10)
  }
  expect(past.count(0)).toBe(0)
})
