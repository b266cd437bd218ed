/** An emulated Bluetooth board: a model of the device, in the air, at the pace of a clock. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { PacketAccount } from '../_emulator/account.ts'
import { obey } from '../_emulator/commands.ts'
import type { EmulatorContext, EmulatorSummary, RunningEmulator } from '../_emulator/emulator.ts'
import { faultOptions, seededRandom } from '../_emulator/faults.ts'
import type { Air, AirListener, GattService, Identity, OpenAir } from './air.ts'
import { damagedNotification } from './damage.ts'

/** A device seen from inside. Pure: no timer, no radio. */
export interface BleBoard {
  readonly name: string
  readonly services: readonly GattService[]
  readonly advertised: readonly string[]
  readonly isStreaming: boolean
  connected(): void
  disconnected(): void
  read(characteristic: string): Uint8Array
  write(characteristic: string, bytes: Uint8Array): void
  /** Gives every notification that is due `seconds` after streaming began, in order of time. */
  advance(seconds: number): void
}

/** How a board speaks: data is what faults may befall, answers always arrive. */
export interface BoardVoice {
  data(characteristic: string, bytes: Uint8Array): void
  answer(characteristic: string, bytes: Uint8Array): void
}

/** Options that every emulated Bluetooth board shares. */
export const peripheralOptions = {
  address: option(
    z
      .string()
      .regex(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/)
      .default('C0:FF:EE:00:00:01'),
    { help: 'Bluetooth address under which it is found.' },
  ),
  from: option(z.string().min(1).optional(), {
    help: 'Recording whose first signal the board plays, again and again; it has the rate of the board.',
  }),
  speed: option(z.number().min(0.1).max(100).default(1), {
    help: 'Times the true rate.',
  }),
  unplugAt: option(z.number().min(0).optional(), {
    help: 'Go out of range so long after the start.',
    unit: 's',
  }),
  unplugSeconds: option(z.number().min(0).default(1), {
    help: 'Come back after so long.',
    unit: 's',
  }),
  reorder: option(z.number().min(0).max(1).default(0), {
    help: 'Share of packets that change places with the next one.',
  }),
  ...faultOptions,
}
const peripheralSchema = z.object(peripheralOptions)
export type PeripheralOptions = z.infer<typeof peripheralSchema>

interface Outgoing {
  readonly packet: number
  readonly on: string
  readonly index: number
  readonly bytes: Uint8Array
  readonly how?: string
  /** It has changed places already. */
  readonly isMoved?: boolean
}

const tickSeconds = 0.01

export class EmulatedPeripheral implements RunningEmulator {
  readonly address: string
  readonly #options: { -readonly [K in keyof PeripheralOptions]: PeripheralOptions[K] }
  readonly #context: EmulatorContext
  readonly #board: BleBoard
  readonly #random: () => number
  readonly #made = new Map<string, number>()
  #air!: Air
  #cancel: () => void = () => {}
  #waiting: Outgoing[] = []
  #isPresent = true
  #startedAt = Number.NaN
  #sinceStart = 0
  readonly #account: PacketAccount
  #pausedUntil = 0
  #plugAt = Number.POSITIVE_INFINITY
  #unplugDue: number

