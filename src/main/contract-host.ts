/** The host as its clients see it: one `ContractServer` per window, fed with setup, status, frames. */
import {
  type Channel,
  ContractServer,
  type DriverEntry,
  type Handlers,
  type Setup,
  type Status,
} from '../contract/index.ts'
import { summariseLatency } from '../ring/index.ts'
import { type Cancel, optionsJsonSchema, sumLedgers } from '../signal/index.ts'
import { deviceHandlers, devicesHealth, networkFigures, networkSetup } from './device-calls.ts'
import { type LinkStream, ledgerOfStream } from './device-link.ts'
import type { DriverCatalog } from './drivers.ts'
import { SessionDesk } from './file-work/session-desk.ts'
import { graphHandlers } from './graph-handlers.ts'
import type { AcquisitionHost } from './host.ts'
import { playbackPlaces, replayHandlers } from './review/replay-handlers.ts'
import { ReviewDesk, reviewHandlers } from './review/review-desk.ts'
import { ViewPump } from './view-pump.ts'

const statusSeconds = 0.25
/** Percentiles are of the last while, so that one bad start is forgotten. */
const latencyWindowSeconds = 10
const budgetMs = 100

interface LatencyMark {
  readonly time: number
  readonly filtered: Int32Array
  readonly inference: Int32Array
}

export class ContractHost {
  readonly #host: AcquisitionHost
  readonly #version: string
  readonly #servers = new Set<ContractServer>()
  readonly #pump: ViewPump
  readonly #handlers: Handlers
  readonly #desk: ReviewDesk
  readonly #sessions: SessionDesk
  readonly #cancels: Cancel[]
  readonly #drivers: DriverEntry[]
  #marks: LatencyMark[] = []
  #setupDue = false
  #sessionsDue = false
  #revision = 0

