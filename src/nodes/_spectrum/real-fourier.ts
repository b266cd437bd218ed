/**
 * Fourier transform of a real segment of any length: directly where the length is a power of two,
 * otherwise as a convolution of twice the length (Bluestein 1970). Bins stand exactly at
 * k × rate / length, without padding. float64; nothing is allocated after the constructor.
 */
import FFT from 'fft.js'

export class RealFourier {
  readonly length: number
  /** Bins from 0 to half the rate: floor(length / 2) + 1. */
  readonly bins: number
  /** Rough cost of `transform`. */
  readonly nanoseconds: number
  /** To be filled with `length` values before every `transform`. */
  readonly input: Float64Array
  /** X[k] = Σ x[i] exp(−2πi k i / length); rewritten by every `transform`. */
  readonly re: Float64Array
  readonly im: Float64Array
  readonly #fft: FFT
  readonly #spectrum: number[]
  readonly #chirp: Chirp | null

  constructor(length: number) {
    this.length = length
    this.bins = Math.floor(length / 2) + 1
    this.input = new Float64Array(length)
    this.re = new Float64Array(this.bins)
    this.im = new Float64Array(this.bins)
    const isPower = length >= 4 && Number.isInteger(Math.log2(length))
    const size = isPower ? length : 2 ** Math.ceil(Math.log2(Math.max(4, 2 * length)))
    this.nanoseconds = (isPower ? 0.8 : 3.2) * size * Math.log2(size)
    this.#fft = new FFT(size)
    this.#spectrum = this.#fft.createComplexArray()
    this.#chirp = isPower ? null : newChirp(length, this.#fft)
  }

  transform(): void {
    if (this.#chirp) this.#convolve(this.#chirp)
    else {
      this.#fft.realTransform(this.#spectrum, this.input)
      for (let k = 0; k < this.bins; k++) {
        this.re[k] = this.#spectrum[2 * k]!
        this.im[k] = this.#spectrum[2 * k + 1]!
      }
    }
  }

  #convolve({ cos, sin, kernel, work, result }: Chirp): void {
    const { length, input } = this
    work.fill(0)
    for (let i = 0; i < length; i++) {
      work[2 * i] = input[i]! * cos[i]!
      work[2 * i + 1] = -input[i]! * sin[i]!
    }
    const spectrum = this.#spectrum
    this.#fft.transform(spectrum, work)
    for (let k = 0; k < spectrum.length; k += 2) {
      const [re, im] = [spectrum[k]!, spectrum[k + 1]!]
      work[k] = re * kernel[k]! - im * kernel[k + 1]!
      work[k + 1] = re * kernel[k + 1]! + im * kernel[k]!
    }
    this.#fft.inverseTransform(result, work)
    for (let k = 0; k < this.bins; k++) {
      const [re, im] = [result[2 * k]!, result[2 * k + 1]!]
      this.re[k] = re * cos[k]! + im * sin[k]!
      this.im[k] = im * cos[k]! - re * sin[k]!
    }
  }
}

/** exp(iπ k² / length), its spectrum, and room to work in. */
interface Chirp {
  readonly cos: Float64Array
  readonly sin: Float64Array
  readonly kernel: number[]
  readonly work: number[]
  readonly result: number[]
}

function newChirp(length: number, fft: FFT): Chirp {
  const cos = new Float64Array(length)
  const sin = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    // i² modulo 2 × length: the angle keeps its digits however long the segment.
    const angle = (Math.PI * ((i * i) % (2 * length))) / length
    cos[i] = Math.cos(angle)
    sin[i] = Math.sin(angle)
  }
  const work = fft.createComplexArray().fill(0)
  const size = work.length / 2
  for (let i = 0; i < length; i++) {
    const mirrored = (size - i) % size
    work[2 * i] = work[2 * mirrored] = cos[i]!
    work[2 * i + 1] = work[2 * mirrored + 1] = sin[i]!
  }
  const kernel = fft.createComplexArray()
  fft.transform(kernel, work)
  return { cos, sin, kernel, work, result: fft.createComplexArray() }
}
