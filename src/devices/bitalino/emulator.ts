/** A BITalino on a pseudo-terminal. */
import { z } from 'zod'
import { EegGenerator } from '../_eeg/generator.ts'
import { checkedDamage, type Damage } from '../_emulator/damage.ts'
import { ptyOptions, type SerialBoard } from '../_emulator/pty-board.ts'
import { ptyEmulator } from '../_emulator/pty-emulator.ts'
import { encodeFrame, frameBytes, isFrame, sequenceTurn } from './frame.ts'

const emulatorOptions = z.strictObject({ ...ptyOptions })
export type EmulatorOptions = z.infer<typeof emulatorOptions>

export const bitalinoEmulator = ptyEmulator(
  'bitalino',
  'BITalino',
  emulatorOptions,
  (options) => (reply) => new EmulatedBitalino(options, reply),
)

const mostInputs = 6
const microvoltsPerCount = 0.5

export class EmulatedBitalino implements SerialBoard {
  streaming = false
  packetsPerSecond = 1000
  readonly maxPacketBytes = frameBytes(mostInputs)
  readonly #reply: (bytes: Uint8Array) => void
  readonly #generator: EegGenerator
  readonly #frame = new Float32Array(mostInputs)
  readonly #values = new Int32Array(4 + mostInputs)
  #inputs = mostInputs
  #sequence = 0

  constructor({ seed }: EmulatorOptions, reply: (bytes: Uint8Array) => void) {
    this.#reply = reply
    this.#generator = new EegGenerator({ channels: mostInputs, rateHz: 1000, seed, mainsHz: 50 })
  }

  receive(bytes: Uint8Array): void {
    for (const command of bytes) {
      if (command === 0x00 || command === 0xff) this.streaming = false
      else if (command === 0x07 && !this.streaming) this.#reply(Buffer.from('BITalino_v5.2\n'))
      else if ((command & 0x3f) === 0x03) this.packetsPerSecond = 10 ** (command >> 6)
      else if ((command & 0x03) === 0x01) {
        this.#inputs = 32 - Math.clz32(command >> 2)
        this.#sequence = 0
        this.streaming = true
      }
    }
  }

  /** Damage that passes the four bits of the checksum nobody could notice. */
  damaged(packet: Uint8Array, random: () => number): Damage {
    const { length } = packet
    for (;;) {
      const damage = checkedDamage(packet, random)
      if (damage.bytes.length !== length || !isFrame(damage.bytes, 0, length)) return damage
    }
  }

  packet(into: Uint8Array): number {
    this.#generator.fill(this.#frame, mostInputs, 1)
    for (let i = 0; i < mostInputs; i++) {
      const steps = i < 4 ? 1024 : 64
      const counts = Math.round(this.#frame[i]! / microvoltsPerCount / (1024 / steps)) + steps / 2
      this.#values[4 + i] = Math.max(0, Math.min(steps - 1, counts))
    }
    const length = encodeFrame(this.#sequence, this.#values, this.#inputs, into)
    this.#sequence = (this.#sequence + 1) % sequenceTurn
    return length
  }
}
