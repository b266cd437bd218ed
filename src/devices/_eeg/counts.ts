/** A made-up EEG as the counts of a converter, without the electrodes' offsets; or somebody's. */
import { EegGenerator } from './generator.ts'

/** Fills in the next frame, µV; what it has no channels for is 0. */
export type CountsSource = (microvolts: Float32Array) => void

export interface CountsOptions {
  readonly channels: number
  readonly rateHz: number
  readonly seed: number
  readonly microvoltsPerCount: number
  /** What the converter gives for zero. */
  readonly zero: number
  readonly lowest: number
  readonly highest: number
  /** What is converted instead of what is made up. */
  readonly source?: CountsSource | null
}

export class EegCounts {
  readonly #options: CountsOptions
  readonly #generator: EegGenerator
  readonly #frame: Float32Array
  readonly #first: Float32Array
  #isFirst = true

  constructor(options: CountsOptions) {
    const { channels, rateHz, seed } = options
    this.#options = options
    this.#generator = new EegGenerator({ channels, rateHz, seed, mainsHz: 50 })
    this.#frame = new Float32Array(channels)
    this.#first = new Float32Array(channels)
  }

  /** Writes the next frame to `into[at]` and on. */
  next(into: { [index: number]: number }, at = 0): void {
    const { channels, microvoltsPerCount, zero, lowest, highest, source } = this.#options
    if (source) source(this.#frame)
    else {
      this.#generator.fill(this.#frame, channels, 1)
      if (this.#isFirst) this.#first.set(this.#frame)
      this.#isFirst = false
    }
    for (let c = 0; c < channels; c++) {
      const count = Math.round((this.#frame[c]! - this.#first[c]!) / microvoltsPerCount) + zero
      into[at + c] = Math.max(lowest, Math.min(highest, count))
    }
  }
}
