/** Complex Morlet wavelets, kept as their middle and one side: the other mirrors it. */

interface Wavelet {
  /** From the middle on. */
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Standard deviations of the Gaussian to either side. */
const reach = 5

/** Samples to either side of the middle one. */
export function halfLength(hz: number, cycles: number, rateHz: number): number {
  const sigma = cycles / (2 * Math.PI * hz)
  return Math.max(1, Math.ceil(reach * sigma * rateHz) - 1)
}

/** Gaussian × (exp(2πi f t) − its mean under the Gaussian), scaled to an energy of 2. */
export function newWavelet(hz: number, cycles: number, rateHz: number): Wavelet {
  const sigma = cycles / (2 * Math.PI * hz)
  const offset = Math.exp(-2 * (Math.PI * hz * sigma) ** 2)
  const length = halfLength(hz, cycles, rateHz) + 1
  const re = new Float64Array(length)
  const im = new Float64Array(length)
  let energy = 0
  for (let i = 0; i < length; i++) {
    const t = i / rateHz
    const height = Math.exp(-(t * t) / (2 * sigma * sigma))
    re[i] = height * (Math.cos(2 * Math.PI * hz * t) - offset)
    im[i] = height * Math.sin(2 * Math.PI * hz * t)
    energy += (i === 0 ? 1 : 2) * (re[i]! ** 2 + im[i]! ** 2)
  }
  const scale = Math.sqrt(2 / energy)
  return { re: re.map((v) => v * scale), im: im.map((v) => v * scale) }
}

/** Squared magnitude of the wavelet's convolution with `segment` at sample `middle`. */
export function waveletPower({ re, im }: Wavelet, segment: Float64Array, middle: number): number {
  let even = re[0]! * segment[middle]!
  let odd = 0
  for (let i = 1; i < re.length; i++) {
    const after = segment[middle + i]!
    const before = segment[middle - i]!
    even += re[i]! * (after + before)
    odd += im[i]! * (after - before)
  }
  return even * even + odd * odd
}
