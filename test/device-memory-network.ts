/** A network made of memory: whoever is on it is put there by the test. */
import {
  type ByteLink,
  type Clock,
  type DatagramListener,
  type Endpoint,
  type HttpAnswer,
  type LinkListener,
  type NetworkTransport,
  type SsdpAnswer,
  SynapseError,
  type TextListener,
} from '../src/signal/index.ts'

export class MemoryNetwork implements NetworkTransport {
  readonly answers: SsdpAnswer[] = []
  /** What the host sent as datagrams. */
  readonly sent: { text: string; to: Endpoint }[] = []
  /** Who answers to requests; null: nobody. */
  server: ((method: string, url: string, body: unknown) => HttpAnswer | null) | null = null
  /** False: nobody accepts a WebSocket. */
  serves = true
  readonly #clock: Clock
  readonly #ports = new Map<number, DatagramListener>()
  readonly #waiting = new Map<number, (link: ByteLink) => LinkListener>()
  readonly #sockets = new Set<TextListener>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async udp(at: Endpoint, heard: DatagramListener) {
    const own = { ...at, port: at.port || 40_000 + this.#ports.size }
    if (this.#ports.has(own.port)) throw new SynapseError('address-in-use', 'opening: in use')
    this.#ports.set(own.port, heard)
    return {
      at: own,
      send: (bytes: Uint8Array, to: Endpoint) => {
        this.sent.push({ text: Buffer.from(bytes).toString(), to })
      },
      close: async () => void this.#ports.delete(own.port),
    }
  }

  /** False where nobody listens. */
  datagram(port: number, bytes: Uint8Array | string): boolean {
    const heard = this.#ports.get(port)
    heard?.(Buffer.from(bytes as string), { host: '10.0.0.9', port: 5000 }, this.#clock.now())
    return heard !== undefined
  }

  async listen(at: Endpoint, connected: (link: ByteLink) => LinkListener) {
    const port = at.port || 50_000 + this.#waiting.size
    this.#waiting.set(port, connected)
    return { at: { ...at, port }, close: async () => void this.#waiting.delete(port) }
  }

  /** Connects to a port of the host; null where none is open. */
  connect(port: number, hungUp: () => void = () => {}): LinkListener | null {
    const link: ByteLink = { write: async () => {}, close: async () => hungUp() }
    return this.#waiting.get(port)?.(link) ?? null
  }

  async request(method: 'GET' | 'POST', url: string, body?: unknown): Promise<HttpAnswer> {
    const answer = this.server?.(method, url, body)
    if (!answer) throw new SynapseError('device-missing', `connecting to ${url}: nobody answers`)
    return answer
  }

  async webSocket(url: string, listener: TextListener) {
    if (!this.serves) throw new SynapseError('device-missing', `connecting to ${url}: refused`)
    this.#sockets.add(listener)
    return { send: () => {}, close: async () => void this.#sockets.delete(listener) }
  }

  broadcast(text: string): void {
    for (const socket of this.#sockets) socket.text(text, this.#clock.now())
  }

  hangUp(): void {
    const sockets = [...this.#sockets]
    this.#sockets.clear()
    for (const socket of sockets) socket.lost()
  }

  async search(): Promise<readonly SsdpAnswer[]> {
    return this.answers
  }

  async addressTowards(): Promise<string> {
    return '10.0.0.1'
  }
}