  private constructor(
    options: PeripheralOptions,
    context: EmulatorContext,
    makeBoard: (voice: BoardVoice) => BleBoard,
  ) {
    this.address = options.address
    this.#options = { ...options }
    this.#context = context
    this.#account = new PacketAccount(context)
    this.#random = seededRandom(options.seed)
    this.#unplugDue = options.unplugAt ?? Number.POSITIVE_INFINITY
    this.#board = makeBoard({
      data: (on, bytes) => this.#transmit(on, bytes),
      answer: (on, bytes) => void this.#air.notify(on, bytes),
    })
  }

  /** @throws SynapseError setup-needed, io-failed */
  static async start(
    options: PeripheralOptions,
    context: EmulatorContext,
    makeBoard: (voice: BoardVoice) => BleBoard,
    openAir: OpenAir,
  ): Promise<EmulatedPeripheral> {
    const emulated = new EmulatedPeripheral(options, context, makeBoard)
    const { name, services, advertised } = emulated.#board
    const identity: Identity = {
      address: options.address,
      name,
      services,
      advertised,
      rssiDbm: -58,
    }
    emulated.#air = await openAir(identity, emulated.#listener())
    emulated.#air.appear()
    emulated.#cancel = context.clock.every(tickSeconds, () => emulated.#tick())
    return emulated
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#air.environment
  }

  command(line: string): string {
    return obey(line, {
      shares: this.#options,
      unplug: (seconds) => this.#unplug(seconds),
      plug: () => this.#plug(),
    })
  }

  summary(): EmulatorSummary {
    return this.#account.summary()
  }

  async close(): Promise<void> {
    this.#cancel()
    await this.#air.close()
  }

  #listener(): AirListener {
    return {
      connected: () => this.#noting(() => this.#board.connected()),
      disconnected: () => this.#noting(() => this.#board.disconnected()),
      read: (on) => this.#board.read(on),
      write: (on, bytes) => this.#noting(() => this.#board.write(on, bytes)),
    }
  }

  /** Whatever is done to the board may start or stop it. */
  #noting(work: () => void): void {
    const was = this.#board.isStreaming
    work()
    if (was === this.#board.isStreaming) return
    this.#startedAt = this.#context.clock.now()
    this.#sinceStart = 0
    if (was) this.#send(Number.POSITIVE_INFINITY)
    this.#account.note(was ? 'stopped' : 'started')
  }

  #plug(): void {
    this.#plugAt = Number.POSITIVE_INFINITY
    if (this.#isPresent) return
    this.#isPresent = true
    this.#account.note('plugged')
    this.#air.appear()
  }

  #unplug(seconds: number): void {
    if (!this.#isPresent) return
    this.#isPresent = false
    this.#plugAt = this.#context.clock.now() + seconds
    this.#account.note('unplugged')
    this.#air.vanish()
  }

  #tick(): void {
    const now = this.#context.clock.now()
    if (now >= this.#plugAt) this.#plug()
    if (!this.#board.isStreaming) return
    const elapsed = now - this.#startedAt
    if (elapsed >= this.#unplugDue) {
      this.#unplugDue = Number.POSITIVE_INFINITY
      this.#unplug(this.#options.unplugSeconds)
      return
    }
    this.#board.advance(elapsed * this.#options.speed)
    this.#send(now)
  }

  /** From the board into the air: what chance does to the packet. */
  #transmit(on: string, bytes: Uint8Array): void {
    const { lose, corrupt, delay, delaySeconds, reorder, sparePackets } = this.#options
    const index = this.#made.get(on) ?? 0
    this.#made.set(on, index + 1)
    const of = { packet: this.#account.packets++, on, index }
    const chance = ++this.#sinceStart <= sparePackets ? 1 : this.#random()
    if (chance < lose) {
      this.#account.lost(of, 'radio')
      return
    }
    if (chance < lose + corrupt) {
      this.#waiting.push({ ...of, ...damagedNotification(bytes, this.#random) })
      return
    }
    if (chance < lose + corrupt + delay) {
      this.#pausedUntil = this.#context.clock.now() + delaySeconds
      this.#context.event({ kind: 'delayed', ...of })
    }
    this.#waiting.push({ ...of, bytes: bytes.slice() })
    if (chance >= 1 - reorder && chance < 1) this.#swap()
  }

  /** The last two of one channel change places. */
  #swap(): void {
    const last = this.#waiting.at(-1)!
    const before = this.#waiting.findLastIndex((each) => each !== last && each.on === last.on)
    const other = this.#waiting[before]
    if (!other || other.isMoved) return
    this.#waiting[this.#waiting.length - 1] = { ...other, isMoved: true }
    this.#waiting[before] = { ...last, isMoved: true }
    const { packet, on, index } = last
    this.#context.event({ kind: 'reordered', packet, on, index })
  }

  #send(now: number): void {
    if (now < this.#pausedUntil || this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const { bytes, how, isMoved: _, ...of } of waiting) {
      if (!this.#air.notify(of.on, bytes)) this.#account.lost(of, 'nobody listens')
      else if (how) this.#account.corrupted(of, how)
      else this.#account.sent++
    }
  }
}
