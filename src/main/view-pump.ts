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
    for (const { lane, output } of this.#host.processing.outputs()) {
      const known = this.#lines.get(output.id)
      const line = known ?? this.#newLine(lane, output)
      if (line) lines.set(output.id, line)
    }
    this.#lines = lines
  }

  end(): void {
    this.#cancel()
  }

  #newLine(lane: string, output: LaneOutput): Line | undefined {
    const link = this.#host.links.find(({ streams }) => streams.some(isLane(lane)))
    const source = link?.streams.find(isLane(lane))?.info
    if (!link || !source || !roles.has(output.name)) return undefined
    const channels = output.info.channels.length
    return {
      view: this.#viewOf(link.id, source, output),
      reader: new RingReader(output.ring, 'oldest'),
      chunk: newChunkBuffer({ format: 'float32', channels, maxFrames }),
      waits: new WaitStamp(output.waits),
    }
  }

  #viewOf(device: string, source: StreamInfo, { name, info }: LaneOutput): ViewStream {
    const threshold = this.#host.decoder?.decision.threshold
    return {
      number: this.#nextNumber++,
      role: name as ViewStream['role'],
      device,
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

function isLane(lane: string) {
  return ({ info }: { readonly info: StreamInfo }) => info.id === lane
}

function plain({ label, type, unit }: Channel) {
  return { label, type, unit }
}
