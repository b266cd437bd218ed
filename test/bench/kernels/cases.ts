/** What the kernel benchmark measures, against whom, and what it hopes for. */
import type { WorkRequest } from './contenders.ts'
import type { PeerName } from './peers.ts'

export interface Match {
  readonly peer: PeerName
  /** The peer's work where it has another name than ours, and how that is called in the row. */
  readonly as?: readonly [work: string, title: string]
  /** The goal: our rate is at least so many times the peer's. */
  readonly atLeast?: number
}

export interface KernelCase {
  readonly name: string
  readonly request: WorkRequest
  /** What one call gets done, in units. */
  readonly amount: number
  readonly unit: string
  readonly matches: readonly Match[]
}

const filterShapes = [
  [16, 250, 10],
  [64, 1000, 10],
  [256, 2000, 10],
  [384, 30_000, 1],
] as const

/** Notch and band pass, 5 sections, float32 in and out. */
function filterCases(): KernelCase[] {
  return filterShapes.flatMap(([channels, rateHz, seconds]) =>
    [1, 8, 32, rateHz * seconds].map((frames) => {
      const isBatch = frames > 32
      const block = isBatch ? `${seconds} s` : `blocks of ${frames}`
      const [brainflow, scipy] = isBatch
        ? [6, 3.5]
        : channels === 64 && frames === 1
          ? [200, 100]
          : channels === 256 && frames === 8
            ? [30, 7]
            : [undefined, 1]
      return {
        name: `filter, ${channels} ch, ${block}`,
        request: { work: 'filter', channels, frames, rateHz, size: 0 },
        amount: (channels * frames) / 1e6,
        unit: 'Msamples/s',
        matches: [
          { peer: 'BrainFlow', ...(brainflow ? { atLeast: brainflow } : {}) },
          { peer: 'SciPy', atLeast: scipy! },
          { peer: 'C 128-bit', atLeast: 1 },
          { peer: 'C AVX2', atLeast: 0.5 },
        ],
      }
    }),
  )
}

function fftCases(): KernelCase[] {
  return [256, 512, 1024].map((size) => ({
    name: `real FFT of ${size}, 64 ch`,
    request: { work: 'fft', channels: 64, frames: 0, rateHz: 1000, size },
    amount: 64 / 1e3,
    unit: 'kFFT/s',
    matches: [
      { peer: 'FFTW3', as: ['fft', 'FFTW3, contiguous'], atLeast: 1.1 },
      { peer: 'FFTW3', as: ['fft-frames', 'FFTW3, frames'], atLeast: 1.1 },
      { peer: 'SciPy', atLeast: 1 },
      { peer: 'BrainFlow' },
    ],
  }))
}

function spatialCases(): KernelCase[] {
  return [16, 64, 256].flatMap((channels) =>
    [1, 8, 32].map((frames) => ({
      name: `spatial filter ${channels} × ${channels}, blocks of ${frames}`,
      request: { work: 'spatial', channels, frames, rateHz: 1000, size: 0 },
      amount: frames / 1e3,
      unit: 'kframes/s',
      matches: [
        { peer: 'SciPy', as: ['spatial', 'NumPy'], atLeast: 1 },
        { peer: 'C 128-bit' },
        { peer: 'C AVX2' },
      ],
    })),
  )
}

function eigenCases(): KernelCase[] {
  return [8, 64, 128, 256].map((channels) => ({
    name: `eigen-decomposition ${channels} × ${channels}`,
    request: { work: 'eigen', channels, frames: 0, rateHz: 0, size: 0 },
    amount: 1,
    unit: '/s',
    matches: [{ peer: 'SciPy', atLeast: 1 }],
  }))
}

/** A work over 64 channels that only SciPy knows too. */
function beside(
  name: string,
  work: string,
  frames: number,
  size: number,
  atLeast = 1,
  more: readonly Match[] = [],
): KernelCase {
  return {
    name: `${name}, 64 ch`,
    request: { work, channels: 64, frames, rateHz: 1000, size },
    amount: (64 * (frames || size)) / 1e6,
    unit: 'Msamples/s',
    matches: [{ peer: 'SciPy', atLeast }, ...more],
  }
}

export const kernelCases: readonly KernelCase[] = [
  ...filterCases(),
  ...fftCases(),
  beside('Welch of 10 s, segments of 512', 'welch', 10_000, 512, 10, [
    { peer: 'BrainFlow', atLeast: 36 },
  ]),
  beside('multitaper of 512, 7 tapers', 'multitaper', 0, 512),
  beside('STFT of 10 s, segments of 256', 'stft', 10_000, 256),
  ...spatialCases(),
  beside('covariance, blocks of 1', 'covariance', 1, 0),
  beside('covariance, blocks of 8', 'covariance', 8, 0),
  beside('covariance of 10 s', 'covariance', 10_000, 0),
  beside('exponential mean, blocks of 8', 'mean', 8, 0),
  beside('FIR of 101, blocks of 1', 'fir', 1, 101),
  beside('FIR of 101, blocks of 8', 'fir', 8, 101),
  beside('FIR of 101, 10 s', 'fir', 10_000, 101),
  beside('FIR of 1001 by FFT, 10 s', 'fir-long', 10_000, 1001),
  beside('resampling by 1 / 4, 10 s', 'resample', 10_000, 1004),
  beside('resampling by 125 / 128, 10 s', 'resample', 10_000, 125_128),
  beside('Morlet wavelet of 279, blocks of 8', 'morlet', 8, 279),
  beside('analytic signal of 4096, with envelope', 'hilbert', 4096, 0),
  ...eigenCases(),
]
