/**
 * One open device: what its driver says goes into rings, with times fitted, and is accounted for.
 * Runs in the host's thread; nothing here waits.
 */
import type { DeviceEntry, ImpedanceEntry } from '../contract/index.ts'
import { StageMeters, TraceRing } from '../ring/index.ts'
import {
  asSynapseError,
  assert,
  type ChunkBuffer,
  type Clock,
  type ClockOffset,
  type DeviceDriver,
  type DeviceFact,
  type DeviceOutput,
  type DeviceSession,
  type Gap,
  type LinkState,
  liveOptions,
  type Marker,
  type PlaybackPort,
  type SamplePlace,
  type StreamId,
  type StreamInfo,
  SynapseError,
  type Transports,
} from '../signal/index.ts'
import { LinkHealth } from './device-health.ts'
import { ImpedanceCheck, impedanceMarker } from './impedance-check.ts'
import { type LinkStream, newStream, stampsOnHost } from './link-stream.ts'
import { type Options, settingMarkers } from './setting-markers.ts'

export { type LinkStream, ledgerOfStream } from './link-stream.ts'

const mostWaitingMarkers = 1000

/** By which the way of its samples is measured. */
export interface LinkMeters {
  readonly stages: StageMeters
  readonly trace: TraceRing
}

export interface LinkListener {
  changed(): void
  clockOffset(stream: StreamId, offset: ClockOffset): void
  marker(marker: Marker): void
  /** Values of this stream reach as far as `stream.info` says from now on. */
  ranged?(stream: LinkStream): void
  trouble(link: DeviceLink, error: SynapseError): void
}

export class DeviceLink implements DeviceOutput {
  readonly id: string
  readonly driver: string
  readonly address: string
  readonly name: string
  readonly streams: LinkStream[] = []
  /** Of a device that can tell how well its electrodes touch. */
  impedance: ImpedanceCheck | null = null
  readonly health = new LinkHealth()
  /** Options that can be changed while it is open. */
  live: readonly string[] = []
  readonly #clock: Clock
  readonly #listener: LinkListener
  readonly #meters: LinkMeters
  readonly #traceNumber: number
  readonly #byDriverId = new Map<StreamId, LinkStream>()
  readonly #facts = new Map<string, DeviceFact>()
  /** Markers whose sample has not come yet. */
  #waitingMarkers: { readonly marker: Marker; readonly at: SamplePlace }[] = []
  #session: DeviceSession | null = null
  #options: Options = {}
  /** What is to be in force when the session says that it is set. */
  #wanted: Options | null = null
  #state: DeviceEntry['link'] = 'opening'
  #problem: SynapseError | undefined
  /** By us: `#state` says what the device says of itself. */
  #isClosed = false

  constructor(
    id: string,
    driver: DeviceDriver,
    address: string,
    clock: Clock,
    listener: LinkListener,
    meters: LinkMeters = { stages: new StageMeters(), trace: new TraceRing(undefined, 1) },
  ) {
    this.id = id
    this.driver = driver.id
    this.address = address
    this.name = driver.title
    this.#clock = clock
    this.#listener = listener
    this.#meters = meters
    this.#traceNumber = meters.trace.number(`arrival ${id}`)
  }

  /** Of a device that plays a recording. */
  get playback(): PlaybackPort | null {
    return this.#session?.playback ?? null
  }

  get state(): DeviceEntry['link'] {
    return this.#state
  }

  get facts(): ReadonlyMap<string, DeviceFact> {
    return this.#facts
  }

  /** In force now. */
  get options(): Options {
    return this.#options
  }

