/** A greeted Cyton as the session sees it: set up, started, read, set anew. */
import type { DeviceOutput, StreamInfo } from '../../signal/index.ts'
import {
  closeCardCommand,
  hasBoardClock,
  settingCommands,
  startCommands,
} from '../_cyton/configuration.ts'
import { CytonImpedance } from '../_cyton/impedance.ts'
import type { CytonOptions } from '../_cyton/options.ts'
import { rateHz } from '../_cyton/packet.ts'
import type { BoardHost } from '../_session/board-link.ts'
import type { GreetBoard, SerialLine, SerialProtocol } from '../_session/serial-session.ts'
import { CytonChunks } from './chunks.ts'
import { channelsOf, type Greeted, Greeting, setUp } from './greeting.ts'
import { CytonParser } from './parser.ts'
import { type CytonStreams, cytonStreams } from './streams.ts'

const startSeconds = 0.6
const cardSeconds = 1

/** @throws SynapseError silent-device, wrong-device, bad-option where the board refuses a setting */
export function greetCyton(address: string, options: CytonOptions): GreetBoard {
  return async (line, host) => {
    const greeted = await new Greeting(address, line, host).greet(options)
    host.out.fact({ name: 'firmware', value: greeted.firmware })
    return new CytonProtocol(address, options, greeted, line, host)
  }
}

class CytonProtocol implements SerialProtocol {
  readonly carries: NonNullable<SerialProtocol['carries']>
  readonly impedance: CytonImpedance
  readonly #address: string
  readonly #greeted: Greeted
  readonly #out: DeviceOutput
  readonly #parser: CytonParser
  readonly #chunks: CytonChunks
  #options: CytonOptions
  #infos: CytonStreams
  /** A board that was switched off has forgotten how it was set. */
  #isForgetful = false

  constructor(
    address: string,
    options: CytonOptions,
    greeted: Greeted,
    line: SerialLine,
    host: BoardHost,
  ) {
    this.#address = address
    this.#options = options
    this.#greeted = greeted
    this.#out = host.out
    this.#infos = cytonStreams(address, greeted.firmware, options, greeted.hasDaisy)
    const { eeg } = this.#infos
    this.carries = { [eeg.id]: { deviceTime: hasBoardClock(options), sequence: true } }
    this.#chunks = new CytonChunks(host.out, this.#infos, options)
    this.impedance = this.#impedancePort(eeg, line, host)
    this.#parser = new CytonParser({
      packet: (bytes, at, hostTime) => {
        this.#chunks.packet(bytes, at, hostTime)
        this.impedance.packet(bytes, at)
      },
      lost: (lost, exact, reason) => {
        this.#chunks.lost(lost, exact, reason)
        this.impedance.lost()
      },
    })
  }

  #impedancePort(eeg: StreamInfo, line: SerialLine, host: BoardHost): CytonImpedance {
    const { hasDaisy } = this.#greeted
    const front = { rateHz: hasDaisy ? rateHz / 2 : rateHz, isAveraged: hasDaisy }
    return new CytonImpedance(this.#options, eeg, front, {
      clock: host.clock,
      get isStreaming() {
        return host.isStreaming
      },
      send: (command) => line.send(command),
    })
  }

  get streams(): readonly StreamInfo[] {
    return [this.#infos.eeg, this.#infos.auxiliary]
  }

  async prepare(line: SerialLine): Promise<void> {
    for (const command of startCommands(this.#options)) {
      await line.ask(command, '$$$', startSeconds)
    }
  }

  async start(line: SerialLine): Promise<void> {
    await line.send(`${this.#isForgetful ? this.#settings() : ''}b`)
    this.#isForgetful = false
  }

  /** Nothing where the board, switched off, comes back as it is wanted. */
  #settings(): string {
    const { hasDaisy } = this.#greeted
    const settings = settingCommands(this.#options, channelsOf(hasDaisy))
    const again = hasDaisy ? ['C', ...settings] : settings.length > 1 ? settings : []
    return [...again, ...startCommands(this.#options)].join('')
  }

  stop(line: SerialLine): Promise<void> {
    return line.send('s')
  }

  async stopped(line: SerialLine): Promise<void> {
    if (this.#options.cardTime !== 'none') await line.ask(closeCardCommand, '$$$', cardSeconds)
  }

  async configure(line: SerialLine, options: unknown): Promise<void> {
    const next = options as CytonOptions
    const { firmware, hasDaisy } = this.#greeted
    this.#parser.set()
    this.#chunks.flush()
    try {
      await setUp(this.#address, line, next, hasDaisy)
    } catch (error) {
      await setUp(this.#address, line, this.#options, hasDaisy).catch(() => {})
      throw error
    }
    this.#options = next
    this.#infos = cytonStreams(this.#address, firmware, next, hasDaisy)
    this.#chunks.set(next)
    this.impedance.set(next)
  }

  bytes(bytes: Uint8Array, hostTime: number): void {
    this.#parser.push(bytes, hostTime)
    this.#chunks.flush()
  }

  settle(_now: number, quietSeconds: number): void {
    if (quietSeconds > 0) this.#parser.quiet(quietSeconds)
  }

  restarted(): void {
    this.#isForgetful = true
    this.#parser.restarted()
  }

  cut(): void {
    this.#parser.cut()
    this.#chunks.flush()
  }

  paused(): void {
    this.#parser.paused()
    this.#chunks.flush()
    this.#out.fact({ name: 'refused', value: this.#parser.refusedBytes, unit: 'bytes' })
  }
}
