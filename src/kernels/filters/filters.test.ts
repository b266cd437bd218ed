import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GraphMemory } from '../../graph/memory.ts'
import {
  AnalyticSignal,
  FirFilter,
  hilbertTaps,
  morlet,
  newKernelMemory,
  OverlapSave,
  Resampler,
  resamplingTaps,
} from '../index.ts'
import { firTwin, resampleTwin } from '../twins/fir.ts'

const memory = new GraphMemory(newKernelMemory()).lend()

interface Golden {
  input: number[][]
  offsets: number[]
  fir: { taps: number[]; output: number[][] }[]
  resampled: { up: number; down: number; taps: number[]; count: number; output: number[][] }[]
  analytic: { length: number; hilbert: number[][]; envelope: number[][] }
  morlet: { frequencyHz: number; cycles: number; rateHz: number; re: number[]; im: number[] }[]
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/kernels_filters.json', import.meta.url), 'utf8'),
)
const frames = golden.input.length
const stride = 8
const input = memory.float32(frames * stride)
golden.input.forEach((frame, f) => {
  input.set(frame, f * stride)
})

function worst(values: ArrayLike<number>, wanted: readonly number[][]): number {
  let most = 0
  wanted.forEach((row, f) => {
    row.forEach((value, c) => {
      most = Math.max(most, Math.abs(values[f * stride + c]! - value))
    })
  })
  return most
}

interface Streaming {
  process(input: Float32Array, frames: number, output: Float32Array): number
}

/** Runs in blocks of these sizes, over and over; the output in one piece. */
function inBlocks(work: Streaming, sizes: readonly number[], lanes = stride, x = input): number[] {
  const output: number[] = []
  const room = memory.float32(x.length * 8 + 65536)
  const total = x.length / lanes
  for (let at = 0, b = 0; at < total; b++) {
    const n = Math.min(sizes[b % sizes.length]!, total - at)
    const written = work.process(x.subarray(at * lanes, (at + n) * lanes), n, room)
    output.push(...room.subarray(0, written * lanes))
    at += n
  }
  return output
}

function streamed(filter: FirFilter): Streaming {
  return {
    process(x, n, output) {
      filter.process(x, n, [output])
      return n
    },
  }
}

const splits = [[1], [7], [64], [300], [3, 100, 1, 17, 2]]

for (const { taps, output } of golden.fir) {
  test(`an FIR filter of ${taps.length} taps is scipy.signal.lfilter within 6e-8 of its largest value, for any block`, () => {
    const [first, ...others] = splits.map((sizes) =>
      inBlocks(streamed(new FirFilter(memory, [taps], stride)), sizes),
    )
    expect(worst(first!, output)).toBeLessThan(6e-8 * Math.max(...output.flat().map(Math.abs)))
    for (const other of others) expect(other).toEqual(first)
  })
}

test('the FIR kernel equals its twin bit by bit', () => {
  const shape = fc.record({
    lanes: fc.integer({ min: 1, max: 5 }),
    taps: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 70 }),
    block: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(shape, ({ lanes, taps, block }) => {
      const x = memory.float32(40 * lanes * 8)
      for (let i = 0; i < x.length; i++) x[i] = Math.sin(i * 1.3) * 1000
      const filter = new FirFilter(memory, [taps], lanes * 8)
      const output = inBlocks(streamed(filter), [block], lanes * 8, x)
      expect(Float32Array.from(output)).toEqual(firTwin(x, 40, lanes * 8, taps))
    }),
    { numRuns: 40 },
  )
})

test('filters of a bank share their history, and one may overwrite the input', () => {
  const [short, long] = [golden.fir[0]!, golden.fir[2]!]
  const bank = new FirFilter(memory, [short.taps, long.taps], stride)
  const [first, second] = [memory.float32(frames * stride), memory.float32(frames * stride)]
  second.set(input)
  bank.process(second, frames, [first, second])
  expect(worst(first, short.output)).toBeLessThan(2e-3)
  expect(worst(second, long.output)).toBeLessThan(2e-3)
})

test('a value that is not finite has left an FIR filter after its length', () => {
  const { taps } = golden.fir[1]!
  const x = memory.float32(frames * stride)
  x.set(input)
  x[20 * stride] = Number.NaN
  const clean = inBlocks(streamed(new FirFilter(memory, [taps], stride)), [7])
  const dirty = inBlocks(streamed(new FirFilter(memory, [taps], stride)), [7], stride, x)
  dirty.forEach((value, i) => {
    const isLate = i >= (20 + taps.length) * stride
    const isHit = i % stride === 0 && i >= 20 * stride && !isLate
    expect(value).toEqual(isHit ? Number.NaN : clean[i])
  })
})

test('overlap-save agrees with the direct filter within 5e-7 of the largest value, for any block', () => {
  for (const { taps } of golden.fir) {
    const direct = inBlocks(streamed(new FirFilter(memory, [taps], stride)), [64])
    const outputs = splits.map((sizes) => {
      const filter = new OverlapSave(memory, taps, stride)
      const output = inBlocks(filter, sizes)
      const rest = memory.float32(filter.blockFrames * stride)
      return [...output, ...rest.subarray(0, filter.flush(rest) * stride)]
    })
    for (const output of outputs) expect(output).toEqual(outputs[0])
    expect(outputs[0]!.length).toBe(direct.length)
    direct.forEach((value, i) => {
      expect(Math.abs(outputs[0]![i]! - value)).toBeLessThan(5e-7 * 20_100)
    })
  }
})