  /** @param uniqueId gives a stream an id that no other open stream has */
  async open<O>(
    driver: DeviceDriver<O>,
    options: O,
    transports: Transports,
    uniqueId: (id: StreamId) => StreamId,
  ): Promise<void> {
    const context = { out: this, clock: this.#clock, transports }
    const session = await driver.open(this.address, options, context)
    if (this.#isClosed) {
      await session.close()
      throw new SynapseError('not-ready', `opening ${this.name}: it was closed meanwhile`)
    }
    this.#session = session
    this.#options = options as Options
    if (session.configure) this.live = liveOptions(driver.options)
    if (session.impedance) this.impedance = this.#impedanceOver(session.impedance)
    for (const info of session.streams) {
      if (info.sampleFormat === 'json') continue
      const carries = session.carries?.[info.id] ?? { deviceTime: false, sequence: false }
      const isStamped = session.stamped?.includes(info.id) ?? false
      const unique = { ...info, id: uniqueId(info.id) }
      const stream = newStream(unique, carries, isStamped, this.#clock)
      this.#byDriverId.set(info.id, stream)
      this.streams.push(stream)
    }
  }

  #impedanceOver(port: NonNullable<DeviceSession['impedance']>): ImpedanceCheck {
    return new ImpedanceCheck(port, this.#clock, {
      changed: () => this.#listener.changed(),
      measured: (found) => this.marker(impedanceMarker(found, found.time, this.id)),
      trouble: (error) => this.#listener.trouble(this, error),
    })
  }

  async start(): Promise<void> {
    // Nobody counts the samples of a pause.
    for (const { fit } of this.streams) fit.restart()
    await this.#session?.start()
  }

  async stop(): Promise<void> {
    await this.#session?.stop()
  }

  /** @throws SynapseError not-ready, bad-option; what was in force still is then */
  async configure(options: Options): Promise<void> {
    const isMeasuring = this.impedance !== null && this.impedance.current !== null
    if (this.#wanted || isMeasuring || !this.#session?.configure) {
      const why = isMeasuring ? 'impedances are being measured' : 'it is being set'
      throw new SynapseError('not-ready', `setting ${this.name}: ${why}`)
    }
    this.#wanted = options
    try {
      await this.#session.configure(options)
    } finally {
      this.#wanted = null
      this.#listener.changed()
    }
  }

