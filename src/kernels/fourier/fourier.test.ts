import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GraphMemory } from '../../graph/memory.ts'
import { dpss, hannWindow, newKernelMemory, RealFft, Spectrum } from '../index.ts'
import { dftTwin } from '../twins/fourier.ts'

const memory = new GraphMemory(newKernelMemory()).lend()

interface Golden {
  rateHz: number
  input: number[][]
  transforms: { length: number; re: number[][]; im: number[][] }[]
  welch: { segment: number; hop: number; fftLength: number; density: number[][] }[]
  multitaper: { segment: number; halfBandwidth: number; tapers: number[][]; density: number[][] }
  tapers: { segment: number; halfBandwidth: number; tapers: number[][]; ratios: number[] }[]
  column: { first: number; segment: number; re: number[][]; im: number[][] }
}
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/kernels_spectra.json', import.meta.url), 'utf8'),
)
const { rateHz } = golden
const frames = golden.input.length
const stride = 8
const input = memory.float32(frames * stride)
golden.input.forEach((frame, f) => {
  input.set(frame, f * stride)
})
/** Largest magnitude in a table. */
const peak = (table: readonly number[][]) => Math.max(...table.flat().map(Math.abs))

function worst(values: ArrayLike<number>, wanted: readonly number[][]): number {
  let most = 0
  wanted.forEach((row, k) => {
    row.forEach((value, c) => {
      most = Math.max(most, Math.abs(values[k * stride + c]! - value))
    })
  })
  return most
}

function worstRatio(values: ArrayLike<number>, wanted: readonly number[][]): number {
  let most = 0
  wanted.forEach((row, k) => {
    row.forEach((value, c) => {
      most = Math.max(most, Math.abs(values[k * stride + c]! / value - 1))
    })
  })
  return most
}

for (const { length, re, im } of golden.transforms) {
  test(`an FFT of ${length} is NumPy's within 3e-7 of its largest value, and comes back`, () => {
    const fft = new RealFft(memory, length, stride)
    const means = golden.input[0]!.map(
      (_, c) => golden.input.reduce((sum, frame) => sum + frame[c]!, 0) / frames,
    )
    const x = memory.float32(length * stride)
    for (let i = 0; i < x.length; i++) {
      const c = i % stride
      if (c < means.length) x[i] = golden.input[Math.floor(i / stride)]![c]! - means[c]!
    }
    const [real, imaginary] = [memory.float32(fft.bins * stride), memory.float32(fft.bins * stride)]
    fft.forward(x, 0, real, imaginary)
    const scale = Math.max(peak(re), peak(im))
    expect(worst(real, re)).toBeLessThan(3e-7 * scale)
    expect(worst(imaginary, im)).toBeLessThan(3e-7 * scale)
    const back = memory.float32(length * stride)
    fft.inverse(real, imaginary, back)
    const largest = Math.max(...x.map(Math.abs))
    back.forEach((value, i) => {
      expect(Math.abs(value - x[i]!)).toBeLessThan(1e-6 * largest)
    })
  })
}

test('an FFT of any power of two agrees with the sum that defines it, from anywhere in a ring', () => {
  for (const length of [8, 16, 32, 64, 128, 256, 1024]) {
    const fft = new RealFft(memory, length, 16)
    const ring = memory.float32((length + 5) * 16)
    for (let i = 0; i < ring.length; i++) ring[i] = Math.sin(i * i) * ((i % 16) + 1)
    const [re, im] = [memory.float32(fft.bins * 16), memory.float32(fft.bins * 16)]
    fft.forward(ring, length - 3, re, im)
    const [twinRe, twinIm] = [new Float64Array(re.length), new Float64Array(im.length)]
    dftTwin(ring, length - 3, length, 16, twinRe, twinIm)
    const scale = Math.max(...twinRe.map(Math.abs), ...twinIm.map(Math.abs))
    for (let i = 0; i < re.length; i++) {
      expect(Math.abs(re[i]! - twinRe[i]!)).toBeLessThan(5e-7 * scale)
      expect(Math.abs(im[i]! - twinIm[i]!)).toBeLessThan(5e-7 * scale)
    }
  }
})

