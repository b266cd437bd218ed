/**
 * The impedance of a Cyton's electrodes: the converter drives 6 nA at 31.25 Hz through one input,
 * and the tone is read from the raw counts. Drive and reference stay as they are otherwise: with
 * SRB2 off the N inputs would read ten times too high.
 */
import {
  type Clock,
  type ImpedanceInput,
  type ImpedancePort,
  type ImpedanceReading,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { ToneMeasurement, type ToneSource } from '../_impedance/tone-measurement.ts'
import { gainOf, leadOffCommand } from './configuration.ts'
import type { CytonOptions } from './options.ts'
import { channelCount, int24, microvoltsPerCount } from './packet.ts'

/** LOFF_FREQ_31p2HZ: 2.048 MHz / 2¹⁶. The current source is good to ±20 %. */
export const drive = { hertz: 31.25, amperes: 6e-9, seriesOhms: 2200 } as const

const limitCounts = 2 ** 23 - 2

/** What the samples are that the tone is read from. */
export interface CytonFront {
  readonly rateHz: number
  /** Over the dongle, a board with Daisy sends the mean of two samples. */
  readonly isAveraged: boolean
}

export interface CytonLine {
  readonly clock: Clock
  readonly isStreaming: boolean
  send(command: string): Promise<void>
}

export class CytonImpedance implements ImpedancePort {
  readonly inputs: readonly ImpedanceInput[]
  readonly method = '6 nA at 31.25 Hz through one N input at a time, read from the raw counts'
  #options: CytonOptions
  readonly #front: CytonFront
  readonly #line: CytonLine
  #measuring: { readonly channel: number; readonly tone: ToneMeasurement } | null = null

  constructor(options: CytonOptions, eeg: StreamInfo, front: CytonFront, line: CytonLine) {
    this.inputs = eeg.channels.map(({ label }, i) => ({ id: `${i + 1}N`, label }))
    this.#options = options
    this.#front = front
    this.#line = line
  }

  /** Other gains, from the next measurement on. */
  set(options: CytonOptions): void {
    this.#options = options
  }

  #sourceOf(channel: number): ToneSource {
    const { rateHz, isAveraged } = this.#front
    const attenuation = isAveraged ? Math.cos((Math.PI * drive.hertz) / (2 * rateHz)) : 1
    return {
      rateHz,
      toneHz: drive.hertz,
      amperes: drive.amperes * attenuation,
      seriesOhms: drive.seriesOhms,
      voltsPerCount: microvoltsPerCount(gainOf(this.#options, channel)) * 1e-6,
      limitCounts,
    }
  }

  async measure(input: string): Promise<ImpedanceReading> {
    const channel = this.inputs.findIndex(({ id }) => id === input)
    const { label } = this.inputs[channel] ?? {}
    if (!label) {
      const known = this.inputs.map(({ id }) => id).join(', ')
      throw new SynapseError('bad-option', `measuring the impedance of "${input}": not an input`, {
        remedy: `Inputs: ${known}.`,
      })
    }
    if (!this.#line.isStreaming || this.#measuring) {
      const why = this.#measuring ? 'another input is being measured' : 'the board does not stream'
      throw new SynapseError('not-ready', `measuring the impedance of ${label}: ${why}`)
    }
    const tone = new ToneMeasurement(this.#sourceOf(channel), input)
    this.#measuring = { channel, tone }
    try {
      await this.#line.send(leadOffCommand(channel, true))
      return await tone.settle(this.#line.clock, label)
    } finally {
      this.#measuring = null
      await this.#line.send(leadOffCommand(channel, false)).catch(() => {})
    }
  }

  /** A packet of the dongle: with a Daisy, the even ones bear its channels. */
  packet(bytes: Uint8Array, at: number): void {
    if (!this.#measuring) return
    const { channel, tone } = this.#measuring
    const isDaisyPacket = this.#front.isAveraged && (bytes[at + 1]! & 1) === 0
    if (channel >= channelCount !== isDaisyPacket) return
    tone.push(int24(bytes, at + 2 + (channel % channelCount) * 3))
  }

  /** A sample of all channels, one behind the other from `from` on. */
  sample(counts: ArrayLike<number>, from: number): void {
    if (this.#measuring) this.#measuring.tone.push(counts[from + this.#measuring.channel]!)
  }

  lost(): void {
    this.#measuring?.tone.gap()
  }
}
