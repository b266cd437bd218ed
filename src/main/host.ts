/**
 * The acquisition host: owns the devices, their rings, the threads and the recording, in whatever
 * process it is put. Everybody else (window, browser, command line) asks it.
 */
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LslSending, MarkerEvent, ViewChange, ViewSettings } from '../contract/index.ts'
import type { StoredModel } from '../inference/index.ts'
import { StageMeters } from '../ring/index.ts'
import {
  asSynapseError,
  type Clock,
  type ErrorNote,
  type FoundDevice,
  type Marker,
  parseOptions,
  type StreamId,
  SynapseError,
  type Transports,
} from '../signal/index.ts'
import { DeviceLink, type LinkListener, type LinkStream, ledgerOfStream } from './device-link.ts'
import { DiskWatch } from './disk-watch.ts'
import { type DriverCatalog, discoverOver, knownDriver } from './drivers.ts'
import { GraphOutputs } from './graph-outputs.ts'
import { GraphShelf } from './graph-shelf.ts'
import { GraphTrouble } from './graph-trouble.ts'
import { type ImpedanceCheck, impedanceMarkers } from './impedance-check.ts'
import { LatencyBudget } from './latency-budget.ts'
import { recordedSource } from './link-stream.ts'
import { liveGraph, usualView } from './live-graph.ts'
import { firstFree, LiveGraphs } from './live-graphs.ts'
import { LslOutput, sentSources } from './lsl-output.ts'
import { NetworkOutput } from './network-output.ts'
import { Notices } from './notices.ts'
import { Processing } from './processing.ts'
import { RecordingControl, type RecordingOptions, type RecordingResult } from './recording.ts'
import { recordingPath } from './recording-files.ts'
import { devicesInForce, inForce, SessionKeeper } from './session-keeper.ts'
import { inSpan } from './telemetry.ts'
import { type SavedTrace, Tracing, tracePath } from './tracing.ts'
import { UdpMarkers } from './udp-markers.ts'

/** The model that watches every EEG stream where nothing else was chosen. */
const liveDecoder = 'blink-detector'

export interface HostContext {
  readonly clock: Clock
  readonly drivers: DriverCatalog
  readonly transports: Transports
  readonly models: ReadonlyMap<string, StoredModel>
  /** Folder of the modules for sandboxed nodes, if there is one. */
  readonly modules?: string
  /** Where recordings go. */
  readonly folder: string
}

export interface HostListener {
  /** Devices, streams, view or notices changed. */
  changed(): void
  marker(marker: MarkerEvent): void
}

/** Beside the recordings: what nodes keep from session to session. */
const stateFolderName = 'state'

export class AcquisitionHost {
  readonly clock: Clock
  readonly folder: string
  readonly drivers: DriverCatalog
  readonly notices: Notices
  readonly processing: Processing
  /** That users run, beside those that the traces need. */
  readonly graphs: LiveGraphs
  /** Those that they have run, now or before. */
  readonly graphShelf: GraphShelf
  readonly graphOutputs: GraphOutputs
  readonly graphTrouble: GraphTrouble
  readonly recording: RecordingControl
  readonly sessions: SessionKeeper
  readonly lslOutput: LslOutput
  readonly networkOutput: NetworkOutput
  readonly udpMarkers: UdpMarkers
  readonly disk: DiskWatch
  readonly budget: LatencyBudget
  readonly tracing: Tracing
  readonly transports: Transports
  readonly graphChanged = (id: string) => this.graphOutputs.changed(id)
  readonly #models: HostContext['models']
  readonly #listeners = new Set<HostListener>()
  #links: DeviceLink[] = []
  #view: ViewSettings = usualView

  constructor({ clock, drivers, transports, models, modules, folder }: HostContext) {
    this.clock = clock
    this.drivers = drivers
    this.folder = folder
    this.transports = transports
    this.#models = models
    const changed = () => this.tellChanged()
    this.notices = new Notices(clock, changed)
    this.sessions = new SessionKeeper(folder, this.notices, changed)
    const trouble = (about: string, level: 'warning' | 'fault', note: ErrorNote) =>
      this.notices.add(about, level, note)
    const mark = (marker: Marker) => this.#marked(marker)
    this.graphTrouble = new GraphTrouble({ folder, notices: this.notices, mark })
    this.udpMarkers = new UdpMarkers({ clock, network: transports.network, changed, mark, trouble })
    const stages = new StageMeters()
    this.budget = new LatencyBudget(clock, stages)
    this.processing = new Processing(
      clock,
      models,
      {
        outputsChanged: () => this.#streamsChanged(),
        trouble,
        cannotRun: (note) => this.#cannotRun(note),
        settled: (id, note) => this.graphs.settled(id, note),
        ...this.graphTrouble.listener,
      },
      modules,
      stages,
      join(folder, stateFolderName),
    )
    this.graphShelf = new GraphShelf(folder, this.notices)
    this.graphs = new LiveGraphs(this, models, modules ?? null)
    this.recording = new RecordingControl(clock, { changed, trouble }, stages)
    this.graphOutputs = new GraphOutputs(this, mark)
    this.tracing = new Tracing(clock, () => [
      ...this.processing.traces,
      { name: 'record', trace: this.recording.trace },
    ])
    const sources = (sending: LslSending) =>
      sentSources(sending, this.streams(), this.processing.outputs())
    this.lslOutput = new LslOutput({ clock, lsl: transports.lsl, sources, changed, trouble })
    this.networkOutput = new NetworkOutput({ clock, sources, changed, trouble })
    this.disk = new DiskWatch(this)
  }

