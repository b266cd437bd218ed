/** Ways out for streams: what cannot be sent at once is dropped and counted; nothing waits. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Endpoint } from '../signal/index.ts'
import { bindError } from './system-network.ts'

export interface Outgoing {
  /** Where it sends to, or others find it. */
  readonly at: Endpoint
  /** Messages that left. */
  readonly sent: number
  /** Messages that did not, for one receiver or for all. */
  readonly dropped: number
  /** Null where nobody can know. */
  readonly receivers: number | null
  send(message: Uint8Array | string): void
  close(): Promise<void>
}

/** Datagrams that the system may not have taken yet. */
const mostUnderWay = 512
/** What a receiver over a WebSocket may be behind. */
const mostBehindBytes = 1 << 20

/** @throws SynapseError bad-option */
export async function openDatagrams(to: Endpoint): Promise<Outgoing> {
  const socket = createSocket(isIPv6(to.host) ? 'udp6' : 'udp4')
  socket.on('error', () => {})
  let underWay = 0
  const counts = { sent: 0, dropped: 0 }
  return {
    at: to,
    get sent() {
      return counts.sent
    },
    get dropped() {
      return counts.dropped
    },
    receivers: null,
    send(message) {
      if (underWay >= mostUnderWay) {
        counts.dropped++
        return
      }
      underWay++
      // Copied, as the system may take it later and the caller fills it again.
      const bytes = typeof message === 'string' ? message : Buffer.from(message)
      socket.send(bytes, to.port, to.host, (cause) => {
        underWay--
        if (cause) counts.dropped++
        else counts.sent++
      })
    },
    close: () => new Promise((done) => socket.close(() => done())),
  }
}

/**
 * Serves a WebSocket; every message goes to everybody who is connected.
 * @param greeting what somebody who connects is told first
 * @throws SynapseError address-in-use, bad-option
 */
export async function openBroadcast(at: Endpoint, greeting: () => string[]): Promise<Outgoing> {
  const server = new WebSocketServer({
    host: at.host,
    port: at.port,
    maxPayload: 1024,
    verifyClient: ({ req }: { req: IncomingMessage }) => isOwnPage(req.headers.origin),
  })
  const counts = { sent: 0, dropped: 0 }
  server.on('connection', (client) => {
    client.on('error', () => {})
    for (const text of greeting()) client.send(text)
  })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw bindError(at, cause)
  }
  server.on('error', () => {})
  const address = server.address()
  return {
    at: typeof address === 'object' && address ? { ...at, port: address.port } : at,
    get sent() {
      return counts.sent
    },
    get dropped() {
      return counts.dropped
    },
    get receivers() {
      return server.clients.size
    },
    send(message) {
      for (const client of server.clients) {
        if (client.readyState !== client.OPEN) continue
        if (client.bufferedAmount > mostBehindBytes) counts.dropped++
        else {
          client.send(message)
          counts.sent++
        }
      }
    },
    close() {
      for (const client of server.clients) client.terminate()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

/** Programs tell no origin; of pages only those of this machine are served, not any that a user visits. */
function isOwnPage(origin: string | undefined): boolean {
  if (origin === undefined) return true
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)
}
