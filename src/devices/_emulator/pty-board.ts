/**
 * A board with a serial port, on a pseudo-terminal: the time at which its packets are made, what
 * chance and the user do to them on their way, and the account of it. What the bytes are is the
 * board's own.
 */
import { lstatSync, rmSync, symlinkSync } from 'node:fs'
import { z } from 'zod'
import { option, reasonOf, SynapseError } from '../../signal/index.ts'
import type { OpenPty, Pty } from '../_pty/pty.ts'
import { PacketAccount } from './account.ts'
import { obey } from './commands.ts'
import type { EmulatorContext, EmulatorSummary, RunningEmulator } from './emulator.ts'
import { faultOptions, seededRandom } from './faults.ts'

/** Pure: no timer, no port. */
export interface SerialBoard {
  readonly streaming: boolean
  readonly packetsPerSecond: number
  readonly maxPacketBytes: number
  /** What the host says. */
  receive(bytes: Uint8Array): void
  /**
   * Writes the next packet into `into`.
   * @param boardMs time since the board was switched on
   * @returns its length; 0 when the source has ended, and the board streams no more
   */
  packet(into: Uint8Array, boardMs: number): number
  /** A damaged copy, and the name of the damage; each kind can be noticed by a receiver. */
  damaged(
    packet: Uint8Array,
    random: () => number,
  ): { readonly how: string; readonly bytes: Uint8Array }
  /** Words of its own; undefined for those that it does not know. */
  command?(word: string, value: number): string | undefined
}

/** @param reply sends the board's answers */
export type MakeBoard = (reply: (bytes: Uint8Array) => void) => SerialBoard

/** Options of every board on a serial port. */
export const ptyOptions = {
  link: option(z.string().min(1).optional(), {
    help: 'Path of a symbolic link to the pseudo-terminal: the port to open.',
  }),
  speed: option(z.number().min(0.1).max(100).default(1), {
    help: 'Times the true rate; the host still sees a board of the usual rate.',
  }),
  unplugAt: option(z.number().min(0).optional(), {
    help: 'Pull the plug so long after the start.',
    unit: 's',
  }),
  unplugSeconds: option(z.number().min(0).default(1), {
    help: 'Put the plug back after so long; the board streams on meanwhile.',
    unit: 's',
  }),
  ...faultOptions,
}
const ptySchema = z.strictObject(ptyOptions)
export type PtyOptions = z.infer<typeof ptySchema>

const tickSeconds = 0.004
/** A packet that is due at a tick is made at that tick, however its time was rounded. */
const roundingPackets = 1e-6
/** What was sent before the plug is pulled is still read: a terminal drops it when it goes. */
const drainSeconds = 0.05
const nothing = new Uint8Array(0)
/** A program that opens the port throws away what comes before it has set the port up. */
const settingUpSeconds = 0.02

/** A packet on its way: without bytes it is lost, and intact where nothing says how it was damaged. */
interface Outgoing {
  readonly packet: number
  readonly bytes: Uint8Array
  readonly how?: string
}

/** @param openPty what the board is put on; a test hands in one of its own */
export class PtyBoard implements RunningEmulator {
  readonly #options: { -readonly [K in keyof PtyOptions]: PtyOptions[K] }
  readonly #context: EmulatorContext
  readonly #board: SerialBoard
  readonly #random: () => number
  readonly #packet: Uint8Array
  readonly #cancel: () => void
  readonly #switchedOnAt: number
  readonly #openPty: OpenPty
  #pty: Pty | null = null
  /** Unplugged, but not yet gone. */
  readonly #pulled = new Set<Pty>()
  /** Since when a program has the port open; NaN while none has. */
  #openSince = Number.NaN
  #waiting: Outgoing[] = []
  #startedAt = Number.NaN
  /** The board's clock at its first packet since the last start, and at its latest. */
  #startedMs = 0
  #boardMs = 0
  /** Packets made since the last start. */
  #made = 0
  readonly #account: PacketAccount
  #pausedUntil = 0
  #plugAt = Number.POSITIVE_INFINITY
  #unplugDue: number

