/**
 * A made-up EEG: background with a 1/f spectrum, an alpha rhythm that waxes and wanes, mains hum,
 * blinks and electrode offsets. Reproducible from its seed, sample by sample, in any block size.
 */
import { seededRandom } from '../_emulator/faults.ts'
import { electrodeNames, scalpWeights } from './electrodes.ts'

export interface EegOptions {
  readonly channels: number
  readonly rateHz: number
  readonly seed: number
  /** 0 for none. */
  readonly mainsHz: number
  readonly mainsUv?: number
  readonly alphaHz?: number
  readonly alphaUv?: number
  readonly backgroundUv?: number
  readonly blinksPerMinute?: number
  readonly blinkUv?: number
}

/** The background is a sum of first-order noises whose corners stand so far apart. */
const cornerRatio = 8
const lowestCornerHz = 0.2
/** Slow courses (alpha's strength, the next blink) are moved on at this rate. */
const controlRateHz = 50
const blinkSeconds = 0.35
const largestOffsetUv = 12_000

export class EegGenerator {
  readonly #channels: number
  readonly #rateHz: number
  readonly #random: () => number
  readonly #noise: Uint32Array
  readonly #levels: Float64Array
  readonly #keep: Float64Array
  #gain: Float64Array = new Float64Array(0)
  readonly #weights: Float64Array
  #alphaHz = 0
  #alphaUv = 0
  #mainsTurn = 0
  #mainsUv = 0
  #blinkUv = 0
  #blinksPerSecond = 0
  #sample = 0
  #alphaPhase = 0
  #alphaLevel = 0.5
  #alphaDetuneHz = 0
  #mainsPhase = 0
  #blinkAt = Number.NaN
  #blinkSize = 1

  constructor(options: EegOptions) {
    const { channels, rateHz, seed } = options
    this.#channels = channels
    this.#rateHz = rateHz
    this.#random = seededRandom(seed)
    this.#noise = Uint32Array.from({ length: channels }, (_, c) => (seed * 7919 + c * 104729) | 1)
    const corners = cornersBelow(rateHz / 2)
    this.#levels = new Float64Array(channels * corners.length)
    this.#keep = corners.map((hz) => Math.exp((-2 * Math.PI * hz) / rateHz))
    this.#weights = this.#spread()
    this.set(options)
  }

  /** From the next frame on; channels, rate and seed stay as they are. */
  set(options: Omit<EegOptions, 'channels' | 'rateHz' | 'seed'>): void {
    const rateHz = this.#rateHz
    const { mainsHz } = options
    this.#gain = gainsFor(this.#keep, options.backgroundUv ?? 8)
    // As an amplifier would, this one keeps out what it could only fold back.
    const passes = (hz: number) => hz > 0 && hz < rateHz / 2
    this.#alphaHz = options.alphaHz ?? 10
    this.#alphaUv = passes(this.#alphaHz) ? (options.alphaUv ?? 20) : 0
    this.#mainsTurn = (2 * Math.PI * mainsHz) / rateHz
    this.#mainsUv = passes(mainsHz) ? (options.mainsUv ?? 4) : 0
    this.#blinkUv = options.blinkUv ?? 180
    this.#blinksPerSecond = (options.blinksPerMinute ?? 15) / 60
  }

  /** Per channel: blink, alpha in phase, alpha in quadrature, mains, offset in µV. */
  #spread(): Float64Array {
    const random = this.#random
    return Float64Array.from(
      electrodeNames(this.#channels).flatMap((name) => {
        const { blink, alpha } = scalpWeights(name)
        const phase = (random() - 0.5) * 1.5
        const offset = (random() - 0.5) * 2 * largestOffsetUv
        return [blink, alpha * Math.cos(phase), alpha * Math.sin(phase), 0.5 + random(), offset]
      }),
    )
  }

  /** Writes the next `frames` frames, in µV, `stride` values apart. */
  fill(into: Float32Array, stride: number, frames: number): void {
    const controlEvery = Math.max(1, Math.round(this.#rateHz / controlRateHz))
    for (let f = 0; f < frames; f++) {
      if (this.#sample % controlEvery === 0) this.#control()
      this.#frame(into, f * stride)
      this.#sample++
    }
  }

  #control(): void {
    const random = this.#random
    const pull = 1 / (controlRateHz * 2)
    this.#alphaLevel += (0.5 - this.#alphaLevel) * pull + (random() - 0.5) * 0.12
    this.#alphaLevel = Math.min(1, Math.max(0, this.#alphaLevel))
    this.#alphaDetuneHz += -this.#alphaDetuneHz * pull + (random() - 0.5) * 0.1
    const free = !(this.#sample - this.#blinkAt < blinkSeconds * this.#rateHz)
    if (random() < this.#blinksPerSecond / controlRateHz && free) {
      this.#blinkAt = this.#sample
      this.#blinkSize = 0.7 + random() * 0.6
    }
  }

  #frame(into: Float32Array, at: number): void {
    const turn = (2 * Math.PI * (this.#alphaHz + this.#alphaDetuneHz)) / this.#rateHz
    this.#alphaPhase = (this.#alphaPhase + turn) % (2 * Math.PI)
    this.#mainsPhase = (this.#mainsPhase + this.#mainsTurn) % (2 * Math.PI)
    const strength = this.#alphaUv * this.#alphaLevel ** 2 * 2
    const inPhase = strength * Math.cos(this.#alphaPhase)
    const quadrature = strength * Math.sin(this.#alphaPhase)
    const mains = this.#mainsUv * Math.sin(this.#mainsPhase)
    const blink = this.#blink()
    const weights = this.#weights
    for (let c = 0, w = 0; c < this.#channels; c++, w += 5) {
      into[at + c] =
        this.#background(c) +
        blink * weights[w]! +
        inPhase * weights[w + 1]! +
        quadrature * weights[w + 2]! +
        mains * weights[w + 3]! +
        weights[w + 4]!
    }
  }

  /** A quick rise and a slower fall, as a lid makes it. */
  #blink(): number {
    const t = (this.#sample - this.#blinkAt) / this.#rateHz
    if (!(t < blinkSeconds)) return 0
    const x = t / 0.07
    return this.#blinkUv * this.#blinkSize * x * x * Math.exp(2 - 2 * x)
  }

  /** Xorshift32 noise through the first-order filters. */
  #background(channel: number): number {
    const noise = this.#noise
    let x = noise[channel]!
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    noise[channel] = x
    const white = (x | 0) / 2 ** 31
    const { length } = this.#keep
    let sum = 0
    for (let k = 0, at = channel * length; k < length; k++, at++) {
      const level = this.#levels[at]! * this.#keep[k]! + white * this.#gain[k]!
      this.#levels[at] = level
      sum += level
    }
    return sum
  }
}

/**
 * Gains that make all filters strong alike, and their sum `rms`. They are fed by the same noise,
 * uniform in [−1, 1) and so of variance 1/3, which makes what they give correlated.
 */
function gainsFor(keep: Float64Array, rms: number): Float64Array {
  const alike = keep.map((k) => Math.sqrt(3 * (1 - k * k)))
  let variance = 0
  keep.forEach((a, i) => {
    keep.forEach((b, j) => {
      variance += (alike[i]! * alike[j]!) / 3 / (1 - a * b)
    })
  })
  return alike.map((gain) => (gain * rms) / Math.sqrt(variance))
}

function cornersBelow(hz: number): Float64Array {
  const corners: number[] = []
  for (let corner = lowestCornerHz; corner < hz; corner *= cornerRatio) corners.push(corner)
  return Float64Array.from(corners)
}
