/** The network of this machine: Node's sockets, and `ws` for WebSockets. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6, type Socket as TcpSocket } from 'node:net'
import { WebSocket } from 'ws'
import {
  type ByteLink,
  type Clock,
  type DatagramListener,
  type DatagramPort,
  type Endpoint,
  type HttpAnswer,
  type LinkListener,
  type ListeningPort,
  type NetworkTransport,
  reasonOf,
  SynapseError,
  type TextLink,
  type TextListener,
} from '../signal/index.ts'
import { endpointText } from './endpoint.ts'
import { searchBySsdp } from './ssdp.ts'

const answerMs = 4000
/** Bytes that a burst may take in the system before the host has time for it. */
const receiveBytes = 1 << 20
const longestMessage = 1 << 20

/** @param ssdpAt whom to ask instead of everybody on the network: emulators, say */
export function systemNetwork(clock: Clock, ssdpAt?: readonly Endpoint[]): NetworkTransport {
  const udp = (at: Endpoint, heard: DatagramListener) => openUdp(clock, at, heard)
  return {
    udp,
    listen: (at, connected) => listenAt(clock, at, connected),
    request,
    webSocket: (url, listener) => openWebSocket(clock, url, listener),
    search: (target) => searchBySsdp(udp, clock, target, ssdpAt),
    addressTowards,
  }
}

async function openUdp(clock: Clock, at: Endpoint, heard: DatagramListener): Promise<DatagramPort> {
  const socket = createSocket({ type: isIPv6(at.host) ? 'udp6' : 'udp4' })
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    heard(bytes, { host: from.address, port: from.port }, clock.now())
  })
  try {
    socket.bind(at.port, at.host)
    await once(socket, 'listening')
  } catch (cause) {
    socket.close()
    throw bindError(at, cause)
  }
  // Later errors are those of datagrams that did not arrive.
  socket.on('error', () => {})
  enlarge(socket)
  const { address, port } = socket.address()
  return {
    at: { host: address, port },
    send: (bytes, to) => socket.send(bytes, to.port, to.host, () => {}),
    close: () => new Promise((done) => socket.close(() => done())),
  }
}

function enlarge(socket: Socket): void {
  try {
    socket.setRecvBufferSize(receiveBytes)
  } catch {
    // The system's own size does for all but bursts.
  }
}

async function listenAt(
  clock: Clock,
  at: Endpoint,
  connected: (link: ByteLink) => LinkListener,
): Promise<ListeningPort> {
  const sockets = new Set<TcpSocket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let isClosing = false
    socket.setNoDelay(true)
    const listener = connected({
      write: (bytes) =>
        new Promise((done, failed) => {
          socket.write(bytes, (cause) => (cause ? failed(lostLink(cause)) : done()))
        }),
      async close() {
        isClosing = true
        socket.destroy()
      },
    })
    socket.on('data', (bytes: Buffer) => listener.bytes(bytes, clock.now()))
    // A connection that fails also closes.
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      if (!isClosing) listener.lost()
    })
  })
  try {
    server.listen(at.port, at.host)
    await once(server, 'listening')
  } catch (cause) {
    throw bindError(at, cause)
  }
  const address = server.address()
  return {
    at: typeof address === 'object' && address ? { ...at, port: address.port } : at,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((done) => server.close(() => done()))
    },
  }
}

function lostLink(cause: unknown): SynapseError {
  return new SynapseError('link-lost', `writing to the network: ${reasonOf(cause)}`, { cause })
}

export function bindError(at: Endpoint, cause: unknown): SynapseError {
  const { code } = cause as NodeJS.ErrnoException
  const doing = `opening ${endpointText(at)}`
  if (code === 'EADDRINUSE') {
    return new SynapseError('address-in-use', `${doing}: another program uses it`, {
      cause,
      remedy: 'Choose another port, or close the other program.',
    })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new SynapseError('bad-option', `${doing}: permission denied`, {
      cause,
      remedy: 'Choose a port from 1024 on.',
    })
  }
  return new SynapseError('bad-option', `${doing}: ${reasonOf(cause)}`, {
    cause,
    remedy: 'Name an address of this machine, or leave it away.',
  })
}

async function request(method: 'GET' | 'POST', url: string, body?: unknown): Promise<HttpAnswer> {
  try {
    const answer = await fetch(url, {
      method,
      signal: AbortSignal.timeout(answerMs),
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    return { status: answer.status, text: await answer.text() }
  } catch (cause) {
    throw unanswered(url, cause)
  }
}

async function openWebSocket(clock: Clock, url: string, listener: TextListener): Promise<TextLink> {
  const socket = newWebSocket(url)
  let isClosing = false
  let isOpen = false
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) listener.text(data.toString('utf8'), clock.now())
  })
  socket.on('close', () => {
    if (isOpen && !isClosing) listener.lost()
  })
  try {
    await once(socket, 'open')
  } catch (cause) {
    socket.on('error', () => {})
    socket.terminate()
    throw unanswered(url, cause)
  }
  isOpen = true
  // A connection that fails also closes.
  socket.on('error', () => {})
  return {
    send: (text) => socket.send(text),
    async close() {
      isClosing = true
      socket.terminate()
    },
  }
}

function newWebSocket(url: string): WebSocket {
  try {
    return new WebSocket(url, { handshakeTimeout: answerMs, maxPayload: longestMessage })
  } catch (cause) {
    throw new SynapseError('bad-option', `connecting to "${url}": ${reasonOf(cause)}`, {
      cause,
      remedy: 'Give an address such as ws://127.0.0.1:9000.',
    })
  }
}

function unanswered(url: string, cause: unknown): SynapseError {
  const inner = cause instanceof Error && cause.cause ? cause.cause : cause
  return new SynapseError('device-missing', `connecting to ${url}: ${reasonOf(inner)}`, {
    cause,
    remedy: 'Check the address, and that both are in the same network and switched on.',
  })
}

/** The system chooses it when a socket is connected; no datagram is sent for that. */
async function addressTowards(host: string): Promise<string> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' })
  try {
    socket.connect(9, host)
    await once(socket, 'connect')
    return socket.address().address
  } catch (cause) {
    throw unanswered(host, cause)
  } finally {
    socket.close()
  }
}
