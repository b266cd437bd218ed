/**
 * The life of one Bluetooth board: connect, start, watch, and take it up again when the link was
 * down, within the same streams and with the gap marked. What the board says is its protocol's.
 */
import {
  asSynapseError,
  type BleLink,
  type BleListener,
  type Cancel,
  type DeviceContext,
  type DeviceSession,
  type ImpedancePort,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { SilenceWatch } from './silence-watch.ts'

export interface BleProtocol {
  readonly streams: readonly StreamInfo[]
  readonly carries: NonNullable<DeviceSession['carries']>
  /** Absent where the board cannot tell. */
  readonly impedance?: ImpedancePort
  /** Where the board must hear something now and then, or goes to sleep. */
  readonly keepAliveSeconds?: number
  keepAlive?(link: BleLink): Promise<void>
  /** Subscribes; after every connection. */
  attach(link: BleLink): Promise<void>
  start(link: BleLink): Promise<void>
  stop(link: BleLink): Promise<void>
  /** Called ten times a second: packets that waited long enough for others go on. */
  settle(now: number): void
  /** The board was told to start again although it was not told to stop. */
  restarted(): void
  /** The link is down. */
  cut(): void
  /** The board has stopped as it was told: what follows next does so without a gap. */
  paused(): void
}

/** What a protocol tells its session. */
export interface BleHost extends DeviceContext {
  /** Samples arrived. */
  heard(hostTime: number): void
}

/** Asks a board that has just been connected what it is. @throws SynapseError wrong-device, … */
export type MakeProtocol = (link: BleLink, host: BleHost) => Promise<BleProtocol>

const attempts = 3
const retrySeconds = 0.5
/** After so long a silence a link that still stands is given up, and made anew. */
const hopelessSeconds = 8
const rssiSeconds = 10
/** After "stop", silence so long means that the board has obeyed; it is not awaited for ever. */
const tailSeconds = 0.1
const longestTailSeconds = 1

export class BleSession implements DeviceSession {
  impedance?: ImpedancePort
  readonly #address: string
  readonly #context: DeviceContext
  readonly #watch: SilenceWatch
  #protocol!: BleProtocol
  #link: BleLink | null = null
  #isReopening = false
  #mode: 'paused' | 'streaming' | 'closed' = 'paused'
  #closing: Promise<void> | null = null
  #keepAlive: Cancel | null = null
  #measuring: Cancel | null = null

  private constructor(address: string, context: DeviceContext) {
    this.#address = address
    this.#context = context
    this.#watch = new SilenceWatch(context.clock, {
      passed: (_elapsed, now) => this.#protocol.settle(now),
      stalled: () => context.out.link('stalled', this.#silent()),
      restart: (silentSeconds) => this.#restart(silentSeconds),
      resumed: () => context.out.link('streaming'),
    })
  }

  /** @throws SynapseError bluetooth-…, device-missing, wrong-device, silent-device */
  static async open(
    address: string,
    context: DeviceContext,
    make: MakeProtocol,
  ): Promise<BleSession> {
    const session = new BleSession(address, context)
    for (let attempt = 1; ; attempt++) {
      try {
        await session.#open(make)
        return session
      } catch (error) {
        const { code } = asSynapseError(error, `opening ${address}`)
        const mayPass = code === 'bluetooth-failed' || code === 'link-lost'
        if (!mayPass || attempt === attempts) throw error
        await sleep(context.clock, retrySeconds)
      }
    }
  }

  get streams(): readonly StreamInfo[] {
    return this.#protocol.streams
  }

  get carries(): NonNullable<DeviceSession['carries']> {
    return this.#protocol.carries
  }

  async start(): Promise<void> {
    this.#mode = 'streaming'
    this.#watch.begin()
    this.#keepAlive ??= this.#everyKeepAlive()
    this.#measuring ??= this.#context.clock.every(rssiSeconds, () => void this.#measure())
    if (!this.#link) {
      this.#watch.unlinked()
      return
    }
    this.#context.out.link('streaming')
    // Should this not reach the board, the watch finds it silent and tells it again.
    await this.#protocol.start(this.#link).catch(() => {})
  }

  async stop(): Promise<void> {
    this.#watch.end()
    this.#keepAlive?.()
    this.#measuring?.()
    this.#keepAlive = this.#measuring = null
    if (this.#link) await this.#protocol.stop(this.#link).catch(() => {})
    await this.#silence()
    this.#mode = 'paused'
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
    // A connection that is being made meanwhile may take long; it is ended when it stands.
    this.#context.out.link('closed')
  }

  /** What the board sent before it obeyed still belongs to the recording. */
  async #silence(): Promise<void> {
    const { clock } = this.#context
    const deadline = clock.now() + longestTailSeconds
    for (let silent = 0; silent < 2 && this.#link && clock.now() < deadline; ) {
      const { heardAt } = this.#watch
      await sleep(clock, tailSeconds)
      silent = this.#watch.heardAt === heardAt ? silent + 1 : 0
    }
  }

  async #open(make: MakeProtocol): Promise<void> {
    const link = await this.#context.transports.ble.connect(this.#address, this.#listener())
    this.#link = link
    try {
      const heard = (hostTime: number) => this.#watch.heard(hostTime)
      this.#protocol = await make(link, { ...this.#context, heard })
      if (this.#protocol.impedance) this.impedance = this.#protocol.impedance
      await this.#protocol.attach(link)
    } catch (error) {
      this.#link = null
      await link.close()
      throw error
    }
  }

  #listener(): BleListener {
    return { lost: () => this.#lost() }
  }

  #lost(): void {
    // While it is being opened, whatever it is asked next fails.
    if (this.#mode === 'closed' || !this.#link || !this.#protocol) return
    this.#link = null
    this.#protocol.cut()
    this.#watch.unlinked()
    const cause = new SynapseError('link-lost', `reading ${this.#address}: the link is down`, {
      remedy: 'Bring the device near and check its battery; the session resumes by itself.',
    })
    this.#context.out.link('reconnecting', cause)
    // A link that breaks while it is taken up is made again by whoever takes it up.
    if (!this.#isReopening) void this.#reopen()
  }

  async #reopen(): Promise<void> {
    const { clock, out, transports } = this.#context
    this.#isReopening = true
    while (this.#mode !== 'closed' && !this.#link) {
      await sleep(clock, retrySeconds)
      if (this.#isClosed()) break
      try {
        await this.#takeUp(await transports.ble.connect(this.#address, this.#listener()))
      } catch (error) {
        const { code } = asSynapseError(error, 'reconnecting')
        if (code !== 'device-missing') out.fact({ name: 'reconnecting', value: code })
      }
    }
    this.#isReopening = false
  }

  async #takeUp(link: BleLink): Promise<void> {
    // close() may have come while the link was being made.
    if (this.#isClosed()) {
      await link.close()
      return
    }
    this.#link = link
    try {
      await this.#protocol.attach(link)
      if (this.#mode === 'streaming') await this.#protocol.start(link)
    } catch (error) {
      if (this.#link === link) this.#link = null
      await link.close()
      throw error
    }
    this.#watch.linked()
    if (this.#mode === 'paused') this.#context.out.link('paused')
  }

  #isClosed(): boolean {
    return this.#mode === 'closed'
  }

  #restart(silentSeconds: number): void {
    const link = this.#link
    if (!link) return
    if (silentSeconds > hopelessSeconds) {
      this.#lost()
      void link.close()
      return
    }
    this.#protocol.restarted()
    this.#protocol.start(link).catch(() => {})
  }

  #everyKeepAlive(): Cancel | null {
    const { keepAliveSeconds } = this.#protocol
    if (!keepAliveSeconds) return null
    return this.#context.clock.every(keepAliveSeconds, () => {
      // A link that fails here is noticed by its silence.
      if (this.#link) this.#protocol.keepAlive?.(this.#link).catch(() => {})
    })
  }

  async #measure(): Promise<void> {
    const rssiDbm = await this.#link?.rssiDbm().catch(() => null)
    if (rssiDbm) this.#context.out.fact({ name: 'rssi', value: rssiDbm, unit: 'dBm' })
  }

  #silent(): SynapseError {
    return new SynapseError('silent-device', `waiting for ${this.#address}: it is silent`, {
      remedy: 'Bring it near, check its battery, switch it off and on.',
    })
  }
}
