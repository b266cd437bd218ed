/**
 * The life of one board, whatever its link: connect, with retry where that may help, start, watch,
 * set, and take it up again when the link was down, within the same streams and with the gap
 * marked. How it is linked is its port's, what it says is its protocol's.
 */
import {
  asSynapseError,
  type Cancel,
  type DeviceContext,
  type DeviceSession,
  type ImpedancePort,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import type { BoardHost, BoardProtocol, LinkEvents, LinkPort, MakeProtocol } from './board-link.ts'
import { SilenceWatch } from './silence-watch.ts'

const rssiSeconds = 10
/** A connection that is being made may take longer than whoever closes wants to wait. */
const longestReopeningSeconds = 1

export class BoardSession<L> implements DeviceSession {
  impedance?: ImpedancePort
  configure?: (options: unknown) => Promise<void>
  readonly #port: LinkPort<L>
  readonly #context: DeviceContext
  readonly #watch: SilenceWatch
  #protocol!: BoardProtocol<L>
  #link: L | null = null
  /** Settles when the link is up again, or the session is closed. */
  #reopening: Promise<void> | null = null
  #mode: 'asking' | 'streaming' | 'closed' = 'asking'
  #closing: Promise<void> | null = null
  #cancels: Cancel[] = []

  private constructor(port: LinkPort<L>, context: DeviceContext) {
    this.#port = port
    this.#context = context
    this.#watch = new SilenceWatch(context.clock, {
      passed: (quietSeconds, now) => this.#protocol.settle(now, quietSeconds),
      stalled: () => context.out.link('stalled', port.silent()),
      restart: (silentSeconds) => this.#restart(silentSeconds),
      resumed: () => context.out.link('streaming'),
    })
  }

  /** @throws SynapseError what the port says, wrong-device, silent-device */
  static async open<L>(
    port: LinkPort<L>,
    context: DeviceContext,
    make: MakeProtocol<L>,
  ): Promise<BoardSession<L>> {
    const session = new BoardSession(port, context)
    for (let attempt = 1; ; attempt++) {
      try {
        await session.#open(make)
        return session
      } catch (error) {
        const { code } = asSynapseError(error, `opening ${port.address}`)
        if (!port.passing.includes(code) || attempt === port.attempts) throw error
        await sleep(context.clock, port.retrySeconds)
      }
    }
  }

  get streams(): readonly StreamInfo[] {
    return this.#protocol.streams
  }

  get carries(): NonNullable<DeviceSession['carries']> {
    return this.#protocol.carries ?? {}
  }

  async start(): Promise<void> {
    if (this.#link) await this.#protocol.prepare?.(this.#link).catch(() => {})
    if (this.#isClosed()) return
    this.#mode = 'streaming'
    this.#beginWatch()
    this.#keepBusy()
    if (!this.#link) {
      this.#watch.unlinked()
      return
    }
    this.#context.out.link('streaming')
    // Should this not reach the board, the watch finds it silent and says it again.
    await this.#protocol.start(this.#link).catch(() => {})
  }

  #beginWatch(): void {
    if (!this.#protocol.isSeldomHeard) this.#watch.begin()
  }

  async stop(): Promise<void> {
    await this.#fallSilent()
    this.#rest()
    if (this.#link) await this.#protocol.stopped?.(this.#link).catch(() => {})
    this.#protocol.paused()
    if (this.#link) this.#context.out.link('paused')
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    if (this.#mode === 'streaming') await this.stop()
    this.#rest()
    this.#mode = 'closed'
    if (this.#link) await this.#port.close(this.#link)
    this.#link = null
    const { clock, out } = this.#context
    // Should it stand later, it is ended then.
    if (this.#reopening)
      await Promise.race([this.#reopening, sleep(clock, longestReopeningSeconds)])
    out.link('closed')
  }

  async #open(make: MakeProtocol<L>): Promise<void> {
    const link = await this.#port.connect(this.#events())
    this.#link = link
    try {
      this.#protocol = await make(link, this.#host())
      if (this.#protocol.impedance) this.impedance = this.#protocol.impedance
      if (this.#protocol.configure) this.configure = (options) => this.#configure(options)
      await this.#protocol.attach?.(link)
    } catch (error) {
      this.#link = null
      await this.#port.close(link)
      throw error
    }
  }

  #events(): LinkEvents {
    const isStreaming = () => this.#mode === 'streaming'
    return {
      get isStreaming() {
        return isStreaming()
      },
      heard: (hostTime) => this.#watch.heard(hostTime),
      lost: () => this.#lost(),
    }
  }

  #host(): BoardHost {
    const isStreaming = () => this.#mode === 'streaming' && !this.#watch.isStalled
    return {
      ...this.#context,
      get isStreaming() {
        return isStreaming()
      },
      heard: (hostTime) => this.#watch.heard(hostTime),
    }
  }

  /**
   * A board that streams is stopped, set and started again: every sample before is under the old
   * settings, every one after under the new, and the gap between them is marked.
   */
  async #configure(options: unknown): Promise<void> {
    const link = this.#link
    if (!link || (this.#mode === 'streaming' && this.#watch.isStalled)) {
      throw new SynapseError('not-ready', `setting ${this.#port.address}: it does not answer now`, {
        remedy: 'Wait until it is connected again, then change the setting.',
      })
    }
    const wasStreaming = this.#mode === 'streaming'
    if (wasStreaming) await this.#fallSilent()
    const since = this.#watch.heardAt
    try {
      await this.#protocol.configure!(link, options)
      this.#context.out.configured(this.#protocol.streams)
    } finally {
      if (wasStreaming && !this.#isClosed()) await this.#goOn(since)
    }
  }

  async #goOn(silentSince: number): Promise<void> {
    const { clock } = this.#context
    this.#mode = 'streaming'
    this.#beginWatch()
    this.#protocol.settle(clock.now(), clock.now() - silentSince)
    if (!this.#link) {
      this.#watch.unlinked()
      return
    }
    this.#context.out.link('streaming')
    await this.#protocol.start(this.#link).catch(() => {})
  }

  /** What the board sent before it obeyed still belongs to the recording. */
  async #fallSilent(): Promise<void> {
    const { clock } = this.#context
    const { tailSeconds, longestTailSeconds } = this.#port
    this.#watch.end()
    // A link that fails here is reported by `#lost`; the board is told when it is back.
    if (this.#link) await this.#protocol.stop(this.#link).catch(() => {})
    const deadline = clock.now() + longestTailSeconds
    // Twice, as a host that was busy rings the timer before it hands over the bytes.
    for (let silent = 0; silent < 2 && this.#link && clock.now() < deadline; ) {
      const { heardAt } = this.#watch
      await sleep(clock, tailSeconds)
      silent = this.#watch.heardAt === heardAt ? silent + 1 : 0
    }
    if (!this.#isClosed()) this.#mode = 'asking'
  }

  #lost(): void {
    // While it is being opened, whatever it is asked next fails.
    if (this.#isClosed() || !this.#link || !this.#protocol) return
    this.#link = null
    this.#protocol.cut()
    this.#watch.unlinked()
    this.#context.out.link('reconnecting', this.#port.unlinked())
    // A link that breaks while it is taken up is made again by whoever takes it up.
    this.#reopening ??= this.#reopen()
  }

  async #reopen(): Promise<void> {
    const { clock, out } = this.#context
    while (!this.#isClosed() && !this.#link) {
      await sleep(clock, this.#port.retrySeconds)
      if (this.#isClosed()) break
      try {
        await this.#takeUp(await this.#port.connect(this.#events()))
      } catch (error) {
        const { code } = asSynapseError(error, 'reconnecting')
        if (!this.#port.expected.includes(code)) out.fact({ name: 'reconnecting', value: code })
      }
    }
    this.#reopening = null
  }

  async #takeUp(link: L): Promise<void> {
    // close() may have come while the link was being made.
    if (this.#isClosed()) {
      await this.#port.close(link)
      return
    }
    this.#link = link
    try {
      await this.#protocol.attach?.(link)
      if (this.#mode === 'streaming' && !this.#port.isBridge) await this.#protocol.start(link)
    } catch (error) {
      this.#link = null
      await this.#port.close(link)
      throw error
    }
    // A board that streamed on alone is heard within its next packet; one that did not is started
    // again by the watch.
    this.#watch.linked()
    if (this.#mode === 'streaming') {
      if (this.#protocol.isSeldomHeard) this.#context.out.link('streaming')
      return
    }
    this.#context.out.link('paused')
    if (this.#port.isBridge) await this.#protocol.stop(link).catch(() => {})
  }

  #isClosed(): boolean {
    return this.#mode === 'closed'
  }

  #restart(silentSeconds: number): void {
    const link = this.#link
    if (!link) return
    if (silentSeconds > this.#port.hopelessSeconds) {
      this.#lost()
      void this.#port.close(link)
      return
    }
    this.#protocol.restarted()
    this.#protocol.start(link).catch(() => {})
  }

  /** What is done now and then while it streams. */
  #keepBusy(): void {
    if (this.#cancels.length > 0) return
    const { clock } = this.#context
    const { keepAliveSeconds } = this.#protocol
    if (keepAliveSeconds) {
      const keepAlive = () => {
        // A link that fails here is noticed by its silence.
        if (this.#link) this.#protocol.keepAlive?.(this.#link).catch(() => {})
      }
      this.#cancels.push(clock.every(keepAliveSeconds, keepAlive))
    }
    if (this.#port.rssiDbm) {
      void this.#measure()
      this.#cancels.push(clock.every(rssiSeconds, () => void this.#measure()))
    }
  }

  #rest(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
  }

  async #measure(): Promise<void> {
    if (!this.#link) return
    const rssiDbm = await this.#port.rssiDbm?.(this.#link).catch(() => null)
    if (rssiDbm) this.#context.out.fact({ name: 'rssi', value: rssiDbm, unit: 'dBm' })
  }
}