for (const { up, down, taps, count, output } of golden.resampled) {
  test(`resampling by ${up} / ${down} is scipy.signal.upfirdn within 1e-7 of the largest value, for any block`, () => {
    const ours = resamplingTaps(up, down)
    expect(ours.length).toBe(count)
    taps.forEach((tap, i) => {
      expect(Math.abs(ours[i]! - tap)).toBeLessThan(1e-14)
    })
    const outputs = splits.map((sizes) =>
      inBlocks(new Resampler(memory, up, down, ours, stride), sizes),
    )
    for (const other of outputs) expect(other).toEqual(outputs[0])
    expect(worst(outputs[0]!, output)).toBeLessThan(1e-7 * 30_000)
    expect(Float32Array.from(outputs[0]!)).toEqual(
      resampleTwin(input, frames, stride, ours, up, down),
    )
  })
}

test('filter, resampler and overlap-save begin anew after clear', () => {
  const { taps } = golden.fir[2]!
  const fir = new FirFilter(memory, [taps], stride)
  const resampler = new Resampler(memory, 3, 2, resamplingTaps(3, 2), stride)
  const overlap = new OverlapSave(memory, taps, stride)
  for (const [work, clear] of [
    [streamed(fir), () => fir.clear()],
    [resampler, () => resampler.clear()],
    [overlap, () => overlap.clear()],
  ] as const) {
    const first = inBlocks(work, [13])
    clear()
    expect(inBlocks(work, [13])).toEqual(first)
  }
})

test('the Hilbert transform of a block and its envelope are within 1e-6 of SciPy’s largest', () => {
  const { length, hilbert, envelope } = golden.analytic
  const analytic = new AnalyticSignal(memory, length, stride)
  const x = memory.float32(length * stride)
  for (let f = 0; f < frames; f++) {
    golden.offsets.forEach((offset, c) => {
      x[f * stride + c] = input[f * stride + c]! - offset
    })
  }
  const output = memory.float32(length * stride)
  analytic.hilbert(x, output)
  const most = Math.max(...envelope.flat())
  expect(worst(output, hilbert)).toBeLessThan(1e-6 * most)
  analytic.envelope(x, output, length, output)
  expect(worst(output, envelope)).toBeLessThan(1e-6 * most)
})

test('a Hilbert transformer turns a sine into a cosine behind its delay', () => {
  const taps = hilbertTaps(63)
  const filter = new FirFilter(memory, [taps], stride)
  const x = memory.float32(400 * stride).map((_, i) => Math.cos(0.6 * Math.floor(i / stride)))
  const [signal, output] = [memory.float32(x.length), memory.float32(x.length)]
  signal.set(x)
  filter.process(signal, 400, [output])
  for (let f = 100; f < 400; f++) {
    expect(output[f * stride]!).toBeCloseTo(Math.sin(0.6 * (f - 31)), 3)
  }
  expect(() => hilbertTaps(64)).toThrow(RangeError)
})

for (const { re, im, ...wavelet } of golden.morlet) {
  test(`a Morlet wavelet of ${wavelet.cycles} cycles at ${wavelet.frequencyHz} Hz is MNE's within 1e-12`, () => {
    const ours = morlet({ ...wavelet, norm: 'energy' })
    expect(ours.re.length).toBe(re.length)
    re.forEach((value, i) => {
      expect(Math.abs(ours.re[i]! - value)).toBeLessThan(1e-12)
      expect(Math.abs(ours.im[i]! - im[i]!)).toBeLessThan(1e-12)
    })
  })
}

test('the magnitude behind a Morlet wavelet is the amplitude of a sine', () => {
  const wavelet = morlet({ frequencyHz: 10, cycles: 7, rateHz: 250, norm: 'amplitude' })
  const filter = new FirFilter(memory, [wavelet.re, wavelet.im], stride)
  const x = memory.float32(500 * stride)
  for (let i = 0; i < x.length; i++) {
    x[i] = 5 * Math.sin((2 * Math.PI * 10 * Math.floor(i / stride)) / 250) + 100
  }
  const [re, im] = [memory.float32(x.length), memory.float32(x.length)]
  filter.process(x, 500, [re, im])
  for (let f = wavelet.re.length; f < 500; f++) {
    expect(Math.hypot(re[f * stride]!, im[f * stride]!)).toBeCloseTo(5, 4)
  }
})

test('what cannot work is refused', () => {
  expect(() => new Resampler(memory, 1.5, 2, [1], stride)).toThrow(RangeError)
  expect(() => new Resampler(memory, 0, 2, [1], stride)).toThrow(RangeError)
  expect(() => morlet({ frequencyHz: 130, cycles: 7, rateHz: 250, norm: 'energy' })).toThrow(
    RangeError,
  )
  expect(() => morlet({ frequencyHz: 10, cycles: 0, rateHz: 250, norm: 'energy' })).toThrow(
    RangeError,
  )
})
