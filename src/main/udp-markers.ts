/**
 * Markers that other programs send as datagrams. Off unless a port is asked for, and then open to
 * this machine alone unless another address is named: whoever can send there writes into the file.
 */
import { endpointText, readMarker } from '../network/index.ts'
import {
  type Clock,
  type DatagramPort,
  type Endpoint,
  type ErrorNote,
  type Marker,
  type NetworkTransport,
  SynapseError,
} from '../signal/index.ts'

const source = 'udp'
/** What a sender run wild may cost: so many at once, and so many a second. */
const mostAtOnce = 2000
const mostPerSecond = 1000

export interface UdpMarkersContext {
  readonly clock: Clock
  readonly network: NetworkTransport
  changed(): void
  mark(marker: Marker): void
  trouble(about: string, level: 'warning', note: ErrorNote): void
}

export class UdpMarkers {
  received = 0
  /** Datagrams that are no marker, or came too fast. */
  refused = 0
  readonly #context: UdpMarkersContext
  #port: DatagramPort | null = null
  #allowance = mostAtOnce
  #allowedAt = 0

  constructor(context: UdpMarkersContext) {
    this.#context = context
  }

  /** Where it listens; null while it does not. */
  get at(): Endpoint | null {
    return this.#port?.at ?? null
  }

  /** @throws SynapseError address-in-use, bad-option, not-ready */
  async open(at: Endpoint): Promise<Endpoint> {
    if (this.#port) throw new SynapseError('not-ready', 'opening a port for markers: one is open')
    this.#port = await this.#context.network.udp(at, (bytes, from, hostTime) =>
      this.#heard(bytes, from, hostTime),
    )
    this.#context.changed()
    return this.#port.at
  }

  async close(): Promise<void> {
    const port = this.#port
    this.#port = null
    await port?.close()
    if (port) this.#context.changed()
  }

  #heard(bytes: Uint8Array, from: Endpoint, hostTime: number): void {
    if (!this.#port) return
    const marker = this.#mayPass(hostTime)
      ? readMarker(bytes, hostTime, source)
      : `more than ${mostPerSecond} a second`
    if (typeof marker === 'string') this.#refuse(marker, from)
    else {
      this.received++
      this.#context.mark(marker)
    }
  }

  #mayPass(now: number): boolean {
    const earned = (now - this.#allowedAt) * mostPerSecond
    this.#allowance = Math.min(mostAtOnce, this.#allowance + Math.max(0, earned))
    this.#allowedAt = now
    if (this.#allowance < 1) return false
    this.#allowance--
    return true
  }

  /** Told at the first, and again whenever there are ten times as many. */
  #refuse(why: string, { host }: Endpoint): void {
    this.refused++
    if (!Number.isInteger(Math.log10(this.refused))) return
    const at = this.#port ? endpointText(this.#port.at) : 'the port'
    const message = `reading markers at ${at}: ${this.refused} refused; the last, from ${host}: ${why}`
    const remedy =
      'Send a text, or JSON with label, value, durationSeconds, and at most 1000 a second.'
    this.#context.trouble('markers', 'warning', { code: 'bad-message', message, remedy })
  }
}