  constructor(
    options: PtyOptions,
    context: EmulatorContext,
    openPty: OpenPty,
    makeBoard: MakeBoard,
  ) {
    this.#openPty = openPty
    this.#options = { ...options }
    this.#context = context
    this.#account = new PacketAccount(context)
    this.#random = seededRandom(options.seed)
    this.#board = makeBoard((bytes) => this.#pty?.write(bytes))
    this.#packet = new Uint8Array(this.#board.maxPacketBytes)
    this.#switchedOnAt = context.clock.now()
    if (this.#board.streaming) this.#startedAt = this.#switchedOnAt
    this.#unplugDue = options.unplugAt ?? Number.POSITIVE_INFINITY
    this.#plug()
    this.#cancel = context.clock.every(tickSeconds, () => this.#tick())
  }

  get address(): string {
    return this.#options.link ?? this.#pty?.path ?? ''
  }

  command(line: string): string {
    return obey(line, {
      shares: this.#options,
      unplug: (seconds) => this.#unplug(seconds),
      plug: () => this.#plug(),
      own: (word, value) => this.#board.command?.(word, value),
    })
  }

  summary(): EmulatorSummary {
    return this.#account.summary()
  }

  async close(): Promise<void> {
    this.#cancel()
    if (this.#pty) this.#unplug(Number.POSITIVE_INFINITY)
    for (const pulled of this.#pulled) this.#drop(pulled)
  }

  #plug(): void {
    this.#plugAt = Number.POSITIVE_INFINITY
    if (this.#pty) return
    const pty = this.#openPty()
    this.#openSince = Number.NaN
    const { link } = this.#options
    try {
      if (link) linkTo(pty, link)
    } catch (error) {
      pty.close()
      throw error
    }
    this.#pty = pty
    if (this.#account.packets > 0) this.#account.note('plugged')
  }

  #unplug(seconds: number): void {
    if (!this.#pty) return
    this.#plugAt = this.#context.clock.now() + seconds
    this.#account.note('unplugged')
    if (this.#options.link) rmSync(this.#options.link, { force: true })
    const pulled = this.#pty
    this.#pulled.add(pulled)
    this.#context.clock.after(drainSeconds, () => this.#drop(pulled))
    this.#pty = null
    this.#sendWaiting(this.#context.clock.now())
  }

  #drop(pulled: Pty): void {
    if (this.#pulled.delete(pulled)) pulled.close()
  }

  #received(bytes: Uint8Array): void {
    const was = this.#board.streaming
    this.#board.receive(bytes)
    if (was === this.#board.streaming) return
    this.#made = 0
    this.#startedAt = this.#context.clock.now()
    this.#startedMs = Math.max(
      (this.#startedAt - this.#switchedOnAt) * 1000,
      this.#boardMs + 1000 / this.#board.packetsPerSecond,
    )
    this.#account.note(this.#board.streaming ? 'started' : 'stopped')
  }

  #tick(): void {
    const now = this.#context.clock.now()
    if (now >= this.#plugAt) this.#plug()
    this.#listen(now)
    const elapsed = now - this.#startedAt
    if (elapsed >= this.#unplugDue) {
      this.#unplugDue = Number.POSITIVE_INFINITY
      this.#unplug(this.#options.unplugSeconds)
    }
    const wanted = elapsed * this.#board.packetsPerSecond * this.#options.speed
    const due = Math.floor(wanted + roundingPackets)
    while (this.#board.streaming && this.#made < due) this.#makePacket(now)
    if (now >= this.#pausedUntil || !this.#pty) this.#sendWaiting(now)
  }

  #listen(now: number): void {
    const bytes = this.#pty?.read() ?? null
    if (!bytes) this.#openSince = Number.NaN
    else if (Number.isNaN(this.#openSince)) this.#openSince = now
    if (!bytes?.length) return
    // Whoever writes has set the port up.
    this.#openSince = Number.NEGATIVE_INFINITY
    this.#received(bytes)
  }

  #makePacket(now: number): void {
    // Packets bear the time when they were sampled, not when they were sent.
    this.#boardMs = this.#startedMs + (this.#made * 1000) / this.#board.packetsPerSecond
    const length = this.#board.packet(this.#packet, this.#boardMs)
    if (length === 0) {
      this.#account.note('ended')
      return
    }
    this.#made++
    this.#transmit(this.#account.packets++, this.#packet.subarray(0, length), now)
  }

  /** From the board to the dongle: what chance does to the packet. */
  #transmit(packet: number, bytes: Uint8Array, now: number): void {
    const { lose, corrupt, delay, delaySeconds, sparePackets } = this.#options
    const chance = this.#made <= sparePackets ? 1 : this.#random()
    if (chance < lose) {
      this.#waiting.push({ packet, bytes: nothing, how: 'radio' })
      return
    }
    if (chance < lose + corrupt) {
      this.#waiting.push({ packet, ...this.#board.damaged(bytes, this.#random) })
      return
    }
    if (chance < lose + corrupt + delay) {
      this.#pausedUntil = now + delaySeconds
      this.#context.event({ kind: 'delayed', packet })
    }
    this.#waiting.push({ packet, bytes: bytes.slice() })
  }

  /** From the dongle to the host. Only here is it settled whether a packet was sent. */
  #sendWaiting(now: number): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    const isSetUp = now - this.#openSince >= settingUpSeconds
    const refused = !this.#pty ? 'unplugged' : isSetUp ? '' : 'nobody has the port open'
    for (const { packet, bytes, how } of waiting) {
      const taken = refused || bytes.length === 0 ? 0 : this.#pty!.write(bytes)
      const torn = taken < bytes.length
      if (bytes.length === 0) this.#account.lost({ packet }, how ?? 'radio')
      else if (taken === 0) this.#account.lost({ packet }, refused || 'the host does not read')
      else if (how || torn)
        this.#account.corrupted({ packet }, how ?? 'torn: the host does not read')
      else this.#account.sent++
    }
  }
}

function linkTo(pty: Pty, link: string): void {
  try {
    const there = lstatSync(link, { throwIfNoEntry: false })
    if (there && !there.isSymbolicLink()) throw new Error('a file stands there')
    rmSync(link, { force: true })
    symlinkSync(pty.path, link)
  } catch (cause) {
    throw new SynapseError('io-failed', `linking ${link}: ${reasonOf(cause)}`, { cause })
  }
}
