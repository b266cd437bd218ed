/** Spectral entropy: how evenly the power is spread over the frequencies of the window. */
import { RealFourier } from '../_spectrum/real-fourier.ts'

/** From the periodogram with no taper and the mean taken off, every bin from 0 to half the rate. */
export function newSpectralEntropy(
  frames: number,
  normalised: boolean,
): (segment: Float64Array, into: Float32Array, at: number) => void {
  const fourier = new RealFourier(frames)
  const { re, im, bins } = fourier
  return (segment, into, at) => {
    into[at] = 0
    let mean = 0
    for (let i = 0; i < frames; i++) mean += segment[i]!
    mean /= frames
    for (let i = 0; i < frames; i++) fourier.input[i] = segment[i]! - mean
    fourier.transform()
    let sum = 0
    let weighted = 0
    for (let k = 0; k < bins; k++) {
      const alone = k === 0 || 2 * k === frames
      const power = (re[k]! * re[k]! + im[k]! * im[k]!) * (alone ? 1 : 2)
      if (power <= 0) continue
      sum += power
      weighted += power * Math.log2(power)
    }
    if (sum === 0) return
    // −Σ p log p with p = power / sum.
    const bits = Math.max(0, Math.log2(sum) - weighted / sum)
    into[at] = normalised ? bits / Math.log2(bins) : bits
  }
}
