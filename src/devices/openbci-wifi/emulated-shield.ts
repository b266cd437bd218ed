/**
 * An emulated shield as it runs: the time at which packets are made, what chance and the user do to
 * them on their way, and the account of it. What it is connected by is handed in.
 */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { generatedSource, recordedSource } from '../_cyton/board-source.ts'
import { PacketAccount } from '../_emulator/account.ts'
import { obey } from '../_emulator/commands.ts'
import { type Damage, framingDamage } from '../_emulator/damage.ts'
import type { EmulatorContext, EmulatorSummary } from '../_emulator/emulator.ts'
import { faultOptions, seededRandom } from '../_emulator/faults.ts'
import { boardKinds, boards } from './boards.ts'
import { ShieldBoard } from './shield-board.ts'

export const emulatorOptions = z.strictObject({
  board: option(z.enum(boardKinds).default('cyton'), {
    help: 'What sits on the shield.',
  }),
  from: option(z.string().min(1).optional(), {
    help: 'Recording that the board plays; without it, EEG is made up.',
  }),
  loop: option(z.boolean().default(false), { help: 'Begin the recording again at its end.' }),
  impedanceKohm: option(z.array(z.number().min(0).max(1e6)).max(16).default([]), {
    help: 'Of the electrodes at the inputs, from the first; those not named have 10.',
    unit: 'kΩ',
  }),
  ...faultOptions,
})
export type EmulatorOptions = z.infer<typeof emulatorOptions>

/** A connection that the shield has made. */
export interface ShieldConnection {
  /** False where the host does not read: the shield has no memory for more. */
  send(bytes: Uint8Array): boolean
  end(): void
}

export type ConnectShield = (
  ip: string,
  port: number,
  connected: (connection: ShieldConnection | null) => void,
) => void

const tickSeconds = 0.004
const damageOf = framingDamage([0, 1, 32])
/** Samples that the shield has room for where it makes JSON of them; then it loses them all. */
const mostJsonWaiting = 28

export class EmulatedShield {
  readonly board: ShieldBoard
  /** Switched off, or out of range: nobody answers. */
  isAway = false
  readonly #options: { -readonly [K in keyof EmulatorOptions]: EmulatorOptions[K] }
  readonly #context: EmulatorContext
  readonly #random: () => number
  readonly #packet: Uint8Array
  readonly #cancel: () => void
  #connection: ShieldConnection | null = null
  #waiting: Uint8Array[] = []
  #wasIn: ShieldBoard['state'] = 'stopped'
  #sendDue = 0
  #startedAt = 0
  #made = 0
  #pausedUntil = 0
  #backAt = Number.POSITIVE_INFINITY
  readonly #account: PacketAccount

  private constructor(
    options: EmulatorOptions,
    context: EmulatorContext,
    board: (connect: (ip: string, port: number) => void) => ShieldBoard,
    connect: ConnectShield,
  ) {
    this.#options = { ...options }
    this.#context = context
    this.#account = new PacketAccount(context)
    this.#random = seededRandom(options.seed)
    this.board = board((ip, port) => {
      this.#connection?.end()
      connect(ip, port, (connection) => {
        this.#connection = connection
      })
    })
    this.#packet = new Uint8Array(this.board.maxPacketBytes)
    this.#cancel = context.clock.every(tickSeconds, () => this.#tick())
  }

  static async make(
    options: EmulatorOptions,
    context: EmulatorContext,
    connect: ConnectShield,
  ): Promise<EmulatedShield> {
    const { from, loop, seed, board, impedanceKohm } = options
    const { channels } = boards[board]
    const source = from ? await recordedSource(from, loop) : generatedSource(seed, channels)
    const parts = { board, electrodeOhms: impedanceKohm.map((kohm) => kohm * 1000) }
    return new EmulatedShield(options, context, (to) => new ShieldBoard(source, parts, to), connect)
  }

  command(line: string): string {
    return obey(line, {
      shares: this.#options,
      unplug: (seconds) => this.#unplug(seconds),
      plug: () => this.#plug(),
      own: (word, value) => this.board.command(word, value),
    })
  }

  summary(): EmulatorSummary {
    return this.#account.summary()
  }

