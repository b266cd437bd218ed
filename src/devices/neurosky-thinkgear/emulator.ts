/** A MindWave on a pseudo-terminal. */
import { z } from 'zod'
import { EegGenerator } from '../_eeg/generator.ts'
import { checkedDamage } from '../_emulator/damage.ts'
import { ptyOptions, type SerialBoard } from '../_emulator/pty-board.ts'
import { ptyEmulator } from '../_emulator/pty-emulator.ts'
import { codes, encodePacket, powerLabels } from './packet.ts'

const emulatorOptions = z.strictObject({ ...ptyOptions })
export type EmulatorOptions = z.infer<typeof emulatorOptions>

export const thinkgearEmulator = ptyEmulator(
  'neurosky-thinkgear',
  'NeuroSky MindWave',
  emulatorOptions,
  (options) => () => new EmulatedThinkgear(options),
)

const rateHz = 512
const microvoltsPerCount = 0.22

/** It streams as long as it is on. Every 513th packet is the summary of a second. */
export class EmulatedThinkgear implements SerialBoard {
  readonly streaming = true
  readonly packetsPerSecond = rateHz + 1
  readonly maxPacketBytes = 64
  readonly damaged = checkedDamage
  readonly #generator: EegGenerator
  readonly #frame = new Float32Array(1)
  #made = 0

  constructor({ seed }: EmulatorOptions) {
    this.#generator = new EegGenerator({ channels: 1, rateHz, seed, mainsHz: 50 })
  }

  receive(): void {}

  packet(into: Uint8Array): number {
    const bytes = this.#made++ % (rateHz + 1) === rateHz ? this.#summary() : this.#raw()
    into.set(bytes)
    return bytes.length
  }

  #raw(): Uint8Array {
    this.#generator.fill(this.#frame, 1, 1)
    const counts = Math.max(-2048, Math.min(2047, Math.round(this.#frame[0]! / microvoltsPerCount)))
    return encodePacket([[codes.raw, [(counts >> 8) & 0xff, counts & 0xff]]])
  }

  #summary(): Uint8Array {
    const powers = powerLabels.flatMap((_, i) => [0, i + 1, 0x10])
    return encodePacket([
      [codes.poorSignal, [0]],
      [codes.powers, powers],
      [codes.attention, [61]],
      [codes.meditation, [48]],
    ])
  }
}
