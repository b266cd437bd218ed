/** Estimates of the power spectral density of a window: Welch's, and Thomson's with many tapers. */
import { dpss } from '../../kernels/index.ts'
import { Periodogram } from './periodogram.ts'
import { type TaperName, taperOf } from './tapers.ts'

export interface DensityEstimate {
  readonly bins: number
  readonly binHz: number
  /** Rough cost of `of`. */
  readonly nanoseconds: number
  /** Power per Hz at k × binHz; the array is rewritten by every call. */
  of(window: Float64Array): Float64Array
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
    nanoseconds: count * periodogram.nanoseconds,
    of(window) {
      density.fill(0)
      for (let s = 0; s < count; s++) periodogram.add(window, s * step, density)
      return density
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
    nanoseconds: nanoseconds * kept.length,
    of(window) {
      density.fill(0)
      for (let k = 0; k < periodograms.length; k++) periodograms[k]!.add(window, 0, density)
      return density
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
