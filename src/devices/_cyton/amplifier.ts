/** The analogue side of an emulated board: inputs, amplifiers, test signals, converter. */
import { drive } from './impedance.ts'
import { gains } from './options.ts'
import { microvoltsPerCount, rateHz } from './packet.ts'

/** Where the board's samples come from: counts at gain 24, and readings of the accelerometer. */
export interface BoardSource {
  /** Fills the next sample; false when there is no more. */
  next(counts: Int32Array, accel: Int16Array): boolean
}

interface Input {
  isOff: boolean
  gain: number
  /** Code of the firmware: 0 the electrode, 1 shorted, 5 the test signal. */
  signal: number
  /** The test current of the impedance check flows through it. */
  isDriven: boolean
}

const usualGain = 24
const countLimit = 2 ** 23
const usualOhms = 10_000
/** (VREFP − VREFN) / 2400, in µV. */
const testMicrovolts = 1875
/** Fractions of the converter's clock of 2.048 MHz. */
const testHertz = { slow: 2.048e6 / 2 ** 21, fast: 2.048e6 / 2 ** 20 }

export class Amplifier {
  readonly counts: Int32Array
  readonly accel = new Int16Array(3)
  readonly #source: BoardSource
  readonly #electrodeOhms: readonly number[]
  readonly #inputs: Input[]
  /** Samples since power-up: the phase of test current and test signal. */
  #sample = 0
  #testHertz = testHertz.slow
  #testMicrovolts = testMicrovolts

  /** Samples a second. */
  rateHz = rateHz

  constructor(source: BoardSource, electrodeOhms: readonly number[], channels: number) {
    this.#source = source
    this.#electrodeOhms = electrodeOhms
    this.counts = new Int32Array(channels)
    this.#inputs = Array.from({ length: channels }, () => ({ ...usualInput }))
  }

  reset(): void {
    for (const input of this.#inputs) Object.assign(input, usualInput)
  }

  switch(channel: number, isOff: boolean): void {
    const input = this.#inputs[channel]
    if (input) input.isOff = isOff
  }

  drive(channel: number, isDriven: boolean): void {
    const input = this.#inputs[channel]
    if (input) input.isDriven = isDriven
  }

  /** @param fields power, gain, signal, as the codes of a channel setting */
  set(channel: number, fields: readonly number[]): boolean {
    const [power = 0, gain = 6, signal = 0] = fields
    const input = this.#inputs[channel]
    if (!input || gains[gain] === undefined || power > 1 || signal > 7) return false
    Object.assign(input, { isOff: power === 1, gain: gains[gain], signal })
    return true
  }

  /** @param command one of `0 - = [ ] p`, which sets all inputs */
  test(command: string): void {
    for (const input of this.#inputs) input.signal = command === '0' ? 1 : 5
    const isDouble = command === '[' || command === ']'
    this.#testMicrovolts = testMicrovolts * (isDouble ? 2 : 1)
    const isFast = command === '=' || command === ']'
    this.#testHertz = command === 'p' ? 0 : isFast ? testHertz.fast : testHertz.slow
  }

  /** The next sample into `counts` and `accel`; false when the source has ended. */
  next(): boolean {
    if (!this.#source.next(this.counts, this.accel)) return false
    const seconds = this.#sample++ / this.rateHz
    const current = Math.sin(2 * Math.PI * drive.hertz * seconds)
    const square = (2 * this.#testHertz * seconds) % 2 < 1 ? 1 : -1
    for (let channel = 0; channel < this.counts.length; channel++) {
      this.counts[channel] = this.#convert(channel, current, square)
    }
    return true
  }

  #convert(channel: number, current: number, square: number): number {
    const { isOff, gain, signal, isDriven } = this.#inputs[channel]!
    if (isOff) return 0
    const counts = this.counts[channel]!
    if (signal === 0 && gain === usualGain && !isDriven) return counts
    let microvolts = counts * microvoltsPerCount(usualGain)
    if (signal === 1) microvolts = 0
    else if (signal === 5) microvolts = square * this.#testMicrovolts
    if (isDriven) {
      const ohms = (this.#electrodeOhms[channel] ?? usualOhms) + drive.seriesOhms
      microvolts += ohms * drive.amperes * 1e6 * current
    }
    const converted = Math.round(microvolts / microvoltsPerCount(gain))
    return Math.max(-countLimit, Math.min(countLimit - 1, converted))
  }
}

const usualInput: Input = { isOff: false, gain: usualGain, signal: 0, isDriven: false }
