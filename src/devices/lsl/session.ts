/**
 * The life of one LSL stream: found, described, received; gone and taken up again, with the gap
 * marked. Everything here asks and never waits: liblsl works in threads of its own.
 */
import {
  type Cancel,
  type DeviceContext,
  type DeviceSession,
  type LslInlet,
  type LslStream,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { isSuccessor, streamAt } from './address.ts'
import { SenderClock } from './clock-offset.ts'
import type { LslSink } from './frames.ts'
import type { LslOptions } from './options.ts'
import { newSink, type Received, receivedStream } from './streams.ts'

const pollSeconds = 0.005
const askSeconds = 0.02
/** For a connection that is there the answers take milliseconds. */
const connectSeconds = 6
const findSeconds = 5
/** A regular stream is silent after so long, a slow one after so many periods. */
const silentSeconds = 1.5
const silentPeriods = 3
/** Silence of so much less is worth a look whether the sender was started anew. */
const doubtShare = 0.5
const seekSeconds = 0.25
/** It shares its thread: at most so long at a time. */
const longestTickSeconds = 0.05

export class LslSession implements DeviceSession {
  readonly streams: readonly StreamInfo[]
  readonly carries: NonNullable<DeviceSession['carries']>
  readonly stamped: readonly string[]
  readonly #context: DeviceContext
  readonly #address: string
  readonly #info: StreamInfo
  readonly #sink: LslSink
  readonly #clock = new SenderClock()
  #stream: LslStream
  #inlet: LslInlet | null
  #stopPolling: Cancel | null = null
  #seeking: Promise<void> = Promise.resolve()
  /** liblsl has found the successor of its own accord. */
  #isSucceeded = false
  #heardAt = 0
  #stalled = false
  #recoveries = 0
  #closing: Promise<void> | null = null

  private constructor(
    address: string,
    options: LslOptions,
    context: DeviceContext,
    found: Found,
    received: Received,
  ) {
    const { info, isMarkers } = received
    this.#address = address
    this.#context = context
    this.#stream = found.stream
    this.#inlet = found.inlet
    this.#info = info
    this.#sink = newSink(found.stream, received, context.out, options.gapSeconds)
    this.streams = isMarkers ? [] : [info]
    this.stamped = this.streams.map(({ id }) => id)
    const columns = { deviceTime: true, sequence: false }
    this.carries = Object.fromEntries(this.stamped.map((id) => [id, columns]))
  }

  /** @throws SynapseError lsl-missing, lsl-failed, bad-option */
  static async open(
    address: string,
    options: LslOptions,
    context: DeviceContext,
  ): Promise<LslSession> {
    if (!address) {
      throw new SynapseError('bad-option', 'opening an LSL stream: none was named', {
        remedy: 'Name its source id or its name; "synapse devices" lists them.',
      })
    }
    const found = await openFound(address, context)
    try {
      const xml = await answer(context, () => found.inlet.description())
      const received = xml === null ? undefined : receivedStream(found.stream, xml)
      if (xml === null) throw unreachable(found.stream)
      if (!received) {
        throw new SynapseError('wrong-device', `opening ${address}: its description makes no sense`)
      }
      // The first measurement takes 0.6 s: it is under way when the stream is started.
      found.inlet.clockOffset()
      tellOf(found.stream, context)
      return new LslSession(address, options, context, found, received)
    } catch (error) {
      found.inlet.close()
      throw error
    }
  }

  async start(): Promise<void> {
    if (this.#stopPolling) return
    if (!this.#inlet) {
      const { stream, inlet } = await openFound(this.#address, this.#context)
      this.#stream = stream
      this.#inlet = inlet
    }
    const inlet = this.#inlet
    const connected = await answer(this.#context, () => inlet.connect() || null)
    if (!connected) throw unreachable(this.#stream)
    this.#heardAt = this.#context.clock.now()
    this.#stopPolling = this.#context.clock.every(pollSeconds, () => this.#poll())
    this.#seeking = this.#seek()
    this.#context.out.link('streaming')
  }

  async stop(): Promise<void> {
    if (this.#stopPolling && this.#inlet) this.#poll()
    this.#stopPolling?.()
    this.#stopPolling = null
    this.#inlet?.close()
    this.#inlet = null
    this.#sink.paused()
    this.#stalled = false
    await this.#seeking
    this.#context.out.link('paused')
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    await this.stop()
    this.#context.out.link('closed')
  }

  #poll(): void {
    const inlet = this.#inlet
    if (!inlet) return
    const now = this.#context.clock.now()
    try {
      if (this.#clock.measure(inlet, now)) this.#tellOffset(now)
      this.#take(inlet, now)
      if (inlet.recovered()) {
        this.#isSucceeded = true
        this.#recovered()
      }
    } catch (error) {
      if (!(error instanceof SynapseError && error.code === 'link-lost')) throw error
      this.#lost(error)
      return
    }
    this.#watch(now)
  }

  #take(inlet: LslInlet, now: number): void {
    const sink = this.#sink
    const clock = this.#clock
    for (let more = true; more; ) {
      more = sink.pull(inlet)
      if (sink.held === 0) return
      const trusted = clock.trusted(sink.stamps, sink.held, now)
      if (trusted > 0) this.#release(trusted, now)
      if (sink.held > 0 && clock.giveUp(sink.stamps[0]!, now)) {
        this.#tellOffset(now)
        this.#release(sink.held, now)
      }
      if (sink.held > 0 || this.#context.clock.now() - now > longestTickSeconds) return
    }
  }

  #release(frames: number, now: number): void {
    this.#clock.settled()
    this.#sink.release(frames, this.#clock.offsetSeconds!, now)
    this.#heardAt = now
    if (!this.#stalled) return
    this.#stalled = false
    this.#context.out.link('streaming')
  }

  #tellOffset(time: number): void {
    const { out } = this.#context
    const offsetSeconds = this.#clock.offsetSeconds!
    for (const id of this.stamped) out.clockOffset(id, { time, offsetSeconds })
    const value = Math.round(offsetSeconds * 1e6) / 1e3
    out.fact({ name: 'clock offset', value, unit: 'ms' })
    if (this.#clock.byArrival) out.fact({ name: 'aligned by', value: 'arrival' })
  }

  #recovered(): void {
    this.#clock.broken()
    this.#sink.broken('disconnected')
    this.#recoveries++
    this.#context.out.fact({ name: 'recoveries', value: this.#recoveries })
  }

  #watch(now: number): void {
    const { name } = this.#info
    if (this.#stalled || now - this.#heardAt < this.#patienceSeconds) return
    this.#stalled = true
    // What comes next is not what would have come: a sender that only waited has no jump in it.
    this.#sink.broken('disconnected')
    const cause = new SynapseError(
      'silent-device',
      `waiting for the LSL stream ${name}: it is silent`,
      {
        remedy: 'Look at the program that sends it; the session goes on by itself when it does.',
      },
    )
    this.#context.out.link('stalled', cause)
  }

  /** Nobody knows when the next sample of an irregular stream is due. */
  get #patienceSeconds(): number {
    const { nominalRateHz } = this.#info
    if (nominalRateHz === 0) return Number.POSITIVE_INFINITY
    return Math.max(silentSeconds, silentPeriods / nominalRateHz)
  }

  #lost(cause: SynapseError): void {
    this.#inlet?.close()
    this.#inlet = null
    this.#stalled = true
    this.#context.out.link('reconnecting', cause)
  }

  /**
   * Takes the stream up again when its sender was started anew. liblsl does that too, but not
   * without a source id, and version 1.12 not where the sender has a newer one.
   */
  async #seek(): Promise<void> {
    const { clock, transports } = this.#context
    while (this.#stopPolling !== null) {
      await sleep(clock, seekSeconds)
      if (this.#stopPolling === null || !this.#isDoubtful()) continue
      const all = await transports.lsl.find().catch(() => [])
      const successor = all.find((stream) => isSuccessor(stream, this.#stream))
      const isGone = !all.some(({ uid }) => uid === this.#stream.uid)
      if (this.#stopPolling === null || !successor || !(isGone || this.#stalled)) continue
      if (this.#isDoubtful()) this.#takeUp(successor)
    }
  }

  /** A lively stream has no successor; of an irregular one nobody can tell. */
  #isDoubtful(): boolean {
    const patience = this.#patienceSeconds
    if (!this.#inlet || patience === Number.POSITIVE_INFINITY) return true
    return this.#context.clock.now() - this.#heardAt > doubtShare * patience
  }

  #takeUp(successor: LslStream): void {
    this.#stream = successor
    if (this.#isSucceeded) {
      this.#isSucceeded = false
      return
    }
    // What the old one sent last is taken first.
    this.#poll()
    this.#inlet?.close()
    this.#inlet = this.#context.transports.lsl.open(successor)
    this.#recovered()
  }
}

interface Found {
  readonly stream: LslStream
  readonly inlet: LslInlet
}

async function openFound(address: string, { clock, transports }: DeviceContext): Promise<Found> {
  const deadline = clock.now() + findSeconds
  for (;;) {
    const stream = streamAt(address, await transports.lsl.find())
    if (stream) return { stream, inlet: transports.lsl.open(stream) }
    if (clock.now() > deadline) break
    await sleep(clock, seekSeconds)
  }
  throw new SynapseError('lsl-failed', `opening the LSL stream ${address}: nobody sends it`, {
    remedy: 'Start the program that sends it; "synapse devices" lists the streams that answer.',
  })
}

/** Asks until there is an answer; null when there is none in time. */
async function answer<T>({ clock }: DeviceContext, ask: () => T | null): Promise<T | null> {
  const deadline = clock.now() + connectSeconds
  for (;;) {
    const got = ask()
    if (got !== null || clock.now() > deadline) return got
    await sleep(clock, askSeconds)
  }
}

/** Discovery is UDP and the data is TCP: a firewall that lets only the one through is common. */
function unreachable({ name, hostname }: LslStream): SynapseError {
  return new SynapseError(
    'lsl-failed',
    `opening the LSL stream ${name}: ${hostname} announces it, but does not answer`,
    {
      remedy:
        'Let both programs through the firewalls (TCP and UDP, ports 16571 to 16604), and end VPNs.',
    },
  )
}

function tellOf({ type, hostname, format, sourceId }: LslStream, { out }: DeviceContext): void {
  const facts = { type, host: hostname, format, 'source id': sourceId }
  for (const [name, value] of Object.entries(facts)) if (value) out.fact({ name, value })
}
