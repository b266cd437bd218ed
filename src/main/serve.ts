/**
 * The contract and the interface over HTTP on this machine alone. Pages of other origins are
 * refused, also those that a name server sends here (DNS rebinding).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Channel, maxCallBytes } from '../contract/index.ts'
import { SynapseError } from '../signal/index.ts'
import { ContractHost } from './contract-host.ts'
import type { AcquisitionHost } from './host.ts'
import { hostMetrics, type Metrics } from './metrics.ts'
import { packageFolder, packageVersion } from './package-files.ts'
import { type PageFile, readPageFiles } from './page-files.ts'
import { pagePolicy } from './page-policy.ts'

const loopback = '127.0.0.1'
const contractPath = '/contract'
/** For Prometheus to fetch. */
const metricsPath = '/metrics'
export interface Serving {
  readonly url: string
  readonly port: number
  end(): Promise<void>
}

/**
 * @param port 0 for any free one
 * @throws SynapseError address-in-use
 */
export async function serve(host: AcquisitionHost, port: number): Promise<Serving> {
  const contract = new ContractHost(host, packageVersion())
  const files = readPageFiles(join(packageFolder, 'dist', 'renderer'))
  const metrics = hostMetrics(host)
  const server = createServer((request, response) => answer(request, response, files, metrics))
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxCallBytes })
  server.on('upgrade', (request, socket, head) => {
    if (!isOurs(request) || request.url !== contractPath) return refuse(socket)
    sockets.handleUpgrade(request, socket, head, (client) => contract.connect(wsChannel(client)))
  })
  try {
    await listen(server, port)
  } catch (error) {
    contract.end()
    throw error
  }
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://${loopback}:${bound}/`,
    port: bound,
    async end() {
      contract.end()
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const code =
        cause.code === 'EADDRINUSE' || cause.code === 'EACCES' ? 'address-in-use' : 'internal'
      reject(new SynapseError(code, `serving on ${loopback}:${port}: ${cause.message}`, { cause }))
    })
    server.listen(port, loopback, resolve)
  })
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, PageFile>,
  metrics: Metrics,
): void {
  response.setHeader('Content-Security-Policy', pagePolicy)
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  const text = (status: number, words: string) => {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
    response.end(`${words}\n`)
  }
  const [path = ''] = (request.url ?? '').split('?')
  const file = files.get(path)
  if (!isOurs(request)) text(403, 'Only this machine is served.')
  else if (request.method !== 'GET' && request.method !== 'HEAD') text(405, 'Only to be read.')
  else if (path === metricsPath) void sendMetrics(response, metrics)
  else if (files.size === 0) text(503, 'The interface is not built. Run "npm run build".')
  else if (!file) text(404, 'There is nothing here.')
  else {
    const caching = file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache'
    response.writeHead(200, { 'Content-Type': file.type, 'Cache-Control': caching })
    response.end(request.method === 'HEAD' ? undefined : file.bytes)
  }
}

async function sendMetrics(response: ServerResponse, metrics: Metrics): Promise<void> {
  const text = await metrics.text()
  response.writeHead(200, { 'Content-Type': metrics.contentType })
  response.end(text)
}

/** The name that the client called us by is a loopback one, and so is the page it comes from. */
function isOurs(request: IncomingMessage): boolean {
  const { host = '', origin } = request.headers
  const name = host.replace(/:\d+$/, '')
  if (name !== loopback && name !== 'localhost') return false
  return origin === undefined || origin === `http://${host}`
}

function refuse(socket: Duplex): void {
  socket.on('error', () => {}) // whoever is refused may be gone already
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
}

function wsChannel(client: WebSocket): Channel {
  client.on('error', () => {}) // 'close' follows
  return {
    send: (data) => client.send(data),
    onMessage(listener) {
      client.on('message', (data: Buffer, isBinary: boolean) => {
        listener(isBinary ? data : data.toString('utf8'))
      })
    },
    onClose: (listener) => client.on('close', listener),
    close: () => client.close(),
  }
}
