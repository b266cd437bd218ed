/**
 * One electrode measured by a known current: lock-in amplitudes are collected until they agree, and
 * become ohms. The first windows after a switch, while the amplifier settles, agree with nothing.
 */
import type { Clock, ImpedanceReading } from '../../signal/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { LockIn } from './lock-in.ts'

export interface ToneSource {
  readonly rateHz: number
  readonly toneHz: number
  /** Peak. */
  readonly amperes: number
  /** In the way on the board, and not of the electrode. */
  readonly seriesOhms: number
  /** Unit of the samples. */
  readonly voltsPerCount: number
  /** An input at this count is at its limit. */
  readonly limitCounts: number
}

/** What comes right after the switch is not looked at. */
const settleSeconds = 0.5
const leastWindows = 3
const mostWindows = 8
/** The last three windows agree when they lie within this share of their mean. */
const agreement = 0.015
/** Waiting for samples so long in vain is told. */
const silenceSeconds = 3

export class ToneMeasurement {
  readonly #source: ToneSource
  readonly #input: string
  readonly #lockIn: LockIn
  readonly #volts: number[] = []
  #settling: number
  #railed = 0
  #seen = 0
  #done: ((reading: ImpedanceReading) => void) | null = null
  readonly #reading: Promise<ImpedanceReading>

  constructor(source: ToneSource, input: string) {
    this.#source = source
    this.#input = input
    this.#lockIn = new LockIn(source.rateHz, source.toneHz)
    this.#settling = Math.round(settleSeconds * source.rateHz)
    this.#reading = new Promise((resolve) => {
      this.#done = resolve
    })
  }

  /** @throws SynapseError silent-device when samples stop coming */
  async settle(clock: Clock, about: string): Promise<ImpedanceReading> {
    let cancel = () => {}
    const silence = new Promise<never>((_, reject) => {
      let seen = -1
      cancel = clock.every(silenceSeconds, () => {
        if (this.#seen === seen) {
          const what = `measuring the impedance of ${about}: no samples come`
          reject(new SynapseError('silent-device', what))
        }
        seen = this.#seen
      })
    })
    try {
      return await Promise.race([this.#reading, silence])
    } finally {
      cancel()
    }
  }

  /** Samples are missing before the next. */
  gap(): void {
    this.#lockIn.restart()
  }

  push(counts: number): void {
    this.#seen++
    if (this.#settling > 0) {
      this.#settling--
      return
    }
    if (Math.abs(counts) >= this.#source.limitCounts) this.#railed++
    const amplitude = this.#lockIn.push(counts)
    if (Number.isNaN(amplitude)) return
    this.#volts.push(amplitude * this.#source.voltsPerCount)
    const last = this.#volts.slice(-leastWindows)
    const mean = last.reduce((sum, volts) => sum + volts, 0) / last.length
    const agree = last.every((volts) => Math.abs(volts / mean - 1) <= agreement)
    if ((last.length >= leastWindows && agree) || this.#volts.length >= mostWindows) {
      this.#done?.(this.#conclude(last, mean))
    }
  }

  #conclude(last: readonly number[], mean: number): ImpedanceReading {
    const { amperes, seriesOhms } = this.#source
    const input = this.#input
    const isRailed = this.#railed > (this.#volts.length * this.#lockIn.windowFrames) / 10
    if (isRailed) return { input, ohms: Number.POSITIVE_INFINITY, uncertaintyOhms: null }
    const squares = last.reduce((sum, volts) => sum + (volts - mean) ** 2, 0)
    const error = Math.sqrt(squares / (last.length - 1) / last.length)
    const ohms = Math.max(0, mean / amperes - seriesOhms)
    return { input, ohms, uncertaintyOhms: error / amperes }
  }
}