  get links(): readonly DeviceLink[] {
    return this.#links
  }

  get view(): ViewSettings {
    return this.#view
  }

  get recordingFolder(): string {
    const { current } = this.recording
    return current ? dirname(current.path) : this.sessions.folder
  }

  get isRecording(): boolean {
    return this.recording.current !== null
  }

  get decoder() {
    return this.#models.get(liveDecoder)?.card
  }

  /** Every stream of every open device. */
  streams(): LinkStream[] {
    return this.#links.flatMap((link) => link.streams)
  }

  /** The account of every stream of every open device. */
  ledgers() {
    return this.streams().map((stream) => ({
      id: stream.info.id,
      name: stream.info.name,
      ledger: ledgerOfStream(stream),
    }))
  }

  listen(listener: HostListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  discover(): Promise<FoundDevice[]> {
    return discoverOver(this.drivers, this.transports)
  }

  /** Opens a device and lets it stream; as `prepare` and `start`. */
  async open(driver: string, address: string, options: unknown): Promise<string> {
    const id = await this.prepare(driver, address, options)
    await this.start(id)
    return id
  }

  /**
   * Opens a device; its streams are known then, but nothing flows before `start`.
   * @returns the id under which it is open
   * @throws SynapseError what stood in the way, with its remedy
   */
  async prepare(driverId: string, address: string, rawOptions: unknown): Promise<string> {
    const driver = knownDriver(this.drivers, driverId)
    const options = parseOptions(driverId, driver.options, rawOptions)
    const used = this.#links.find((link) => link.driver === driverId && link.address === address)
    if (used && address) {
      throw new SynapseError('port-busy', `opening ${address}: it is open here already`, {
        remedy: 'Close that device first.',
      })
    }
    const listener: LinkListener = {
      changed: () => this.tellChanged(),
      clockOffset: (stream, offset) => this.recording.clockOffset(stream, offset),
      marker: (marker) => this.#marked(marker),
      ranged: (stream) => this.#beginAnew(stream),
      trouble: (link, error) => this.notices.add(link.name, 'warning', error.note),
    }
    const meters = { stages: this.budget.meters, trace: this.tracing.own }
    const id = this.#freeId(driverId)
    const link = new DeviceLink(id, driver, address, this.clock, listener, meters)
    this.#links.push(link)
    this.tellChanged()
    try {
      await link.open(driver, options, this.transports, (id) => this.#freeStreamId(id))
      for (const stream of link.streams) this.#attach(stream)
    } catch (error) {
      if (this.#links.includes(link)) await this.close(link.id).catch(() => {})
      throw asSynapseError(error, `opening ${driver.title}`)
    }
    this.#streamsChanged()
    return link.id
  }

  /** @throws SynapseError unknown-device, and what the device says; it is closed then */
  async start(id: string): Promise<void> {
    const link = this.#link(id)
    try {
      await link.start()
    } catch (error) {
      if (this.#links.includes(link)) await this.close(id).catch(() => {})
      throw asSynapseError(error, `starting ${link.name}`)
    }
    this.tellChanged()
  }

  /** The device stops sending and stays open. */
  async stop(id: string): Promise<void> {
    await this.#link(id).stop()
  }

  async close(id: string): Promise<void> {
    const link = this.#link(id)
    for (const { info } of link.streams) this.processing.closeOver(info.id)
    try {
      await link.close()
    } finally {
      this.#links = this.#links.filter((each) => each !== link)
      this.#streamsChanged()
    }
  }

  /** @throws SynapseError unknown-device, bad-option where the device cannot tell */
  impedanceOf(id: string): ImpedanceCheck {
    const { impedance, name } = this.#link(id)
    if (impedance) return impedance
    throw new SynapseError('bad-option', `measuring impedance: ${name} cannot`, {
      remedy: 'Choose a device that can, such as a Cyton; others have their signal quality.',
    })
  }

  setView(change: ViewChange): void {
    const view: ViewSettings = { ...this.#view }
    for (const [name, value] of Object.entries(change)) {
      if (value !== undefined) Object.assign(view, { [name]: value })
    }
    this.#view = view
    for (const { info } of this.streams()) {
      this.processing.apply(info.id, liveGraph(info, view, this.decoder))
    }
    this.graphOutputs.update()
    this.tellChanged()
  }

  addMarker(label: string, source: string): Marker {
    const marker = { time: this.clock.now(), label, durationSeconds: 0, source }
    this.#marked(marker)
    return marker
  }

  proposePath(): string {
    return this.sessions.proposePath(new Date())
  }

  /** @throws SynapseError bad-option, file-exists, file-missing, file-denied */
  checkRecordingPath(named: string): void {
    recordingPath(this.sessions.folder, named)
  }

  /** @throws SynapseError not-ready without a stream, and what `RecordingControl.start` throws */
  startRecording(named: string | undefined, options: RecordingOptions = {}): Promise<string> {
    const path = recordingPath(this.sessions.folder, named ?? this.proposePath())
    const graphs = this.graphOutputs.streams.recorded
    const sources = [...this.streams().map(recordedSource), ...graphs]
    if (this.#links.length === 0) {
      throw new SynapseError('not-ready', `recording ${path}: no device is open`, {
        remedy: 'Connect a device first.',
      })
    }
    return inSpan('recording.start', { 'synapse.path': path }, async () => {
      const settings = () => [...devicesInForce(this.#links), ...this.graphOutputs.inForce]
      const kept = { ...this.sessions.mirrored(path, options), settings }
      const started = await this.recording.start(path, sources, kept)
      for (const marker of impedanceMarkers(this.#links, this.clock.now())) {
        this.recording.marker(marker)
      }
      this.sessions.began(started, inForce(this.#links, this.#view, this.graphs.inForce))
      return started
    })
  }

  stopRecording(): Promise<RecordingResult> {
    const path = this.recording.current?.path ?? ''
    const stop = () => this.sessions.ending(async () => this.recording.stop())
    return inSpan('recording.stop', { 'synapse.path': path }, stop)
  }

  /** The next seconds, into the folder of the recordings. @throws SynapseError as `Tracing` */
  saveTrace(seconds: number): Promise<SavedTrace> {
    mkdirSync(this.folder, { recursive: true })
    return this.tracing.take(tracePath(this.folder, new Date()), seconds)
  }

  /** Closes the recording first, then the devices, then the threads. */
  async end(): Promise<void> {
    this.disk.end()
    this.budget.end()
    await this.udpMarkers.close()
    await this.sessions.ending(() => this.recording.stopAny())
    await this.recording.end()
    this.sessions.end()
    for (const link of this.#links) await link.close().catch(() => {})
    await this.processing.end()
    await this.graphTrouble.end()
    await this.lslOutput.end()
    await this.networkOutput.end()
  }

  #link(id: string): DeviceLink {
    const link = this.#links.find((each) => each.id === id)
    if (link) return link
    throw new SynapseError('unknown-device', `looking for ${id}: it is not open`)
  }

  #attach(stream: LinkStream): void {
    this.#process(stream)
    this.recording.add(recordedSource(stream))
  }

  #process({ info, writer }: LinkStream): void {
    const spec = liveGraph(info, this.#view, this.decoder)
    const settings = { timedOutput: 'filtered' }
    this.processing.open(info.id, { raw: { info, writer } }, spec, settings)
  }

  /** Where a channel is railed is read when its graph opens. */
  #beginAnew(stream: LinkStream): void {
    this.processing.close(stream.info.id)
    this.#process(stream)
    this.#streamsChanged()
  }

  /** A montage that a device cannot have is taken back; the notice has said why. */
  #cannotRun({ code }: ErrorNote): void {
    if (code === 'graph-invalid' && this.#view.montage !== 'recorded') {
      this.setView({ montage: 'recorded' })
    }
  }

  #marked(marker: Marker): void {
    this.recording.marker(marker)
    this.lslOutput.marker(marker)
    this.networkOutput.marker(marker)
    this.graphs.marked(marker)
    for (const listener of this.#listeners) listener.marker(marker)
  }

  #streamsChanged(): void {
    this.graphOutputs.update()
    this.lslOutput.update()
    this.networkOutput.update()
    this.tellChanged()
  }

  tellChanged(): void {
    for (const listener of this.#listeners) listener.changed()
  }

  #freeId(wanted: string): string {
    return firstFree(wanted, new Set(this.#links.map((link) => link.id)))
  }

  #freeStreamId(wanted: StreamId): StreamId {
    const open = this.streams().map(({ info }) => info.id)
    // A device that was closed keeps its place in the file: one that is opened anew needs another.
    const recorded = this.recording.current?.sources.map(({ info }) => info.id) ?? []
    return firstFree(wanted, new Set([...open, ...recorded]))
  }
}