  configured(streams: readonly StreamInfo[]): void {
    const wanted = this.#wanted ?? this.#options
    const markers = settingMarkers(this.#options, wanted, this.#clock.now(), this.id)
    this.#options = wanted
    const [first] = streams
    const place = first && this.#byDriverId.get(first.id)
    const isFlowing = this.#state === 'streaming'
    for (const marker of markers) {
      if (!place || !isFlowing) this.marker(marker)
      else this.marker(marker, { stream: first.id, sample: place.writer.expected })
    }
    for (const info of streams) this.#describe(info)
  }

  #describe(info: StreamInfo): void {
    const stream: { info: StreamInfo } & LinkStream = this.#byDriverId.get(info.id)!
    const isRanged = info.channels.some(
      ({ range }, c) => String(range) !== String(stream.info.channels[c]!.range),
    )
    stream.info = { ...info, id: stream.info.id }
    if (isRanged) this.#listener.ranged?.(stream)
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = null
    this.#isClosed = true
    try {
      await session?.close()
    } finally {
      // Their samples never came.
      for (const { marker } of this.#waitingMarkers.splice(0)) this.#listener.marker(marker)
      this.#state = 'closed'
      for (const { writer } of this.streams) writer.close()
    }
  }

  entry(): DeviceEntry {
    return {
      id: this.id,
      driver: this.driver,
      address: this.address,
      name: this.name,
      link: this.#state,
      ...(this.#problem ? { problem: this.#problem.note } : {}),
      facts: [...this.#facts.values()],
      settings: { options: this.#options, live: [...this.live] },
      ...(this.impedance ? { impedance: impedanceEntry(this.impedance) } : {}),
      ...(this.playback ? { playback: this.playback.state } : {}),
      streams: this.streams.map(({ info }) => ({
        id: info.id,
        name: info.name,
        type: info.type,
        nominalRateHz: info.nominalRateHz,
        channels: info.channels.map(({ label, type, unit }) => ({ label, type, unit })),
      })),
    }
  }

  chunk(id: StreamId, chunk: ChunkBuffer): void {
    const stream = this.#byDriverId.get(id)
    if (!stream || chunk.frames === 0) return
    this.#guarded(() => {
      const { writer, fit } = stream
      const missing = chunk.firstSample - writer.expected
      if (missing > 0) this.#lose(stream, missing, false, 'lost')
      const arrivals = stream.stamps ? stampsOnHost(stream.stamps, chunk) : chunk.hostTime
      fit.stamp(chunk.firstSample, chunk.frames, arrivals, chunk.time)
      writer.write(chunk)
      this.#measure(stream, chunk)
      if (this.#waitingMarkers.length > 0) this.#tellMarkers(id, chunk)
    })
  }

  /** From the device's sample to its bytes, and from those to the ring. */
  #measure({ info }: LinkStream, { frames, time, hostTime }: ChunkBuffer): void {
    const { stages, trace } = this.#meters
    const now = this.#clock.now()
    const arrival = hostTime[frames - 1]!
    stages.recordTransfer(now - arrival)
    if (info.nominalRateHz > 0) stages.record('acquisition', Math.max(0, hostTime[0]! - time[0]!))
    if (trace.isOn) trace.add(this.#traceNumber, arrival, now - arrival)
  }

  gap(id: StreamId, gap: Gap): void {
    const stream = this.#byDriverId.get(id)
    if (!stream || gap.lostSamples === 0) return
    this.#guarded(() => {
      const { expected } = stream.writer
      assert(gap.atSample >= expected && gap.lostSamples > 0, 'a gap begins at the next index')
      const missing = gap.atSample - expected
      if (missing > 0) this.#lose(stream, missing, false, 'lost')
      this.#lose(stream, gap.lostSamples, gap.exact, gap.reason)
    })
  }

  clockOffset(id: StreamId, offset: ClockOffset): void {
    const stream = this.#byDriverId.get(id)
    if (!stream?.stamps) return
    stream.stamps.offset = offset
    this.#listener.clockOffset(stream.info.id, offset)
  }

  marker(marker: Marker, at?: SamplePlace): void {
    if (!at || this.#waitingMarkers.length === mostWaitingMarkers) this.#listener.marker(marker)
    else this.#waitingMarkers.push({ marker, at })
  }

  /** Markers that came with samples of this chunk, at the times that those now have. */
  #tellMarkers(id: StreamId, { firstSample, frames, time }: ChunkBuffer): void {
    const due = this.#waitingMarkers.filter(
      ({ at }) => at.stream === id && at.sample < firstSample + frames,
    )
    this.#waitingMarkers = this.#waitingMarkers.filter((each) => !due.includes(each))
    for (const { marker, at } of due) {
      this.#listener.marker({ ...marker, time: time[Math.max(0, at.sample - firstSample)]! })
    }
  }

  fact(fact: DeviceFact): void {
    const known = this.#facts.get(fact.name)
    this.#facts.set(fact.name, fact)
    if (known?.value !== fact.value) this.#listener.changed()
  }

  link(state: LinkState, cause?: SynapseError): void {
    if (this.#state === 'closed' || (this.#state === state && !cause)) return
    this.#state = state
    this.health.linked(state, this.#clock.now())
    this.#problem = cause
    if (cause) this.#listener.trouble(this, cause)
    this.#listener.changed()
  }

  #lose(stream: LinkStream, lostSamples: number, exact: boolean, reason: Gap['reason']): void {
    stream.writer.gap({ atSample: stream.writer.expected, lostSamples, exact, reason })
    // A count that is only an estimate says nothing of when the next sample was taken.
    if (!exact) stream.fit.restart()
  }

  /** A driver that breaks its contract is closed; the other devices do not feel it. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      const session = this.#session
      this.#session = null
      this.link('closed', asSynapseError(error, `reading ${this.name}`))
      session?.close().catch(() => {})
    }
  }
}

function impedanceEntry({ port, current, waiting, found }: ImpedanceCheck): ImpedanceEntry {
  return {
    method: port.method,
    current,
    waiting: [...waiting],
    inputs: port.inputs.map(({ id, label }) => {
      const known = found.get(id)
      if (!known) return { id, label, reading: null }
      const { ohms, uncertaintyOhms, time } = known
      const kohm = Number.isFinite(ohms) ? ohms / 1000 : null
      const uncertaintyKohm = uncertaintyOhms === null ? null : uncertaintyOhms / 1000
      return { id, label, reading: { kohm, uncertaintyKohm, time } }
    }),
  }
}