  constructor(host: AcquisitionHost, version: string) {
    this.#host = host
    this.#drivers = driverEntries(host.drivers)
    this.#version = version
    this.#desk = new ReviewDesk(host.folder)
    this.#sessions = new SessionDesk(host, () => this.#sendSessionsSoon())
    this.#handlers = handlersOf(host, this.#desk, this.#sessions)
    this.#pump = new ViewPump(host, this.#servers)
    void host.sessions.recover().then(() => this.#sessions.verifyLatest())
    this.#cancels = [
      host.listen({
        changed: () => this.#sendSetupSoon(),
        marker: (marker) => this.#broadcast((server) => server.event('marker', marker)),
      }),
      host.clock.every(statusSeconds, () => this.#sendStatus()),
    ]
  }

  connect(channel: Channel): void {
    const server = new ContractServer(channel, this.#handlers, () => this.#servers.delete(server))
    this.#servers.add(server)
    server.event('setup', this.#setup())
    server.event('status', this.#status(0))
    server.event('sessions', this.#sessions.event)
  }

  end(): void {
    for (const cancel of this.#cancels) cancel()
    this.#pump.end()
    void this.#desk.end()
    void this.#sessions.end()
    for (const server of this.#servers) server.close()
  }

  /** Many things change at once when a device opens: one message tells of all. */
  #sendSetupSoon(): void {
    if (this.#setupDue) return
    this.#setupDue = true
    setImmediate(() => {
      this.#setupDue = false
      this.#pump.update()
      const setup = this.#setup()
      this.#broadcast((server) => server.event('setup', setup))
      if (this.#host.sessions.revision !== this.#revision) this.#sendSessionsSoon()
    })
  }

  #sendSessionsSoon(): void {
    if (this.#sessionsDue) return
    this.#sessionsDue = true
    setImmediate(() => {
      this.#sessionsDue = false
      const { event } = this.#sessions
      this.#revision = event.revision
      this.#broadcast((server) => server.event('sessions', event))
    })
  }

  #sendStatus(): void {
    if (this.#servers.size === 0) return
    const status = this.#status(0)
    this.#broadcast((server) =>
      server.event('status', { ...status, droppedFrames: server.droppedFrames }),
    )
  }

  #broadcast(send: (server: ContractServer) => void): void {
    for (const server of this.#servers) send(server)
  }

  #setup(): Setup {
    const host = this.#host
    return {
      version: this.#version,
      drivers: this.#drivers,
      devices: host.links.map((link) => link.entry()),
      streams: this.#pump.streams(),
      outputs: host.graphOutputs.list,
      view: host.view,
      session: host.sessions.fields,
      lsl: { sending: host.lslOutput.sending, streams: host.lslOutput.open },
      network: networkSetup(host),
      notices: host.notices.list,
    }
  }

  #status(droppedFrames: number): Status {
    const host = this.#host
    const streams = host.streams().map((stream) => ({
      id: stream.info.id,
      ledger: ledgerOfStream(stream),
      effectiveRateHz: stream.rate.rateHz(),
      clock: clockOf(stream),
    }))
    const recording = host.recording.current
    return {
      time: host.clock.now(),
      ledger: sumLedgers(streams.map(({ ledger }) => ledger)),
      streams,
      devices: devicesHealth(host, streams),
      network: networkFigures(host),
      outputs: host.graphOutputs.figures,
      playbacks: playbackPlaces(host),
      recording: recording && {
        path: recording.path,
        startedAt: recording.startedAt.toISOString(),
        elapsedSeconds: host.recording.elapsedSeconds,
        bytes: recording.status.bytes,
        syncedSecondsAgo: recording.status.syncedSecondsAgo,
        markers: recording.status.markers,
        ledger: recording.status.ledger,
      },
      disk: {
        folder: host.recordingFolder,
        freeBytes: host.disk.freeBytes,
        hoursLeft: host.disk.hoursLeft,
        mirror: host.disk.mirror,
      },
      latency: this.#latency(),
      droppedFrames,
    }
  }

  #latency(): Status['latency'] {
    const { clock, processing } = this.#host
    const now: LatencyMark = {
      time: clock.now(),
      filtered: processing.filteredLatency.snapshot(),
      inference: processing.inferenceLatency.snapshot(),
    }
    const oldest = now.time - latencyWindowSeconds
    this.#marks = [...this.#marks.filter((mark) => mark.time >= oldest), now]
    const before = this.#marks[0]!
    const over = (name: 'filtered' | 'inference') => {
      const { count, p50Ms, p99Ms } = summariseLatency(now[name], before[name])
      return count > 0 ? { count, p50Ms, p99Ms } : null
    }
    return {
      filtered: over('filtered'),
      inference: over('inference'),
      budgetMs,
      stages: this.#host.budget.now(),
    }
  }
}

function clockOf({ fit }: LinkStream): Status['streams'][number]['clock'] {
  const { driftPpm, jitterSeconds, uncertaintySeconds } = fit.clock
  if (Number.isNaN(driftPpm + jitterSeconds)) return null
  return { driftPpm, jitterMs: jitterSeconds * 1e3, uncertaintyMs: uncertaintySeconds * 1e3 }
}

function driverEntries(drivers: DriverCatalog): DriverEntry[] {
  return [...drivers.values()].map(({ id, title, help, address, options }) => ({
    id,
    title,
    help,
    address,
    options: optionsJsonSchema(options),
  }))
}

function handlersOf(host: AcquisitionHost, desk: ReviewDesk, sessions: SessionDesk): Handlers {
  return {
    ...sessions.handlers,
    'devices.discover': async () => ({
      found: await host.discover(),
      drivers: driverEntries(host.drivers),
    }),
    'devices.open': async ({ driver, address, options }) => ({
      device: await host.open(driver, address, options ?? {}),
    }),
    'devices.close': async ({ device }) => {
      await host.close(device)
      return {}
    },
    'impedance.start': ({ device, inputs }) => {
      void host.impedanceOf(device).run(inputs)
      return {}
    },
    'impedance.stop': ({ device }) => {
      host.impedanceOf(device).stop()
      return {}
    },
    'view.set': (change) => {
      host.setView(change)
      return {}
    },
    'markers.add': ({ label }) => host.addMarker(label, 'keyboard'),
    'sessions.set': (fields) => {
      host.sessions.set(fields)
      return { path: host.proposePath() }
    },
    'sessions.find': ({ words }) => ({ recordings: host.sessions.find(words) }),
    'recording.propose': () => ({ path: host.proposePath() }),
    'recording.stop': () => host.stopRecording(),
    ...reviewHandlers(desk),
    ...replayHandlers(host),
    'trace.save': ({ seconds }) => host.saveTrace(seconds),
    'lsl.send': ({ what }) => {
      host.lslOutput.set(what)
      return {}
    },
    ...graphHandlers(host),
    ...deviceHandlers(host),
    'notices.dismiss': ({ number }) => {
      host.notices.dismiss(number)
      return {}
    },
  }
}
