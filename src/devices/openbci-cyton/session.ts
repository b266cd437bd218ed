/**
 * The life of one Cyton on a serial port: greet it, start it, watch it, and take it up again when
 * the dongle was unplugged, within the same streams and with the gap marked.
 */
import {
  asSynapseError,
  type ByteLink,
  type Cancel,
  type DeviceContext,
  type DeviceSession,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import {
  closeCardCommand,
  hasBoardClock,
  settingCommands,
  startCommands,
} from '../_cyton/configuration.ts'
import { CytonImpedance } from '../_cyton/impedance.ts'
import type { CytonOptions } from '../_cyton/options.ts'
import { channelCount, rateHz } from '../_cyton/packet.ts'
import { Replies } from '../_session/replies.ts'
import { tellLatency } from '../_session/serial-session.ts'
import { CytonChunks } from './chunks.ts'
import { type Greeted, Greeting, silentBoard } from './greeting.ts'
import { CytonParser } from './parser.ts'
import { cytonStreams } from './streams.ts'

const baudRate = 115200
const watchSeconds = 0.1
/** Silence after which the link counts as stalled, and after which the board is started again. */
const stalledSeconds = 1
const restartSeconds = 3
const reopenSeconds = 0.25
/** After "stop", silence so long means that the board has obeyed; it is not awaited for ever. */
const tailSeconds = 0.03
const longestTailSeconds = 0.5

type Mode = 'asking' | 'streaming' | 'closed'

export class CytonSession implements DeviceSession {
  readonly streams: readonly StreamInfo[]
  readonly carries: NonNullable<DeviceSession['carries']>
  readonly impedance: CytonImpedance
  readonly #address: string
  readonly #options: CytonOptions
  readonly #context: DeviceContext
  readonly #replies = new Replies()
  readonly #parser: CytonParser
  readonly #chunks: CytonChunks
  #link: ByteLink | null
  /** Settles when the port is open again, or the session is closed. */
  #reopening: Promise<void> = Promise.resolve()
  #mode: Mode = 'asking'
  #closing: Promise<void> | null = null
  #stopWatching: Cancel | null = null
  #watchedAt = 0
  #heardAt = 0
  #startedAt = 0
  #stalled = false

  private constructor(
    address: string,
    options: CytonOptions,
    context: DeviceContext,
    link: ByteLink,
    replies: Replies,
    { firmware, hasDaisy }: Greeted,
  ) {
    this.#address = address
    this.#options = options
    this.#context = context
    this.#link = link
    this.#replies = replies
    const streams = cytonStreams(address, firmware, options, hasDaisy)
    this.streams = [streams.eeg, streams.auxiliary]
    this.carries = { [streams.eeg.id]: { deviceTime: hasBoardClock(options), sequence: true } }
    this.#chunks = new CytonChunks(context.out, streams)
    this.impedance = this.#impedancePort(hasDaisy)
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

  /** @throws SynapseError port-…, silent-device, wrong-device */
  static async open(
    address: string,
    options: CytonOptions,
    context: DeviceContext,
  ): Promise<CytonSession> {
    const replies = new Replies()
    let session: CytonSession | undefined
    const link = await context.transports.serial.open(address, baudRate, {
      bytes: (bytes, hostTime) => {
        if (session) session.#bytes(bytes, hostTime)
        else replies.push(bytes)
      },
      lost: () => {
        if (session) session.#lost()
      },
    })
    try {
      const greeted = await new Greeting(address, link, replies, context).greet(options)
      session = new CytonSession(address, options, context, link, replies, greeted)
      context.out.fact({ name: 'firmware', value: greeted.firmware })
      tellLatency(link, context)
      return session
    } catch (error) {
      await link.close()
      throw error
    }
  }

  #impedancePort(hasDaisy: boolean): CytonImpedance {
    const isStreaming = () => this.#mode === 'streaming' && !this.#stalled
    const front = { rateHz: hasDaisy ? rateHz / 2 : rateHz, isAveraged: hasDaisy }
    return new CytonImpedance(this.#options, this.streams[0]!, front, {
      clock: this.#context.clock,
      get isStreaming() {
        return isStreaming()
      },
      send: (command) => this.#send(command),
    })
  }

  async start(): Promise<void> {
    for (const command of startCommands(this.#options)) await this.#ask(command, 0.6)
    this.#mode = 'streaming'
    const now = this.#context.clock.now()
    this.#watchedAt = this.#heardAt = this.#startedAt = now
    this.#stopWatching ??= this.#context.clock.every(watchSeconds, () => this.#watch())
    // Should this not reach the board, the watch finds it silent and sends it again.
    await this.#send('b').catch(() => {})
    if (this.#link) this.#context.out.link('streaming')
    else this.#stalled = true
  }

  async stop(): Promise<void> {
    this.#stopWatching?.()
    this.#stopWatching = null
    // A link that fails here is reported by `#lost`; the board is told when it is back.
    await this.#send('s').catch(() => {})
    await this.#silence()
    this.#mode = 'asking'
    if (this.#options.cardTime !== 'none') await this.#ask(closeCardCommand, 1)
    this.#stalled = false
    this.#parser.paused()
    this.#chunks.flush()
    this.#context.out.fact({ name: 'refused', value: this.#parser.refusedBytes, unit: 'bytes' })
    if (this.#link) this.#context.out.link('paused')
  }

  /** What the board sent before it obeyed still belongs to the recording. */
  async #silence(): Promise<void> {
    const { clock } = this.#context
    const deadline = clock.now() + longestTailSeconds
    // Twice, as a host that was busy rings the timer before it hands over the bytes.
    for (let silent = 0; silent < 2 && clock.now() < deadline; ) {
      const heardAt = this.#heardAt
      await sleep(clock, tailSeconds)
      silent = this.#heardAt === heardAt ? silent + 1 : 0
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    if (this.#mode === 'streaming') await this.stop()
    this.#mode = 'closed'
    await this.#link?.close()
    this.#link = null
    await this.#reopening
    this.#context.out.link('closed')
  }

  #bytes(bytes: Uint8Array, hostTime: number): void {
    if (this.#mode !== 'streaming') {
      this.#replies.push(bytes)
      return
    }
    this.#heardAt = hostTime
    this.#parser.push(bytes, hostTime)
    this.#chunks.flush()
    if (this.#stalled) {
      this.#stalled = false
      this.#context.out.link('streaming')
    }
  }

  /** Runs while the event loop is alive, so that a busy host is not taken for a silent board. */
  #watch(): void {
    const now = this.#context.clock.now()
    const elapsed = now - this.#watchedAt
    this.#watchedAt = now
    const silent = now - this.#heardAt
    if (silent < elapsed) return
    this.#parser.quiet(this.#link ? Math.min(elapsed, 2 * watchSeconds) : elapsed)
    if (!this.#link) return
    if (silent > stalledSeconds && !this.#stalled) {
      this.#stalled = true
      this.#context.out.link('stalled', silentBoard(this.#address))
    }
    if (silent > restartSeconds && now - this.#startedAt > restartSeconds) {
      this.#startedAt = now
      this.#parser.restarted()
      this.#startAgain().catch(() => {})
    }
  }

  /** A board that was switched off has forgotten how it was set. */
  async #startAgain(): Promise<void> {
    const channels = this.streams[0]!.channels.length
    const settings = settingCommands(this.#options, channels)
    const isUsual = channels === channelCount && settings.length === 1
    const again = isUsual ? [] : [channels > channelCount ? 'C' : '', ...settings]
    await this.#send([...again, ...startCommands(this.#options), 'b'].join(''))
  }

  #lost(): void {
    if (this.#mode === 'closed') return
    this.#link = null
    this.#parser.cut()
    this.#chunks.flush()
    this.#stalled = true
    const cause = new SynapseError(
      'link-lost',
      `reading ${this.#address}: the device was unplugged`,
    )
    this.#context.out.link('reconnecting', cause)
    this.#reopening = this.#reopen()
  }

  async #reopen(): Promise<void> {
    while (this.#mode !== 'closed' && !this.#link) {
      await sleep(this.#context.clock, reopenSeconds)
      try {
        await this.#takeUp(
          await this.#context.transports.serial.open(this.#address, baudRate, {
            bytes: (bytes, hostTime) => this.#bytes(bytes, hostTime),
            lost: () => this.#lost(),
          }),
        )
      } catch (error) {
        const { code } = asSynapseError(error, 'reconnecting')
        if (code !== 'port-missing' && code !== 'port-busy') {
          this.#context.out.fact({ name: 'reconnecting', value: code })
        }
      }
    }
  }

  async #takeUp(link: ByteLink): Promise<void> {
    // close() may have come while the port was opening.
    if (this.#mode === 'closed') {
      await link.close()
      return
    }
    this.#link = link
    // A board that went on alone is heard within its next packet; one that did not is started
    // again by the watch.
    this.#startedAt = this.#context.clock.now() - restartSeconds + stalledSeconds
    if (this.#mode === 'streaming') return
    this.#stalled = false
    this.#context.out.link('paused')
    await this.#send('s').catch(() => {})
  }

  async #send(command: string): Promise<void> {
    await this.#link?.write(new TextEncoder().encode(command))
  }

  async #ask(command: string, seconds: number): Promise<string> {
    this.#replies.clear()
    await this.#send(command)
    return this.#replies.until('$$$', this.#context.clock, seconds)
  }
}
