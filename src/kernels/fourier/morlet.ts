/** Morlet wavelets as complex impulse responses: for `FirFilter`, real and imaginary part. */

export interface MorletOptions {
  readonly frequencyHz: number
  /** Width of the Gaussian: its standard deviation is cycles / (2π frequency). */
  readonly cycles: number
  readonly rateHz: number
  /**
   * `amplitude`: a sine of amplitude a at this frequency gives the magnitude a. `energy`: the sum
   * of squares is 2, as in mne.time_frequency.morlet.
   */
  readonly norm: 'amplitude' | 'energy'
}

export interface ComplexTaps {
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Cut off at 5 standard deviations, with zero mean. The filter's delay is half its length.
 * Tallon-Baudry et al. 1997, J. Neurosci. 17, 722–734.
 * @throws RangeError when the frequency does not lie between 0 and half the rate
 */
export function morlet({ frequencyHz, cycles, rateHz, norm }: MorletOptions): ComplexTaps {
  if (!(frequencyHz > 0 && frequencyHz < rateHz / 2)) {
    throw new RangeError(`frequency ${frequencyHz} Hz is not between 0 and ${rateHz / 2} Hz`)
  }
  if (!(cycles > 0)) throw new RangeError(`${cycles} cycles are not more than 0`)
  const deviation = cycles / (2 * Math.PI * frequencyHz)
  const half = Math.ceil(5 * deviation * rateHz) - 1
  const mean = Math.exp(-2 * (Math.PI * frequencyHz * deviation) ** 2)
  const re = new Float64Array(2 * half + 1)
  const im = new Float64Array(2 * half + 1)
  let energy = 0
  for (let i = 0; i < re.length; i++) {
    const t = (i - half) / rateHz
    const envelope = Math.exp(-(t * t) / (2 * deviation * deviation))
    re[i] = (Math.cos(2 * Math.PI * frequencyHz * t) - mean) * envelope
    im[i] = Math.sin(2 * Math.PI * frequencyHz * t) * envelope
    energy += re[i]! ** 2 + im[i]! ** 2
  }
  const scale = norm === 'energy' ? Math.sqrt(2 / energy) : 2 / gainAt(re, im, frequencyHz / rateHz)
  return { re: re.map((value) => value * scale), im: im.map((value) => value * scale) }
}

/** |Σ w[n] e^(−2πifn)|, f in cycles per sample. */
function gainAt(re: Float64Array, im: Float64Array, frequency: number): number {
  let x = 0
  let y = 0
  for (let n = 0; n < re.length; n++) {
    const angle = -2 * Math.PI * frequency * n
    x += re[n]! * Math.cos(angle) - im[n]! * Math.sin(angle)
    y += re[n]! * Math.sin(angle) + im[n]! * Math.cos(angle)
  }
  return Math.hypot(x, y)
}