  /** The host has ended the connection, or it is torn. */
  hungUp(): void {
    this.#connection?.end()
    this.#connection = null
  }

  close(): void {
    this.#cancel()
    this.hungUp()
  }

  #plug(): void {
    this.isAway = false
    this.#backAt = Number.POSITIVE_INFINITY
    this.#account.note('plugged')
  }

  #unplug(seconds: number): void {
    this.isAway = true
    this.#backAt = this.#context.clock.now() + seconds
    this.hungUp()
    this.#account.note('unplugged')
  }

  /** The board samples on while nobody is connected. */
  #tick(): void {
    const now = this.#context.clock.now()
    if (now >= this.#backAt) this.#plug()
    const { state } = this.board
    if (state !== this.#wasIn) this.#changed(state, now)
    const due = Math.floor((now - this.#startedAt) * this.board.packetsPerSecond)
    while (this.board.state !== 'stopped' && this.#made < due) this.#make(now)
    if (now < this.#pausedUntil) return
    // It was late, or was paused: what it had room for goes at once.
    this.#sendDue = Math.max(this.#sendDue, now - 1)
    for (; this.#sendDue <= now; this.#sendDue += this.board.latencySeconds) this.#send()
  }

  #changed(state: ShieldBoard['state'], now: number): void {
    if (state === 'streaming') this.#account.note('started')
    else if (this.#wasIn === 'streaming') this.#account.note('stopped')
    this.#wasIn = state
    this.#startedAt = this.#sendDue = now
    this.#made = 0
    // What the board made before it was stopped.
    if (state !== 'streaming') this.#send()
  }

  #make(now: number): void {
    const length = this.board.packet(this.#packet)
    if (length === 0) {
      this.#account.note('ended')
      return
    }
    this.#made++
    const packet = this.#account.packets++
    const { lose, corrupt, delay, delaySeconds, sparePackets } = this.#options
    const chance = this.#made <= sparePackets ? 1 : this.#random()
    const isJson = this.board.output === 'json' && this.board.state === 'streaming'
    const bytes = isJson
      ? Buffer.from(this.board.sampleText(now * 1e6), 'latin1')
      : this.#packet.slice(0, length)
    if (chance < lose || !this.#connection) {
      this.#account.lost({ packet }, this.#connection ? 'radio' : 'not connected')
    } else if (chance < lose + corrupt) {
      const { how, bytes: damaged } = (isJson ? textDamage : damageOf)(bytes, this.#random)
      this.#account.corrupted({ packet }, how)
      this.#waiting.push(damaged)
    } else {
      if (chance < lose + corrupt + delay) this.#pausedUntil = now + delaySeconds
      this.#account.sent++
      this.#waiting.push(bytes)
    }
  }

  #send(): void {
    if (this.#waiting.length === 0) return
    const bytes =
      this.board.output === 'json' ? this.#message() : Buffer.concat(this.#waiting.splice(0))
    // A host that does not read loses a whole burst, as the shield has no room for it.
    if (this.#connection?.send(bytes) === false) {
      this.#account.lost(this.#latest(), 'the host does not read')
    }
  }

  /** What of the waiting samples fits one message. */
  #message(): Uint8Array {
    const { mostJsonSamples } = boards[this.#options.board]
    while (this.#waiting.length > mostJsonWaiting) {
      this.#waiting.splice(0, mostJsonWaiting)
      this.#account.lost(this.#latest(), 'no room', mostJsonWaiting)
    }
    const samples = this.#waiting.splice(0, mostJsonSamples)
    const texts = samples.map((sample) => Buffer.from(sample).toString('latin1'))
    return Buffer.from(this.board.messageText(texts), 'latin1')
  }

  #latest() {
    return { packet: this.#account.packets - 1 }
  }
}

/** Of a text, what a receiver can notice: that its end is missing, or that it is none. */
function textDamage(sample: Uint8Array, random: () => number): Damage {
  if (random() < 0.5) return { how: 'cut', bytes: sample.slice(0, -1 - Math.floor(random() * 20)) }
  return { how: 'framing', bytes: sample.map((byte, i) => (i === 0 ? byte ^ 0x80 : byte)) }
}
