/**
 * Takes the derived streams out of their rings, 125 times a second at most, and sends them to
 * every client that keeps up. A client's own reader would cost a copy each; so all share one.
 */
import { type ContractServer, encodeFrames, type ViewStream } from '../contract/index.ts'
import { RingReader, WaitStamp } from '../ring/index.ts'
import {
  type Cancel,
  type Channel,
  type ChunkBuffer,
  newChunkBuffer,
  type StreamInfo,
} from '../signal/index.ts'
import type { LaneOutput } from '../workers/index.ts'
import type { ShownOutput } from './graph-streams.ts'
import type { AcquisitionHost } from './host.ts'

/** So that a frame waits less than its share of the way, ten milliseconds. */
const tickSeconds = 1 / 125
const maxFrames = 512

interface Line {
  readonly view: ViewStream
  readonly reader: RingReader
  readonly chunk: ChunkBuffer
  readonly waits: WaitStamp
}

/** What comes less often is drawn as what it is: values with nothing known between them. */
const slowestLineHz = 32
const eventTypes = new Set(['Events', 'Markers', 'Artifacts'])
const roles = new Set<string>(['display', 'quality', 'bands', 'decoder'])

export class ViewPump {
  readonly #host: AcquisitionHost
  readonly #servers: ReadonlySet<ContractServer>
  readonly #cancel: Cancel
  #lines = new Map<string, Line>()
  #nextNumber = 1

  constructor(host: AcquisitionHost, servers: ReadonlySet<ContractServer>) {
    this.#host = host
    this.#servers = servers
    this.#cancel = host.clock.every(tickSeconds, () => this.#tick())
  }

  streams(): ViewStream[] {
    return [...this.#lines.values()].map((line) => line.view)
  }

  /** To be called when the outputs have changed: new rings get new numbers. */
  update(): void {
    const lines = new Map<string, Line>()
    const add = (output: LaneOutput, newView: () => Omit<ViewStream, 'number'> | undefined) => {
      const known = this.#lines.get(output.id)
      const view = known ? undefined : newView()
      const line = known ?? (view && newLine(output, { number: this.#nextNumber++, ...view }))
      if (line) lines.set(output.id, line)
    }
    const devices = new Set(this.#host.streams().map(({ info }) => info.id))
    for (const { lane, output } of this.#host.processing.outputs()) {
      if (devices.has(lane)) add(output, () => this.#viewOf(lane, output))
    }
    for (const shown of this.#host.graphOutputs.streams.shown) add(shown.lane, () => viewOf(shown))
    this.#lines = lines
  }

  end(): void {
    this.#cancel()
  }

  /** Of what the host makes of a device's stream. */
  #viewOf(lane: string, { name, info }: LaneOutput): Omit<ViewStream, 'number'> | undefined {
    const link = this.#host.links.find(({ streams }) => streams.some(isLane(lane)))
    const source = link?.streams.find(isLane(lane))?.info
    if (!link || !source || !roles.has(name)) return undefined
    const threshold = this.#host.decoder?.decision.threshold
    return {
      role: name as ViewStream['role'],
      device: link.id,
      source: source.id,
      sourceRateHz: source.nominalRateHz,
      sourceChannels: source.channels.map(plain),
      rateHz: info.nominalRateHz,
      channels: info.channels.map(plain),
      ...(name === 'decoder' && threshold !== undefined ? { threshold } : {}),
    }
  }

  #tick(): void {
    for (const { view, reader, chunk, waits } of this.#lines.values()) {
      for (let result = reader.read(chunk); result !== 'empty'; result = reader.read(chunk)) {
        if (result === 'chunk' && this.#servers.size > 0) this.#send(view, chunk)
      }
      this.#measure(waits)
    }
  }

  #measure(waits: WaitStamp): void {
    const seconds = waits.take(this.#host.clock.now())
    if (seconds < 0 || this.#servers.size === 0) return
    this.#host.budget.meters.record('delivery', seconds)
  }

  #send(view: ViewStream, chunk: ChunkBuffer): void {
    const bytes = encodeFrames(view.number, chunk, view.channels.length)
    for (const server of this.#servers) server.frames(bytes, chunk.frames)
  }
}

function newLine({ ring, info, waits }: LaneOutput, view: ViewStream): Line {
  const channels = info.channels.length
  return {
    view,
    reader: new RingReader(ring, 'oldest'),
    chunk: newChunkBuffer({ format: 'float32', channels, maxFrames }),
    waits: new WaitStamp(waits),
  }
}

/** Of what a user's graph gives. */
function viewOf({ stream, lane }: ShownOutput): Omit<ViewStream, 'number'> {
  const { key, graph, info } = stream
  const drawn = drawnAs(info)
  return {
    role: 'display',
    device: graph,
    source: key,
    sourceRateHz: info.nominalRateHz,
    sourceChannels: info.channels.map(plain),
    rateHz: lane.info.nominalRateHz,
    channels: lane.info.channels.map(plain),
    ...(drawn ? { drawn } : {}),
  }
}

/** Events are known by their type; values that come seldom hold until the next one. */
function drawnAs({ type, nominalRateHz }: StreamInfo): ViewStream['drawn'] {
  if (nominalRateHz === 0 && eventTypes.has(type)) return 'events'
  return nominalRateHz < slowestLineHz ? 'steps' : undefined
}

function isLane(lane: string) {
  return ({ info }: { readonly info: StreamInfo }) => info.id === lane
}

function plain({ label, type, unit }: Channel) {
  return { label, type, unit }
}
