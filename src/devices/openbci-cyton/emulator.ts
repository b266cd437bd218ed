/** A Cyton with its dongle on a pseudo-terminal, for tests and for those who have no board. */
import { lstatSync, rmSync, symlinkSync } from 'node:fs'
import { z } from 'zod'
import { option, reasonOf, SynapseError } from '../../signal/index.ts'
import type {
  DeviceEmulator,
  EmulatorContext,
  EmulatorSummary,
  RunningEmulator,
} from '../_emulator/emulator.ts'
import { faultOptions, seededRandom } from '../_emulator/faults.ts'
import { openPty, type Pty } from '../_pty/pty.ts'
import { type BoardSource, CytonBoard } from './board.ts'
import { generatedSource, recordedSource } from './board-source.ts'
import { damaged } from './damage.ts'
import { packetBytes, rateHz } from './packet.ts'

const emulatorOptions = z.strictObject({
  link: option(z.string().min(1).optional(), {
    help: 'Path of a symbolic link to the pseudo-terminal: the port to open.',
  }),
  from: option(z.string().min(1).optional(), {
    help: 'Recording that the board plays; without it, EEG is made up.',
  }),
  loop: option(z.boolean().default(false), { help: 'Begin the recording again at its end.' }),
  speed: option(z.number().min(0.1).max(100).default(1), {
    help: 'Times the true rate; the host still sees a board of 250 Hz.',
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
})
type EmulatorOptions = z.infer<typeof emulatorOptions>

const tickSeconds = 0.004

export const cytonEmulator: DeviceEmulator<EmulatorOptions> = {
  id: 'openbci-cyton',
  title: 'OpenBCI Cyton with USB dongle',
  options: emulatorOptions,
  async start(options, context) {
    const { from, loop, seed } = options
    const source = from ? await recordedSource(from, loop) : generatedSource(seed)
    return new EmulatedCyton(options, source, context)
  },
}

class EmulatedCyton implements RunningEmulator {
  readonly #options: { -readonly [K in keyof EmulatorOptions]: EmulatorOptions[K] }
  readonly #context: EmulatorContext
  readonly #board: CytonBoard
  readonly #random: () => number
  readonly #packet = new Uint8Array(packetBytes)
  readonly #cancel: () => void
  readonly #switchedOnAt: number
  #pty: Pty | null = null
  #waiting: Uint8Array[] = []
  #startedAt = Number.NaN
  /** Packets made since the last start, and in all. */
  #made = 0
  #packets = 0
  #sent = 0
  #lost = 0
  #corrupted = 0
  #pausedUntil = 0
  #plugAt = Number.POSITIVE_INFINITY
  #unplugDue: number

  constructor(options: EmulatorOptions, source: BoardSource, context: EmulatorContext) {
    this.#options = { ...options }
    this.#context = context
    this.#random = seededRandom(options.seed)
    this.#board = new CytonBoard(source, (text) => this.#pty?.write(Buffer.from(text, 'latin1')))
    this.#switchedOnAt = context.clock.now()
    this.#unplugDue = options.unplugAt ?? Number.POSITIVE_INFINITY
    this.#plug()
    this.#cancel = context.clock.every(tickSeconds, () => this.#tick())
  }

  get address(): string {
    return this.#options.link ?? this.#pty?.path ?? ''
  }

  command(line: string): string {
    const [word = '', argument] = line.trim().split(/\s+/)
    const value = Number(argument)
    if (word === 'lose' || word === 'corrupt' || word === 'delay') {
      if (!(value >= 0 && value <= 1)) return `${word} takes a share from 0 to 1`
      this.#options[word] = value
      return `${word} ${value}`
    }
    if (word === 'unplug') {
      this.#unplug(value > 0 ? value : Number.POSITIVE_INFINITY)
      return 'unplugged'
    }
    if (word === 'plug') {
      this.#plug()
      return 'plugged'
    }
    return 'commands: lose SHARE, corrupt SHARE, delay SHARE, unplug [SECONDS], plug'
  }

  summary(): EmulatorSummary {
    return {
      packets: this.#packets,
      sent: this.#sent,
      lost: this.#lost,
      corrupted: this.#corrupted,
    }
  }

  async close(): Promise<void> {
    this.#cancel()
    if (this.#pty) this.#unplug(Number.POSITIVE_INFINITY)
  }

  #plug(): void {
    this.#plugAt = Number.POSITIVE_INFINITY
    if (this.#pty) return
    const pty = openPty((bytes) => this.#received(bytes))
    const { link } = this.#options
    if (link) linkTo(pty, link)
    this.#pty = pty
    if (this.#packets) this.#context.event({ kind: 'plugged', packet: this.#packets })
  }

  #unplug(seconds: number): void {
    if (!this.#pty) return
    this.#plugAt = this.#context.clock.now() + seconds
    this.#context.event({ kind: 'unplugged', packet: this.#packets })
    if (this.#options.link) rmSync(this.#options.link, { force: true })
    this.#pty.close()
    this.#pty = null
  }

  #received(bytes: Uint8Array): void {
    const was = this.#board.streaming
    this.#board.receive(bytes)
    if (was === this.#board.streaming) return
    this.#made = 0
    this.#startedAt = this.#context.clock.now()
    const kind = this.#board.streaming ? 'started' : 'stopped'
    this.#context.event({ kind, packet: this.#packets })
  }

  #tick(): void {
    const now = this.#context.clock.now()
    if (now >= this.#plugAt) this.#plug()
    const elapsed = now - this.#startedAt
    if (elapsed >= this.#unplugDue) {
      this.#unplugDue = Number.POSITIVE_INFINITY
      this.#unplug(this.#options.unplugSeconds)
    }
    const due = Math.floor(elapsed * rateHz * this.#options.speed)
    while (this.#board.streaming && this.#made < due) this.#makePacket(now)
    if (now >= this.#pausedUntil) this.#sendWaiting()
  }

  #makePacket(now: number): void {
    // Packets bear the time when they were sampled, not when they were sent.
    const startedMs = (this.#startedAt - this.#switchedOnAt) * 1000
    if (!this.#board.packet(this.#packet, startedMs + (this.#made * 1000) / rateHz)) {
      this.#board.streaming = false
      this.#context.event({ kind: 'ended', packet: this.#packets })
      return
    }
    this.#made++
    this.#send(this.#packets++, now)
  }

  #send(packet: number, now: number): void {
    const { lose, corrupt, delay, delaySeconds, sparePackets } = this.#options
    const spared = this.#made <= sparePackets
    const chance = spared ? 1 : this.#random()
    if (!this.#pty) this.#lose(packet, 'unplugged')
    else if (chance < lose) this.#lose(packet, 'radio')
    else if (chance < lose + corrupt) {
      const { how, bytes } = damaged(this.#packet, this.#random)
      this.#corrupted++
      this.#context.event({ kind: 'corrupted', packet, how })
      this.#waiting.push(bytes)
    } else {
      if (chance < lose + corrupt + delay) {
        this.#pausedUntil = now + delaySeconds
        this.#context.event({ kind: 'delayed', packet })
      }
      this.#sent++
      this.#waiting.push(this.#packet.slice())
    }
  }

  #lose(packet: number, how: string): void {
    this.#lost++
    this.#context.event({ kind: 'lost', packet, count: 1, how })
  }

  #sendWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (!this.#pty || waiting.length === 0) return
    for (const bytes of waiting) {
      if (!this.#pty.write(bytes)) {
        this.#sent--
        this.#lose(this.#packets - 1, 'the host does not read')
      }
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
