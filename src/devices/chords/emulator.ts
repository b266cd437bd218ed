/** A Chords board on a pseudo-terminal. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { EegGenerator } from '../_eeg/generator.ts'
import { framingDamage } from '../_emulator/damage.ts'
import { ptyOptions, type SerialBoard } from '../_emulator/pty-board.ts'
import { ptyEmulator } from '../_emulator/pty-emulator.ts'
import { boardNamed, encodePacket, packetBytes } from './packet.ts'

const emulatorOptions = z.strictObject({
  board: option(
    z.enum(['UNO-R3', 'UNO-R4', 'RPI-PICO-RP2040', 'GIGA-R1', 'MEGA-2560-R3']).default('UNO-R4'),
    {
      help: 'Which board it is.',
    },
  ),
  ...ptyOptions,
})
export type EmulatorOptions = z.infer<typeof emulatorOptions>

export const chordsEmulator = ptyEmulator(
  'chords',
  'Chords board',
  emulatorOptions,
  (options) => (reply) => new EmulatedChords(options, reply),
)

/** One count is so much of the made-up EEG. */
const microvoltsPerCount = 0.5

export class EmulatedChords implements SerialBoard {
  streaming = false
  readonly packetsPerSecond: number
  readonly maxPacketBytes: number
  readonly damaged = framingDamage([0, 1, 2, -1])
  readonly #name: string
  readonly #reply: (bytes: Uint8Array) => void
  readonly #generator: EegGenerator
  readonly #frame: Float32Array
  readonly #values: Int32Array
  readonly #steps: number
  #said = ''
  #counter = 0

  constructor({ board, seed }: EmulatorOptions, reply: (bytes: Uint8Array) => void) {
    const { channels, rateHz, bits } = boardNamed(board)!
    this.#name = board
    this.#reply = reply
    this.packetsPerSecond = rateHz
    this.maxPacketBytes = packetBytes(channels)
    this.#steps = 2 ** bits
    this.#generator = new EegGenerator({ channels, rateHz, seed, mainsHz: 50 })
    this.#frame = new Float32Array(channels)
    this.#values = new Int32Array(channels)
  }

  receive(bytes: Uint8Array): void {
    this.#said += Buffer.from(bytes).toString('latin1')
    const lines = this.#said.split('\n')
    this.#said = lines.pop()!
    for (const line of lines) {
      if (line === 'START') this.streaming = true
      else if (line === 'STOP') this.streaming = false
      else if (line === 'WHORU' && !this.streaming) this.#reply(Buffer.from(`${this.#name}\r\n`))
    }
  }

  packet(into: Uint8Array): number {
    this.#generator.fill(this.#frame, this.#frame.length, 1)
    for (let c = 0; c < this.#values.length; c++) {
      const counts = Math.round(this.#frame[c]! / microvoltsPerCount) + this.#steps / 2
      this.#values[c] = Math.max(0, Math.min(this.#steps - 1, counts))
    }
    const length = encodePacket(this.#counter, this.#values, into)
    this.#counter = (this.#counter + 1) & 255
    return length
  }
}
