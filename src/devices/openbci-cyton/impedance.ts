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
  SynapseError,
} from '../../signal/index.ts'
import { ToneMeasurement, type ToneSource } from '../_impedance/tone-measurement.ts'
import { channelCount, int24, microvoltsPerCount, rateHz } from './packet.ts'

/** LOFF_FREQ_31p2HZ: 2.048 MHz / 2¹⁶. The current source is good to ±20 %. */
export const drive = { hertz: 31.25, amperes: 6e-9, seriesOhms: 2200 } as const

const limitCounts = 2 ** 23 - 2

export interface CytonLine {
  readonly clock: Clock
  readonly isStreaming: boolean
  send(command: string): Promise<void>
}

export class CytonImpedance implements ImpedancePort {
  readonly inputs: readonly ImpedanceInput[]
  readonly method = '6 nA at 31.25 Hz through one N input at a time, read from the raw counts'
  readonly #line: CytonLine
  readonly #source: ToneSource
  #measuring: { readonly channel: number; readonly tone: ToneMeasurement } | null = null

  constructor(labels: readonly string[], gain: number, line: CytonLine) {
    this.inputs = labels.map((label, i) => ({ id: `${i + 1}N`, label }))
    this.#line = line
    this.#source = {
      rateHz,
      toneHz: drive.hertz,
      amperes: drive.amperes,
      seriesOhms: drive.seriesOhms,
      voltsPerCount: microvoltsPerCount(gain) * 1e-6,
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
    const tone = new ToneMeasurement(this.#source, input)
    this.#measuring = { channel, tone }
    try {
      await this.#line.send(`z${channel + 1}01Z`)
      return await tone.settle(this.#line.clock, label)
    } finally {
      this.#measuring = null
      await this.#line.send(`z${channel + 1}00Z`).catch(() => {})
    }
  }

  packet(bytes: Uint8Array, at: number): void {
    if (!this.#measuring) return
    const { channel, tone } = this.#measuring
    if (channel < channelCount) tone.push(int24(bytes, at + 2 + channel * 3))
  }

  lost(): void {
    this.#measuring?.tone.gap()
  }
}
