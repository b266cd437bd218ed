/** The shipped model behind our own nodes, against what its maker's Python says (`golden.py`). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Run, runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { type OpenModel, openModel, readModelFolder } from '../../inference/index.ts'
import { physicalChannel } from '../../signal/index.ts'

const models = join(import.meta.dirname, '..', '..', '..', 'models')
const stored = readModelFolder(models).get('blink-detector')!
const { card } = stored
const golden: Golden = JSON.parse(
  readFileSync(join(models, 'blink-detector', 'golden.json'), 'utf8'),
)

interface Golden {
  readonly sha256: string
  readonly divideBy: number
  readonly tolerance: number
  readonly windows: readonly {
    readonly name: string
    /** 100 values in µV. */
    readonly values: readonly number[]
    readonly onnxruntime: number
  }[]
  readonly stream: {
    readonly rateHz: number
    readonly lineHz: number
    readonly raw: readonly number[]
    /** By sample index. */
    readonly filteredAt: Readonly<Record<string, number>>
    /** Seconds at which the windows end. */
    readonly ends: readonly number[]
    readonly scores: readonly number[]
  }
}

const hopSeconds = 0.1
const { highPassHz, lowPassHz, order, notchQ } = card.input.filter!
const filter = {
  node: 'filter-iir',
  options: {
    lowCutHz: highPassHz,
    highCutHz: lowPassHz,
    order,
    notchHz: golden.stream.lineHz,
    notchQuality: notchQ!,
  },
}

function streamOf(labels: readonly string[], value: TestSignal['value']): TestSignal {
  return {
    samples: golden.stream.raw.length,
    value,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: golden.stream.rateHz,
      channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV')),
      origin: { source: 'test' },
    },
  }
}

/** Fp1 and Fp2 whose mean is the golden stream, and a channel that must not matter. */
const wholeHead = streamOf(['Cz', 'Fp1', 'Fp2'], (sample, channel) => {
  const raw = golden.stream.raw[sample]!
  return channel === 0 ? -3 * raw : channel === 1 ? 1.5 * raw : 0.5 * raw
})

function windowsOf(run: Partial<Run>) {
  const { requests } = runNode({
    node: 'infer',
    options: { model: card.name, hopSeconds },
    model: () => card,
    before: [filter],
    signal: wholeHead,
    chunks: [64],
    ...run,
  })
  return requests.map(([index, , ...values]) => ({ index: index!, values }))
}

describe('the shipped model', () => {
  let model: OpenModel
  beforeAll(async () => {
    model = await openModel(stored)
  })
  afterAll(() => model.close())

  async function answer(values: readonly number[]): Promise<number> {
    model.window.set(values)
    await model.run()
    return model.answer[0]!
  }

  test('is the one that the golden answers are about', () => {
    expect(card.sha256).toBe(golden.sha256)
    expect(card.input.divideBy).toBe(golden.divideBy)
  })

  test('gives the golden answer to every golden window within 1e-5', async () => {
    expect(golden.windows.length).toBeGreaterThan(20)
    for (const { name, values, onnxruntime } of golden.windows) {
      const said = await answer(values.map((value) => value / golden.divideBy))
      expect(Math.abs(said - onnxruntime), name).toBeLessThan(golden.tolerance)
    }
  })

  // Our samples are float32, rounded by up to 0.00012 µV at the offset of 4000 µV.
  test('gives the golden answers behind our own filter and windows within 1e-5', async () => {
    const windows = windowsOf({})
    expect(windows.map(({ index }) => index * hopSeconds)).toEqual(
      golden.stream.ends.map((end) => expect.closeTo(end, 6)),
    )
    for (const [i, { values }] of windows.entries()) {
      const off = Math.abs((await answer(values)) - golden.stream.scores[i]!)
      expect(off, `window that ends at ${golden.stream.ends[i]} s`).toBeLessThan(golden.tolerance)
    }
  })
})

test.each([1, 7, 64, golden.stream.raw.length])('windows are the same in chunks of %i', (size) => {
  const whole = windowsOf({})
  expect(windowsOf({ chunks: [size], maxFrames: size })).toEqual(whole)
})

test('the filter in front gives what SciPy gives, within 0.001 µV', () => {
  const { frames } = runNode({ ...filter, signal: wholeHead, chunks: [64] })
  for (const [sample, expected] of Object.entries(golden.stream.filteredAt)) {
    const [, , , fp1, fp2] = frames[Number(sample)]!
    expect(Math.abs((fp1! + fp2!) / 2 - expected), `sample ${sample}`).toBeLessThan(1e-3)
  }
})

test('on a Muse the model looks at TP9 and TP10', () => {
  const muse = streamOf(['TP9', 'AF7', 'AF8', 'TP10'], (sample, channel) =>
    channel === 0 || channel === 3 ? golden.stream.raw[sample]! : sample % 100,
  )
  const ears = streamOf(['Fp1'], (sample) => golden.stream.raw[sample]!)
  expect(windowsOf({ signal: muse })).toEqual(windowsOf({ signal: ears }))
})

test('after a gap the first window is one that lies wholly behind it', () => {
  const { rateHz } = golden.stream
  for (const [atSample, lostSamples] of [
    [1000, 1],
    [1003, 130],
  ] as const) {
    const gap = { atSample, lostSamples, exact: true, reason: 'lost' as const }
    const ends = windowsOf({ gaps: [gap] }).map(({ index }) => index * hopSeconds)
    const behind = (atSample + lostSamples) / rateHz
    const first = ends.find((end) => end > atSample / rateHz)!
    // A window of 100 values every 10 ms reaches back 0.99 s from its end.
    expect(first - 0.99).toBeGreaterThanOrEqual(behind)
    expect(first - 0.99).toBeLessThan(behind + hopSeconds + 0.01)
    const last = ends.filter((end) => end < atSample / rateHz).at(-1)!
    expect(atSample / rateHz - last).toBeLessThanOrEqual(hopSeconds + 1e-9)
  }
})

test('a model that learnt from unfiltered signals is kept from aliases', () => {
  const hum = streamOf(['Fp1'], (sample) => 100 * Math.sin((2 * Math.PI * 90 * sample) / 250))
  const unfiltered = { ...card, input: { ...card.input, filter: null } }
  const loudest = (model: typeof card) =>
    Math.max(...windowsOf({ signal: hum, before: [], model: () => model }).at(-1)!.values)
  expect(loudest(unfiltered)).toBeLessThan(0.05)
  expect(loudest(card)).toBeGreaterThan(0.5)
})

test('a model of many channels gets them channel by channel', () => {
  const input = { ...card.input, montage: 'all' as const, channels: 2, divideBy: 1 }
  const ramp = streamOf(['C3', 'C4'], (sample, channel) => sample + 10_000 * channel)
  const { values } = windowsOf({
    signal: ramp,
    before: [],
    model: () => ({ ...card, input }),
  })[0]!
  expect(values.slice(0, 3)).toEqual([2.5, 5, 7.5])
  expect(values.slice(100, 103)).toEqual([10_002.5, 10_005, 10_007.5])
})