for (const { segment, hop, fftLength, density } of golden.welch) {
  test(`Welch with ${segment} frames every ${hop} in ${fftLength} is SciPy's, bins within 2e-4`, () => {
    const windows = [hannWindow(segment)]
    const spectrum = new Spectrum(memory, { rateHz, stride, windows, fftLength })
    const sums = memory.float64(spectrum.bins * stride)
    const count = spectrum.welch(input, frames, hop, sums)
    expect(count).toBe(Math.floor((frames - segment) / hop) + 1)
    // The first bin of a detrended segment is all but zero: it is held to the largest one.
    expect(worst(sums, density)).toBeLessThan(1e-6 * peak(density))
    const [, ...others] = density
    expect(worstRatio(sums.subarray(stride), others)).toBeLessThan(2e-4)
  })
}

test('a segment that wraps around a ring has the density of the same segment in one piece', () => {
  const windows = [hannWindow(250)]
  const spectrum = new Spectrum(memory, { rateHz, stride, windows })
  const [whole, wrapped] = [
    memory.float64(spectrum.bins * stride),
    memory.float64(spectrum.bins * stride),
  ]
  spectrum.addDensity(input, 100, whole)
  const ring = memory.float32(250 * stride)
  for (let f = 100; f < 350; f++) {
    ring.set(input.subarray(f * stride, (f + 1) * stride), (f % 250) * stride)
  }
  spectrum.addDensity(ring, 100, wrapped)
  expect(wrapped).toEqual(whole)
})

test("a multitaper density is SciPy's tapers' within 1e-6 of its largest value", () => {
  const { segment, tapers, density } = golden.multitaper
  const spectrum = new Spectrum(memory, { rateHz, stride, windows: tapers })
  const sums = memory.float64(spectrum.bins * stride)
  spectrum.addDensity(input.subarray(0, segment * stride), 0, sums)
  for (const c of [0, 1, 2]) {
    const most = Math.max(...density.map((row) => row[c]!))
    density.forEach((row, k) => {
      expect(Math.abs(sums[k * stride + c]! - row[c]!)).toBeLessThan(1e-6 * most)
    })
  }
})

test('a column of the short-time transform is the FFT of the windowed segment', () => {
  const { first, segment, re, im } = golden.column
  const spectrum = new Spectrum(memory, { rateHz, stride, windows: [hannWindow(segment)] })
  const [real, imaginary] = [
    memory.float32(spectrum.bins * stride),
    memory.float32(spectrum.bins * stride),
  ]
  spectrum.transform(input, first, real, imaginary)
  const scale = Math.max(peak(re), peak(im))
  expect(worst(real, re)).toBeLessThan(1e-6 * scale)
  expect(worst(imaginary, im)).toBeLessThan(1e-6 * scale)
})

for (const { segment, halfBandwidth, tapers, ratios } of golden.tapers) {
  test(`${tapers.length} tapers of ${segment} for NW ${halfBandwidth} are SciPy's within 1e-9`, () => {
    const ours = dpss(segment, halfBandwidth, tapers.length)
    tapers.forEach((wanted, k) => {
      wanted.forEach((value, i) => {
        expect(Math.abs(ours.tapers[k]![i]! - value)).toBeLessThan(1e-9)
      })
      expect(Math.abs(ours.ratios[k]! - ratios[k]!)).toBeLessThan(1e-9)
    })
  })
}

test('NaN in one channel stays in that channel', () => {
  const spectrum = new Spectrum(memory, { rateHz, stride, windows: [hannWindow(64)] })
  const x = memory.float32(64 * stride)
  x.forEach((_, i) => {
    x[i] = i % stride === 2 ? Number.NaN : Math.sin(i)
  })
  const sums = memory.float64(spectrum.bins * stride)
  spectrum.addDensity(x, 0, sums)
  sums.forEach((value, i) => {
    expect(Number.isNaN(value)).toBe(i % stride === 2)
  })
})

test('what cannot work is refused', () => {
  const windows = [hannWindow(64)]
  expect(() => new RealFft(memory, 4, 8)).toThrow(RangeError)
  expect(() => new RealFft(memory, 48, 8)).toThrow(RangeError)
  expect(() => new RealFft(memory, 64, 12)).toThrow(RangeError)
  expect(() => new Spectrum(memory, { rateHz, stride, windows, fftLength: 32 })).toThrow(RangeError)
  expect(() => dpss(16, 8, 1)).toThrow(RangeError)
  expect(() => dpss(16, 2, 17)).toThrow(RangeError)
})
