/** An Explore on a pseudo-terminal. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { EegCounts } from '../_eeg/counts.ts'
import { framingDamage } from '../_emulator/damage.ts'
import { ptyOptions, type SerialBoard } from '../_emulator/pty-board.ts'
import { ptyEmulator } from '../_emulator/pty-emulator.ts'
import { encodePacket, kinds, microvoltsPerCount } from './packet.ts'

const emulatorOptions = z.strictObject({
  channels: option(z.union([z.literal(4), z.literal(8), z.literal(32)]).default(8), {
    help: 'How many channels it has.',
  }),
  ...ptyOptions,
})
export type EmulatorOptions = z.infer<typeof emulatorOptions>

export const exploreEmulator = ptyEmulator(
  'mentalab-explore',
  'Mentalab Explore',
  emulatorOptions,
  (options) => () => new EmulatedExplore(options),
)

const rateHz = 250
const models = { 4: [144, 33], 8: [146, 16], 32: [148, 4] } as const
const clockHz = 10_000
const limit = 2 ** 23
/** Every so many packets of samples it tells of its surroundings, and what it is. */
const environmentEvery = 16

/** Counts of the channels, as a device with this seed samples them. */
export function exploreCounts(seed: number, channels: number): EegCounts {
  return new EegCounts({
    ...{ channels, rateHz, seed, microvoltsPerCount },
    ...{ zero: 0, lowest: -limit, highest: limit - 1 },
  })
}

/** It streams as long as it is on: samples, with the orientation behind them. */
export class EmulatedExplore implements SerialBoard {
  readonly streaming = true
  readonly packetsPerSecond: number
  readonly maxPacketBytes = 640
  /** Kind, length and end: nothing else could be noticed. */
  readonly damaged = framingDamage([0, 3, -1, -2, -3, -4])
  readonly #channels: 4 | 8 | 32
  readonly #counts: EegCounts
  readonly #row: Int32Array
  #made = 0
  #pressed: number | null = null

  constructor({ seed, channels }: Pick<EmulatorOptions, 'seed' | 'channels'>) {
    this.#channels = channels
    this.#counts = exploreCounts(seed, channels)
    this.#row = new Int32Array(channels)
    this.packetsPerSecond = rateHz / models[channels][1]
  }

  receive(): void {}

  /** `button 3` presses it. */
  command(word: string, value: number): string | undefined {
    if (word !== 'button') return undefined
    this.#pressed = value >= 0 && value <= 65_535 ? value : 0
    return `button ${this.#pressed}`
  }

  packet(into: Uint8Array, boardMs: number): number {
    const clock = Math.round((boardMs * clockHz) / 1000)
    const count = this.#made++
    const parts = [this.#samples(count, clock), this.#orientation(count, clock)]
    if (count % environmentEvery === 0) {
      // Firmware 2.1.5, 16000 / 2⁶ Hz, all inputs on; 29 °C, light, battery.
      const info = Uint8Array.of(0xd7, 0x00, 0x06, 0xff)
      const surroundings = Uint8Array.of(0x1d, 0x83, 0x00, 0xb0, 0x08)
      parts.push(encodePacket(kinds.deviceInfo, count & 255, clock, info))
      parts.push(encodePacket(kinds.environment, count & 255, clock, surroundings))
    }
    if (this.#pressed !== null) {
      const code = Uint8Array.of(this.#pressed & 255, this.#pressed >> 8)
      parts.push(encodePacket(kinds.marker, count & 255, clock, code))
      this.#pressed = null
    }
    const bytes = Buffer.concat(parts)
    into.set(bytes)
    return bytes.length
  }

  #samples(count: number, clock: number): Uint8Array {
    const [kind, samples] = models[this.#channels]
    const content = new Uint8Array(samples * (1 + this.#channels) * 3)
    let at = 0
    for (let row = 0; row < samples; row++) {
      this.#counts.next(this.#row)
      content.set([0xff, 0x00, 0x06], at)
      at += 3
      for (const value of this.#row) {
        content.set([value & 255, (value >> 8) & 255, (value >> 16) & 255], at)
        at += 3
      }
    }
    return encodePacket(kind, count & 255, clock, content)
  }

  #orientation(count: number, clock: number): Uint8Array {
    const content = new DataView(new ArrayBuffer(18))
    const values = [-228, -2278, -16_080, 38, -86, -75, 191, 286, 77]
    values.forEach((value, i) => void content.setInt16(2 * i, value, true))
    return encodePacket(kinds.orientation, count & 255, clock, new Uint8Array(content.buffer))
  }
}
