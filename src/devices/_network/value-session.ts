/**
 * A stream of numbers that another program sends over the network: what its channels are is known
 * from its first message, or said by the user; what is missing, from its index where it bears one.
 */
import {
  asSynapseError,
  type DeviceContext,
  type DeviceSession,
  physicalChannel,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { SilenceWatch } from '../_session/silence-watch.ts'
import { StreamWriter } from '../_session/stream-writer.ts'
import type { ValueOptions } from './value-options.ts'

/** What one message brought; the rows are lent. */
export interface ValueMessage {
  /** Which of the sender's streams it is of; empty where it names none. */
  readonly stream: string
  readonly labels: readonly string[] | null
  readonly units: readonly string[] | null
  readonly type: string | null
  readonly rateHz: number | null
  /** Index of the first row; NaN where it tells none. */
  readonly sample: number
  readonly rows: readonly ArrayLike<number>[]
}

export interface ValueListener {
  message(message: ValueMessage, hostTime: number): void
  /** What could not be read. */
  refused(): void
  lost(): void
}

export interface ValueSource {
  readonly driver: string
  readonly address: string
  /** @throws SynapseError address-in-use, bad-option, device-missing */
  open(listener: ValueListener): Promise<{ close(): Promise<void> }>
  /** What is known of the one stream there is before anything comes. */
  readonly described?: (Description & { readonly isCounted: boolean }) | null
}

const firstSeconds = 10
/** Programs that tell an index describe their streams every second. */
const describedSeconds = 1.3
const pollSeconds = 0.02
const reopenSeconds = 0.25
const mostChannels = 4096
/** A slower stream, or one without a rate, may be silent for long. */
const slowestWatchedHz = 3
/** A message so little behind is late, or came twice; one farther behind is of a new sender. */
const lateLimit = 4096
/** A jump beyond is none of lost samples. */
const longestJump = 10_000_000

/** A sender may have many; only one is received. */
const mostDescribed = 64

type Description = Pick<ValueMessage, 'labels' | 'units' | 'type' | 'rateHz'>
const nothingSaid: Description = { labels: null, units: null, type: null, rateHz: null }

export class ValueSession implements DeviceSession {
  streams: readonly StreamInfo[] = []
  carries: NonNullable<DeviceSession['carries']> = {}
  readonly #source: ValueSource
  readonly #options: ValueOptions
  readonly #context: DeviceContext
  readonly #watch: SilenceWatch
  readonly #described = new Map<string, Description>()
  /** The stream that is received: the first that comes, unless the user names one. */
  #stream: string | null
  #channels = 0
  #hasIndex = false
  #writer: StreamWriter | null = null
  #port: { close(): Promise<void> } | null = null
  #reopening: Promise<void> = Promise.resolve()
  #mode: 'opening' | 'paused' | 'streaming' | 'closed' = 'opening'
  #closing: Promise<void> | null = null
  /** Index of the next row; NaN before the first. */
  #expected = Number.NaN
  #arrivedAt = 0
  #wasCut = false
  #refused = 0
  #late = 0

  private constructor(source: ValueSource, options: ValueOptions, context: DeviceContext) {
    this.#source = source
    this.#options = options
    this.#context = context
    this.#stream = options.stream || null
    const { described } = source
    if (described) {
      this.#stream = ''
      this.#described.set('', described)
      this.#channels = described.labels?.length ?? 0
      this.#hasIndex = described.isCounted
    }
    this.#watch = new SilenceWatch(context.clock, {
      passed: () => {},
      stalled: () => context.out.link('stalled', this.#silent()),
      restart: () => {},
      resumed: () => context.out.link('streaming'),
    })
  }

  /** @throws SynapseError silent-device where nothing comes, and what the source says */
  static async open(
    source: ValueSource,
    options: ValueOptions,
    context: DeviceContext,
  ): Promise<ValueSession> {
    const session = new ValueSession(source, options, context)
    session.#port = await source.open(session.#listener())
    try {
      await session.#learn()
      return session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  async start(): Promise<void> {
    this.#mode = 'streaming'
    this.#expected = Number.NaN
    this.#wasCut = false
    if (this.streams[0]!.nominalRateHz >= slowestWatchedHz) this.#watch.begin()
    if (this.#port) this.#context.out.link('streaming')
    else this.#watch.unlinked()
  }

  async stop(): Promise<void> {
    this.#watch.end()
    this.#mode = 'paused'
    const { out } = this.#context
    if (this.#refused > 0) out.fact({ name: 'refused', value: this.#refused, unit: 'messages' })
    if (this.#late > 0) out.fact({ name: 'late', value: this.#late, unit: 'messages' })
    if (this.#port) out.link('paused')
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    if (this.#mode === 'streaming') await this.stop()
    this.#mode = 'closed'
    await this.#port?.close()
    this.#port = null
    await this.#reopening
    this.#context.out.link('closed')
  }

  #listener(): ValueListener {
    return {
      message: (message, hostTime) => this.#message(message, hostTime),
      refused: () => {
        this.#refused++
      },
      lost: () => this.#lost(),
    }
  }

  /** Waits for what tells of the channels. */
  async #learn(): Promise<void> {
    const { clock } = this.#context
    const { labels, rateHz } = this.#options
    const until = async (seconds: number, isSo: () => boolean) => {
      const deadline = clock.now() + seconds
      while (!isSo() && clock.now() < deadline) await sleep(clock, pollSeconds)
      return isSo()
    }
    const isKnown = this.#channels > 0 || (labels.length > 0 && rateHz > 0)
    if (!isKnown && !(await until(firstSeconds, () => this.#channels > 0))) throw this.#silent()
    if (this.#hasIndex) await until(describedSeconds, () => this.#description.labels !== null)
    const info = this.#describe()
    this.streams = [info]
    const columns = { deviceTime: false, sequence: this.#hasIndex }
    this.carries = { [info.id]: columns }
    this.#writer = new StreamWriter(this.#context.out, info, columns)
    this.#mode = 'paused'
  }

  get #description(): Description {
    return this.#described.get(this.#stream ?? '') ?? nothingSaid
  }

  #describe(): StreamInfo {
    const { driver, address } = this.#source
    const { labels, rateHz, type, unit, name } = this.#options
    const heard = this.#description
    const count = labels.length || this.#channels
    const kind = heard.type ?? type
    return {
      id: `${driver}/values`,
      name: name || this.#stream || `${driver} ${address}`,
      type: kind,
      sampleFormat: 'float64',
      nominalRateHz: rateHz || (heard.rateHz ?? 0),
      channels: Array.from({ length: count }, (_, c) =>
        physicalChannel(
          labels[c] ?? heard.labels?.[c] ?? String(c + 1),
          kind === 'EEG' ? 'EEG' : 'MISC',
          heard.units?.[c] ?? unit,
        ),
      ),
      origin: {
        source: driver,
        settings: { address, ...(this.#stream ? { stream: this.#stream } : {}) },
      },
    }
  }

  #message(message: ValueMessage, hostTime: number): void {
    const width = message.rows[0]?.length ?? 0
    if (width > mostChannels) this.#refused++
    else if (this.#mode === 'opening') this.#learnFrom(message, width)
    else if (this.#mode === 'streaming' && width > 0) this.#write(message, width, hostTime)
  }

  #learnFrom(message: ValueMessage, width: number): void {
    const { stream, labels, units, type, rateHz, sample } = message
    const known = this.#described.get(stream)
    if (labels ?? rateHz ?? type) {
      if (!known && this.#described.size === mostDescribed) return
      const was = known ?? nothingSaid
      this.#described.set(stream, {
        labels: labels ?? was.labels,
        units: units ?? was.units,
        type: type ?? was.type,
        rateHz: rateHz ?? was.rateHz,
      })
    }
    if (width === 0) return
    this.#stream ??= stream
    if (stream !== this.#stream) return
    this.#channels = width
    this.#hasIndex = !Number.isNaN(sample)
  }

  #write({ stream, sample, rows }: ValueMessage, width: number, hostTime: number): void {
    if (this.#stream !== null && stream !== this.#stream) return
    const writer = this.#writer!
    if (width !== writer.info.channels.length) {
      this.#refused++
      return
    }
    const isLate = sample < this.#expected && this.#expected - sample < lateLimit
    if (isLate) {
      this.#late++
      return
    }
    const missing = this.#account(sample, hostTime)
    for (const [r, row] of rows.entries()) {
      const at = writer.frame(hostTime, sample + r)
      for (let c = 0; c < width; c++) writer.data[at + c] = row[c]!
    }
    // One without an index among others that have one follows what came before it.
    const first = Number.isNaN(sample) ? this.#expected + missing : sample
    this.#expected = first + rows.length
    this.#arrivedAt = hostTime
    writer.flush()
    this.#watch.heard(hostTime)
  }

  /** Tells what is missing before this message. @returns how many samples */
  #account(sample: number, hostTime: number): number {
    const writer = this.#writer!
    const wasCut = this.#wasCut
    this.#wasCut = false
    const jump = sample - this.#expected
    if (jump > 0 && jump <= longestJump) {
      writer.lost(jump, true, wasCut ? 'disconnected' : 'lost')
      return jump
    }
    // Nothing counts on from before: only time tells.
    if (jump === 0 || !(wasCut || jump < 0 || jump > longestJump) || this.#arrivedAt === 0) return 0
    const missing = Math.round((hostTime - this.#arrivedAt) * writer.info.nominalRateHz) - 1
    if (missing <= 0) return 0
    writer.lost(missing, false, wasCut ? 'disconnected' : 'lost')
    return missing
  }

  #lost(): void {
    if (this.#mode === 'closed' || !this.#port) return
    this.#port = null
    this.#wasCut = true
    this.#watch.unlinked()
    const cause = new SynapseError('link-lost', `reading ${this.#source.address}: it hung up`, {
      remedy: 'Start the program that sends again; the session resumes by itself.',
    })
    this.#context.out.link('reconnecting', cause)
    this.#reopening = this.#reopen()
  }

  async #reopen(): Promise<void> {
    while (!this.#isClosed() && !this.#port) {
      await sleep(this.#context.clock, reopenSeconds)
      if (this.#isClosed()) return
      try {
        const port = await this.#source.open(this.#listener())
        if (this.#isClosed()) await port.close()
        else this.#port = port
        this.#watch.linked()
        if (this.#mode === 'paused') this.#context.out.link('paused')
        else this.#context.out.link('streaming')
      } catch (error) {
        const { code } = asSynapseError(error, 'reconnecting')
        if (code !== 'device-missing') this.#context.out.fact({ name: 'reconnecting', value: code })
      }
    }
  }

  #isClosed(): boolean {
    return this.#mode === 'closed'
  }

  #silent(): SynapseError {
    const { address } = this.#source
    return new SynapseError('silent-device', `waiting at ${address}: nothing comes`, {
      remedy: 'Start the program that sends; check the address it sends to, and the firewall.',
    })
  }
}
