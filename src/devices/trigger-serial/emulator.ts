/** A trigger box on a pseudo-terminal, which sends values by itself or on command, and echoes. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { ptyOptions, type SerialBoard } from '../_emulator/pty-board.ts'
import { ptyEmulator } from '../_emulator/pty-emulator.ts'

const byte = z.int().min(0).max(255)

const emulatorOptions = z.strictObject({
  rateHz: option(z.number().min(0.01).max(1000).default(1), {
    help: 'Triggers a second.',
    unit: 'Hz',
  }),
  values: option(z.array(byte).min(1).max(256).default([1, 2, 3]), {
    help: 'Sent one after the other, again and again.',
  }),
  echo: option(z.boolean().default(false), {
    help: 'Send back each byte that is received, and nothing of its own: a loop-back plug.',
  }),
  ...ptyOptions,
  sparePackets: option(z.int().min(0).default(0), {
    help: 'The first triggers arrive unharmed.',
  }),
})
type EmulatorOptions = z.infer<typeof emulatorOptions>

export const triggerEmulator = ptyEmulator(
  'trigger-serial',
  'Serial trigger box',
  emulatorOptions,
  (options) => (reply) => new EmulatedTriggerBox(options, reply),
)

type BoxOptions = Pick<EmulatorOptions, 'rateHz' | 'values' | 'echo'>

export class EmulatedTriggerBox implements SerialBoard {
  readonly packetsPerSecond: number
  readonly maxPacketBytes = 1
  readonly streaming: boolean
  readonly #values: readonly number[]
  readonly #echoes: boolean
  readonly #reply: (bytes: Uint8Array) => void
  #next = 0

  constructor({ rateHz, values, echo }: BoxOptions, reply: (bytes: Uint8Array) => void) {
    this.packetsPerSecond = rateHz
    this.streaming = !echo
    this.#echoes = echo
    this.#values = values
    this.#reply = reply
  }

  receive(bytes: Uint8Array): void {
    if (this.#echoes) this.#reply(bytes)
  }

  packet(into: Uint8Array): number {
    into[0] = this.#values[this.#next++ % this.#values.length]!
    return 1
  }

  damaged(packet: Uint8Array, random: () => number) {
    return { how: 'bit', bytes: packet.map((value) => value ^ (1 << Math.floor(random() * 8))) }
  }

  /** `send 7` */
  command(word: string, value: number): string | undefined {
    if (word !== 'send') return undefined
    if (!Number.isInteger(value) || value < 0 || value > 255) return 'send takes a byte'
    this.#reply(Uint8Array.of(value))
    return `sent ${value}`
  }
}
