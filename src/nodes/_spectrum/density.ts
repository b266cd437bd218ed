/** Estimates of the power spectral density of a window: Welch's, and Thomson's with many tapers. */
import { dpss } from '../../kernels/index.ts'
import type { ChannelWork } from '../_window/sliding-window.ts'
import { Periodogram } from './periodogram.ts'
import { type TaperName, taperOf } from './tapers.ts'

export interface DensityEstimate {
  readonly bins: number
  readonly binHz: number
  /** The estimate is a sum of this many parts. */
  readonly parts: number
  /** Rough cost of one part. */
  readonly nanoseconds: number
  /** Power per Hz at k × binHz, once all parts are added. */
  readonly density: Float64Array
  /** Parts go from 0 up, each with the same window. */
  add(window: Float64Array, part: number): void
}

/**
 * Mean of the periodograms of overlapping segments (Welch 1967): as scipy.signal.welch. With a
 * segment as long as the window it is a plain periodogram.
 */
export function newWelch(
  frames: number,
  rateHz: number,
  segment: { readonly frames: number; readonly overlap: number; readonly taper: TaperName },
): DensityEstimate {
  const step = Math.max(1, segment.frames - Math.floor(segment.frames * segment.overlap))
  const count = Math.floor((frames - segment.frames) / step) + 1
  const taper = taperOf(segment.taper, segment.frames)
  const periodogram = new Periodogram(taper, rateHz, segment.frames, 1 / count)
  const density = new Float64Array(periodogram.bins)
  return {
    bins: periodogram.bins,
    binHz: periodogram.binHz,
    parts: count,
    nanoseconds: periodogram.nanoseconds,
    density,
    add(window, part) {
      if (part === 0) density.fill(0)
      periodogram.add(window, part * step, density)
    },
  }
}

/**
 * Mean of the spectra under Slepian's tapers, weighted with their concentration (Thomson 1982): as
 * mne.time_frequency.psd_array_multitaper(adaptive=False, low_bias=True, normalization="full").
 */
export function newMultitaper(
  frames: number,
  rateHz: number,
  bandwidthHz: number,
): DensityEstimate {
  const kept = concentratedTapers(frames, (bandwidthHz * frames) / (2 * rateHz))
  const total = kept.reduce((sum, { ratio }) => sum + ratio, 0)
  // A periodogram divides by its taper's energy, which is all but 1: undone here.
  const periodograms = kept.map(({ taper, ratio }) => {
    const energy = taper.reduce((sum, w) => sum + w * w, 0)
    return new Periodogram(taper, rateHz, frames, (ratio / total) * energy)
  })
  const { bins, binHz, nanoseconds } = periodograms[0]!
  const density = new Float64Array(bins)
  return {
    bins,
    binHz,
    parts: kept.length,
    nanoseconds,
    density,
    add(window, part) {
      if (part === 0) density.fill(0)
      periodograms[part]!.add(window, 0, density)
    },
  }
}

/** Tapers that leak more than this share out of their band are left out. */
const leastRatio = 0.9

/**
 * Periodic, which is one value longer with the last one dropped, as MNE takes them; of a
 * concentration above 0.9, and at least one.
 */
function concentratedTapers(length: number, halfBandwidth: number) {
  const count = Math.max(1, Math.floor(2 * halfBandwidth))
  const { tapers, ratios } = dpss(length + 1, halfBandwidth, count)
  return tapers
    .map((taper, k) => ({ taper: taper.slice(0, length), ratio: ratios[k]! }))
    .filter(({ ratio }, k) => k === 0 || ratio > leastRatio)
}

/** The work of a node whose values come from the density: `finish` writes them. */
export function densityWork(
  estimate: DensityEstimate,
  values: number,
  finish: (density: Float64Array, into: Float32Array, at: number) => void,
): ChannelWork {
  const { parts, nanoseconds, density } = estimate
  return {
    values,
    parts,
    nanoseconds,
    tally: density,
    compute(window, into, at, part) {
      estimate.add(window, part)
      if (part === parts - 1) finish(density, into, at)
    },
  }
}
