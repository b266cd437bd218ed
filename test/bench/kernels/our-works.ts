/** Our kernels on the works of the benchmark, as a node would use them. */
import { GraphMemory, type LentMemory } from '../../../src/graph/memory.ts'
import {
  AnalyticSignal,
  butterworth,
  dpss,
  FirFilter,
  hannWindow,
  kernelsOn,
  newKernelMemory,
  notch,
  OverlapSave,
  packSections,
  RealFft,
  Resampler,
  resamplingTaps,
  Spectrum,
  SymmetricEigen,
} from '../../../src/kernels/index.ts'
import type { WorkRequest } from './contenders.ts'

type Open = (request: WorkRequest, memory: LentMemory) => () => void

/** The memory of all works, lent to one after the other. */
const graphMemory = new GraphMemory(newKernelMemory())

export function openWork(request: WorkRequest): { call(): void; end(): void } {
  const memory = graphMemory.lend()
  return { call: works[request.work]!(request, memory), end: () => memory.release() }
}

function noise(memory: LentMemory, count: number): Float32Array {
  const values = memory.float32(count)
  let x = 1
  for (let i = 0; i < count; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0
    values[i] = x / 2 ** 26
  }
  return values
}

/** Any low pass; what it is does not change the time. */
function tapsOf(length: number): Float64Array {
  return hannWindow(length).map((value) => value / length)
}

/** Input and output of a work that goes from frames to frames. */
function buffers(memory: LentMemory, { channels, frames }: WorkRequest) {
  return { input: noise(memory, frames * channels), output: memory.float32(frames * channels) }
}

const works: Readonly<Record<string, Open>> = {
  filter(request, memory) {
    const { channels, frames, rateHz } = request
    const { input, output } = buffers(memory, request)
    const [lowHz, highHz] = rateHz > 10_000 ? [300, 6000] : [1, 45]
    const band = butterworth(4, { kind: 'band', lowHz, highHz }, rateHz)
    const cascade = [notch(50, 30, rateHz), ...band]
    const sections = memory.float64(cascade.length * 5)
    packSections(cascade, sections)
    const state = memory.float64(cascade.length * 2 * channels)
    const kernels = kernelsOn(memory.wasm)
    return () => kernels.iirCascade(input, output, frames, channels, sections, state)
  },
  fft({ channels, size }, memory) {
    const fft = new RealFft(memory, size, channels)
    const input = noise(memory, size * channels)
    const re = memory.float32(fft.bins * channels)
    const im = memory.float32(fft.bins * channels)
    return () => fft.forward(input, 0, re, im)
  },
  welch({ channels, frames, rateHz, size }, memory) {
    const windows = [hannWindow(size)]
    const spectrum = new Spectrum(memory, { rateHz, stride: channels, windows })
    const input = noise(memory, frames * channels)
    const density = memory.float64(spectrum.bins * channels)
    return () => spectrum.welch(input, frames, size / 2, density)
  },
  multitaper({ channels, rateHz, size }, memory) {
    const windows = dpss(size, 4, 7).tapers
    const spectrum = new Spectrum(memory, { rateHz, stride: channels, windows })
    const input = noise(memory, size * channels)
    const density = memory.float64(spectrum.bins * channels)
    return () => {
      density.fill(0)
      spectrum.addDensity(input, 0, density)
    }
  },
  stft({ channels, frames, rateHz, size }, memory) {
    const windows = [hannWindow(size)]
    const spectrum = new Spectrum(memory, { rateHz, stride: channels, windows, detrend: false })
    const input = noise(memory, frames * channels)
    const re = memory.float32(spectrum.bins * channels)
    const im = memory.float32(spectrum.bins * channels)
    return () => {
      for (let at = 0; at + size <= frames; at += size / 2) spectrum.transform(input, at, re, im)
    }
  },
  fir(request, memory) {
    const { channels, frames, size } = request
    const { input, output } = buffers(memory, request)
    const filter = new FirFilter(memory, [tapsOf(size)], channels)
    const outputs = [output]
    return () => filter.process(input, frames, outputs)
  },
  'fir-long'({ channels, frames, size }, memory) {
    const filter = new OverlapSave(memory, tapsOf(size), channels)
    const input = noise(memory, frames * channels)
    const output = memory.float32((frames + filter.blockFrames) * channels)
    return () => {
      filter.clear()
      const written = filter.process(input, frames, output)
      filter.flush(output.subarray(written * channels))
    }
  },
  resample({ channels, frames, size }, memory) {
    const [up, down] = [Math.floor(size / 1000), size % 1000]
    const resampler = new Resampler(memory, up, down, resamplingTaps(up, down), channels)
    const input = noise(memory, frames * channels)
    const output = memory.float32(resampler.mostFrames(frames) * channels)
    return () => {
      resampler.clear()
      resampler.process(input, frames, output)
    }
  },
  spatial(request, memory) {
    const { channels, frames } = request
    const { input, output } = buffers(memory, request)
    const weights = noise(memory, channels * channels)
    const kernels = kernelsOn(memory.wasm)
    return () => kernels.spatialFilter(input, output, frames, channels, channels, weights)
  },
  covariance({ channels, frames }, memory) {
    const input = noise(memory, frames * channels)
    const products = memory.float64(channels * channels)
    const sums = memory.float64(channels)
    const wide = memory.float64(channels * 8)
    const kernels = kernelsOn(memory.wasm)
    return () => kernels.addProducts(input, frames, channels, products, sums, 1, wide)
  },
  mean(request, memory) {
    const { channels, frames } = request
    const { input, output } = buffers(memory, request)
    const mean = memory.float64(channels)
    const kernels = kernelsOn(memory.wasm)
    return () => kernels.exponentialMean(input, output, frames, channels, 0.01, mean)
  },
  eigen({ channels }, memory) {
    const eigen = new SymmetricEigen(memory, channels)
    const x = noise(memory, channels * channels)
    const matrix = new Float64Array(channels * channels)
    for (let i = 0; i < channels; i++) {
      for (let j = 0; j < channels; j++) {
        for (let k = 0; k < channels; k++) {
          matrix[i * channels + j]! += x[i * channels + k]! * x[j * channels + k]!
        }
      }
    }
    return () => eigen.decompose(matrix)
  },
  hilbert(request, memory) {
    const { channels, frames } = request
    const { input, output } = buffers(memory, request)
    const analytic = new AnalyticSignal(memory, frames, channels)
    return () => {
      analytic.hilbert(input, output)
      analytic.envelope(input, output, frames, output)
    }
  },
  morlet(request, memory) {
    const { channels, frames, size } = request
    const { input, output } = buffers(memory, request)
    const imaginary = memory.float32(frames * channels)
    const filter = new FirFilter(memory, [tapsOf(size), tapsOf(size)], channels)
    const outputs = [output, imaginary]
    return () => filter.process(input, frames, outputs)
  },
}
