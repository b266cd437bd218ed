import { describe, expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { GraphMemory } from '../../graph/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import { physicalChannel } from '../../signal/index.ts'
import { newComponentJudge } from './component-judge.ts'
import { newOnlineIca } from './online-ica.ts'

/** Reproducible uniform numbers between 0 and 1. */
function randomNumbers(seed: number): () => number {
  let x = seed
  return () => {
    x = (Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    const y = Math.imul(x ^ (x >>> 12), 0x297a2d39)
    return ((y ^ (y >>> 15)) >>> 0) / 2 ** 32
  }
}

const laplace = (random: () => number) => {
  const u = random() - 0.5
  return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u) + 1e-12) * Math.SQRT1_2
}

/** 0 for a perfect separation, about 0.4 for none: Amari, Cichocki & Yang (1996), normalised. */
function amariIndex(product: number[][]): number {
  const n = product.length
  const excess = (row: number[]) => {
    const sizes = row.map(Math.abs)
    return sizes.reduce((sum, value) => sum + value, 0) / Math.max(...sizes) - 1
  }
  const columns = product.map((_, j) => product.map((row) => row[j]!))
  const sum = [...product, ...columns].reduce((total, row) => total + excess(row), 0)
  return sum / (2 * n * (n - 1))
}

describe('on a mixture of eight sources, two of them flatter than a Gaussian', () => {
  const n = 8
  const rateHz = 250
  const random = randomNumbers(5)
  const mixing = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => 20 * (random() - 0.5) + (i === j ? 6 : 0)),
  )
  const memory = new GraphMemory(newKernelMemory()).lend()
  const ica = newOnlineIca(memory, {
    channels: n,
    steadyRate: 1 - Math.exp(-1 / (60 * rateHz)),
    cooling: 0.6,
    orthogonaliseFrames: 10,
  })
  const judge = newComponentJudge(memory, n, 0, Math.exp(-1 / (5 * rateHz)))
  const frame = new Float64Array(n)
  const scores: number[] = []
  for (let s = 0; s < 90 * rateHz; s++) {
    const sources = Array.from({ length: n }, (_, k) =>
      k < 2 ? 3.46 * (random() - 0.5) : laplace(random),
    )
    mixing.forEach((row, i) => {
      frame[i] = row.reduce((sum, weight, k) => sum + weight * sources[k]!, 0)
    })
    ica.take(frame)
    judge.learn(ica.activations, new Float64Array(0))
    ica.learn(judge.kurtosis)
    if ((s + 1) % (5 * rateHz) === 0) scores.push(score())
  }

  function score(): number {
    const filter = new Float64Array(n)
    return amariIndex(
      mixing.map((_, k) => {
        ica.filter(k, filter)
        return mixing.map((_, j) => mixing.reduce((sum, row, c) => sum + filter[c]! * row[j]!, 0))
      }),
    )
  }

  test('the Amari index falls, and ends below 0.1', () => {
    expect(scores[3]).toBeLessThan(scores[0]!)
    expect(Math.max(...scores.slice(-4))).toBeLessThan(0.1)
  })

  test('patterns and filters are each other’s inverse within 1e-3', () => {
    const [filter, pattern] = [new Float64Array(n), new Float64Array(n)]
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        ica.filter(k, filter)
        ica.pattern(j, pattern)
        const product = filter.reduce((sum, value, c) => sum + value * pattern[c]!, 0)
        expect(Math.abs(product - (k === j ? 1 : 0))).toBeLessThan(1e-3)
      }
    }
  })
})

const rate = 250
const spread = [1, 0.7, 0.3, 0.15, 0.1, 1.2]
const labels = ['Fp1', 'Fp2', 'C3', 'C4', 'O1', 'VEOG']

/** Five sharp sources mixed, and a blink of 150 µV every 1.9 s. */
function blinking(seconds: number): TestSignal {
  const random = randomNumbers(3)
  const brain = Array.from({ length: seconds * rate }, () => {
    const own = [...labels.slice(1).map(() => 8 * laplace(random)), 0]
    return own.map((value, c) => value + 0.4 * own[(c + 1) % 6]!)
  })
  return {
    samples: seconds * rate,
    value: (s, c) => brain[s]![c]! + blink(s) * spread[c]!,
    info: {
      id: 'test',
      name: 'EEG',
      type: 'EEG',
      sampleFormat: 'float32',
      nominalRateHz: rate,
      channels: labels.map((label) =>
        physicalChannel(label, label === 'VEOG' ? 'EOG' : 'EEG', 'uV'),
      ),
      origin: { source: 'test' },
    },
  }
}

const blink = (s: number) => 150 * Math.exp(-(((((s / rate) % 1.9) - 0.9) / 0.08) ** 2))

/** What of the blink's shape is left on a channel from `from` on, in µV at the peak. */
function blinkLeft(frames: number[][], channel: number, from: number): number {
  let cross = 0
  let power = 0
  for (const frame of frames.filter(([s]) => s! >= from * rate)) {
    const shape = blink(frame[0]!) / 150 - 0.075
    cross += shape * frame[2 + channel]!
    power += shape * shape
  }
  return Math.abs(cross / power)
}

test('blinks go down to a quarter on the frontal channels once learning has settled', () => {
  const signal = blinking(60)
  const { frames } = runNode({ node: 'orica', signal, chunks: [17] })
  expect(blinkLeft(frames, 0, 40)).toBeLessThan(0.25 * 150)
  expect(blinkLeft(frames, 2, 40)).toBeLessThan(0.35 * 45)
  const done = runNode({ node: 'orica', port: 'done', signal, chunks: [17] })
  expect(done.info.channels.slice(-3).map(({ label }) => label)).toEqual([
    'components removed',
    'highest correlation',
    'highest kurtosis',
  ])
  const [removed, correlation] = done.frames.at(-1)!.slice(-3)
  expect(removed).toBe(1)
  expect(correlation).toBeGreaterThan(0.8)
})

test('before it has settled, and without a rule, the signal passes bit by bit', () => {
  const signal = blinking(15)
  const untouched = (frames: number[][]) => {
    for (const [s, , ...values] of frames) {
      expect(values).toEqual(labels.map((_, c) => Math.fround(signal.value(s!, c))))
    }
  }
  untouched(runNode({ node: 'orica', signal, chunks: [17] }).frames.slice(0, 10 * rate))
  const options = { correlationAbove: null, settleSeconds: 0 }
  untouched(runNode({ node: 'orica', options, signal, chunks: [17] }).frames)
})

test('not a number stays where it is, and learning goes on', () => {
  const signal = blinking(20)
  const value = (s: number, c: number) => (s === 3000 && c === 1 ? Number.NaN : signal.value(s, c))
  const { frames } = runNode({ node: 'orica', signal: { ...signal, value }, chunks: [17] })
  const bad = frames.filter((frame) => !frame.every(Number.isFinite))
  expect(bad.map(([s]) => s)).toEqual([3000])
})

test('too few channels are refused, naming the range', () => {
  const signal = blinking(1)
  const info = { ...signal.info, channels: signal.info.channels.slice(0, 1) }
  const run = () => runNode({ node: 'orica', signal: { ...signal, info }, chunks: [17] })
  expect(run).toThrow(/1 EEG and EOG channels, allowed are 2 to 128/)
})
