/**
 * Fourier coefficients of the last segment of every channel at some of its frequencies: mean
 * removed, symmetric Hann window, computed directly, so that any segment length has its exact
 * frequencies k / length.
 */
import type { NodeMemory } from '../../signal/index.ts'

export interface SegmentSpectra {
  /**
   * Writes `channels × bins` coefficients to `spectra` from `to` on, real and imaginary part in
   * turn. A channel with a value that is not finite gets zeros.
   * @param oldest frame of the ring that is the oldest of the segment
   */
  compute(ring: Float32Array, oldest: number, spectra: Float64Array, to: number): void
}

export function newSegmentSpectra(
  memory: NodeMemory,
  shape: { channels: number; stride: number; frames: number; firstBin: number; bins: number },
): SegmentSpectra {
  const { channels, stride, frames, firstBin, bins } = shape
  const cosine = memory.float64(bins * frames)
  const sine = memory.float64(bins * frames)
  for (let k = 0; k < bins; k++) {
    for (let i = 0; i < frames; i++) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (frames - 1))
      const angle = (2 * Math.PI * (((firstBin + k) * i) % frames)) / frames
      cosine[k * frames + i] = hann * Math.cos(angle)
      sine[k * frames + i] = -hann * Math.sin(angle)
    }
  }
  const segment = memory.float64(frames)

  function gather(ring: Float32Array, oldest: number, channel: number): boolean {
    let sum = 0
    for (let i = 0; i < frames; i++) {
      const frame = oldest + i < frames ? oldest + i : oldest + i - frames
      const value = ring[frame * stride + channel]!
      segment[i] = value
      sum += value
    }
    const mean = sum / frames
    if (!Number.isFinite(mean)) return false
    for (let i = 0; i < frames; i++) segment[i] = segment[i]! - mean
    return true
  }

  return {
    compute(ring, oldest, spectra, to) {
      for (let c = 0; c < channels; c++) {
        const sound = gather(ring, oldest, c)
        const at = to + c * bins * 2
        for (let k = 0; k < bins; k++) {
          spectra[at + 2 * k] = sound ? dot(segment, cosine, k * frames, frames) : 0
          spectra[at + 2 * k + 1] = sound ? dot(segment, sine, k * frames, frames) : 0
        }
      }
    },
  }
}

function dot(a: Float64Array, b: Float64Array, from: number, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += a[i]! * b[from + i]!
  return sum
}
