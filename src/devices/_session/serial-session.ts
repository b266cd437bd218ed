/**
 * The life of one board on a serial port: open, greet, start, watch, and take it up again when it
 * was unplugged, within the same streams and with the gap marked. What the bytes mean is its
 * protocol's.
 */
import {
  asSynapseError,
  type ByteLink,
  type DeviceContext,
  type DeviceSession,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { Replies } from './replies.ts'
import { SilenceWatch } from './silence-watch.ts'

export interface SerialProtocol {
  readonly streams: readonly StreamInfo[]
  readonly carries?: DeviceSession['carries']
  /** Said when streaming shall begin, and again when a board that should stream is silent. */
  start(line: SerialLine): Promise<void>
  stop(line: SerialLine): Promise<void>
  /** While it streams. `bytes` are lent. */
  bytes(bytes: Uint8Array, hostTime: number): void
  /** Called ten times a second: what waited long enough for something else goes on. */
  settle(now: number): void
  /** The board was told to start again although it was not told to stop. */
  restarted(): void
  /** The link went away: what is left of a packet will never be completed. */
  cut(): void
  /** The board has stopped as it was told: what follows next does so without a gap. */
  paused(): void
}

/** What a protocol says to its board while it does not stream, and hears from it. */
export class SerialLine {
  readonly replies = new Replies()
  readonly #clock: DeviceContext['clock']
  readonly #link: () => ByteLink | null

  constructor(clock: DeviceContext['clock'], link: () => ByteLink | null) {
    this.#clock = clock
    this.#link = link
  }

  async send(command: string | Uint8Array): Promise<void> {
    const bytes = typeof command === 'string' ? Buffer.from(command, 'latin1') : command
    await this.#link()?.write(bytes)
  }

  /** What came until `end`, or until the time was over; one character for each byte. */
  async ask(command: string | Uint8Array, end: string, seconds: number): Promise<string> {
    this.replies.clear()
    await this.send(command)
    return this.replies.until(end, this.#clock, seconds)
  }

  pause(seconds: number): Promise<void> {
    return sleep(this.#clock, seconds)
  }
}

/** Asks a board what it is. @throws SynapseError silent-device, wrong-device, … */
export type GreetBoard = (line: SerialLine) => Promise<SerialProtocol>

const reopenSeconds = 0.25
/** After "stop", silence so long means that the board has obeyed; it is not awaited for ever. */
const tailSeconds = 0.05
const longestTailSeconds = 0.5

export class SerialSession implements DeviceSession {
  readonly #address: string
  readonly #baudRate: number
  readonly #context: DeviceContext
  readonly #line: SerialLine
  readonly #watch: SilenceWatch
  #protocol!: SerialProtocol
  #link: ByteLink | null = null
  /** Settles when the port is open again, or the session is closed. */
  #reopening: Promise<void> = Promise.resolve()
  #mode: 'asking' | 'streaming' | 'closed' = 'asking'
  #closing: Promise<void> | null = null

  private constructor(address: string, baudRate: number, context: DeviceContext) {
    this.#address = address
    this.#baudRate = baudRate
    this.#context = context
    this.#line = new SerialLine(context.clock, () => this.#link)
    this.#watch = new SilenceWatch(context.clock, {
      passed: (_elapsed, now) => this.#protocol.settle(now),
      stalled: () => context.out.link('stalled', silentBoard(address)),
      restart: () => this.#restart(),
      resumed: () => context.out.link('streaming'),
    })
  }

  /** @throws SynapseError port-…, silent-device, wrong-device */
  static async open(
    address: string,
    baudRate: number,
    context: DeviceContext,
    greet: GreetBoard,
  ): Promise<SerialSession> {
    const session = new SerialSession(address, baudRate, context)
    session.#link = await session.#openPort()
    try {
      session.#protocol = await greet(session.#line)
      tellLatency(session.#link, context)
      return session
    } catch (error) {
      session.#mode = 'closed'
      await session.#link?.close()
      throw error
    }
  }

  get streams(): readonly StreamInfo[] {
    return this.#protocol.streams
  }

  get carries(): NonNullable<DeviceSession['carries']> {
    return this.#protocol.carries ?? {}
  }

  async start(): Promise<void> {
    this.#mode = 'streaming'
    this.#watch.begin()
    if (!this.#link) {
      this.#watch.unlinked()
      return
    }
    this.#context.out.link('streaming')
    // Should this not reach the board, the watch finds it silent and says it again.
    await this.#protocol.start(this.#line).catch(() => {})
  }

  async stop(): Promise<void> {
    this.#watch.end()
    await this.#protocol.stop(this.#line).catch(() => {})
    await this.#silence()
    this.#mode = 'asking'
    this.#protocol.paused()
    if (this.#link) this.#context.out.link('paused')
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

  /** What the board sent before it obeyed still belongs to the recording. */
  async #silence(): Promise<void> {
    const { clock } = this.#context
    const deadline = clock.now() + longestTailSeconds
    // Twice, as a host that was busy rings the timer before it hands over the bytes.
    for (let silent = 0; silent < 2 && this.#link && clock.now() < deadline; ) {
      const { heardAt } = this.#watch
      await sleep(clock, tailSeconds)
      silent = this.#watch.heardAt === heardAt ? silent + 1 : 0
    }
  }

  #openPort(): Promise<ByteLink> {
    return this.#context.transports.serial.open(this.#address, this.#baudRate, {
      bytes: (bytes, hostTime) => this.#bytes(bytes, hostTime),
      lost: () => this.#lost(),
    })
  }

  #bytes(bytes: Uint8Array, hostTime: number): void {
    if (this.#mode !== 'streaming') {
      this.#line.replies.push(bytes)
      return
    }
    this.#protocol.bytes(bytes, hostTime)
    this.#watch.heard(hostTime)
  }

  #restart(): void {
    if (!this.#link) return
    this.#protocol.restarted()
    this.#protocol.start(this.#line).catch(() => {})
  }

  #lost(): void {
    if (this.#mode === 'closed' || !this.#link) return
    this.#link = null
    // While it is being greeted, whatever it is asked next fails.
    if (!this.#protocol) return
    this.#protocol.cut()
    this.#watch.unlinked()
    const what = `reading ${this.#address}: the device was unplugged`
    this.#context.out.link('reconnecting', new SynapseError('link-lost', what))
    this.#reopening = this.#reopen()
  }

  async #reopen(): Promise<void> {
    while (this.#mode !== 'closed' && !this.#link) {
      await sleep(this.#context.clock, reopenSeconds)
      try {
        await this.#takeUp(await this.#openPort())
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
    // A board that streamed on alone is heard within its next packet; one that did not is started
    // again by the watch.
    this.#watch.linked()
    if (this.#mode === 'streaming') return
    this.#context.out.link('paused')
    await this.#protocol.stop(this.#line).catch(() => {})
  }
}

/** What the bridge holds back adds to every latency: shown where it could not be set to 1 ms. */
export function tellLatency({ latencyMs }: ByteLink, { out }: DeviceContext): void {
  if (latencyMs !== undefined) out.fact({ name: 'bridge latency', value: latencyMs, unit: 'ms' })
}

export function silentBoard(address: string): SynapseError {
  return new SynapseError('silent-device', `waiting for the board on ${address}: it is silent`, {
    remedy: 'Switch the board on, check its battery and its cable, then try again.',
  })
}
