/** A WiFi shield on this machine: a real server for HTTP and SSDP, and a real connection to the host. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { type Clock, sleep } from '../../signal/index.ts'
import type { DeviceEmulator, EmulatorContext, RunningEmulator } from '../_emulator/emulator.ts'
import {
  type ConnectShield,
  EmulatedShield,
  type EmulatorOptions,
  emulatorOptions,
} from './emulated-shield.ts'
import { searchTarget } from './search-target.ts'
import { unanswered } from './shield-board.ts'

const ownHost = '127.0.0.1'
const longestBody = 65_536
/** So long the shield waits for the board to answer a command. */
const patienceSeconds = 2
/** What a connection may be behind. */
const mostBehindBytes = 65_536

export const wifiEmulator: DeviceEmulator<EmulatorOptions> = {
  id: 'openbci-wifi',
  title: 'OpenBCI WiFi shield',
  options: emulatorOptions,
  start: (options, context) => startShield(options, context),
}

async function startShield(
  options: EmulatorOptions,
  context: EmulatorContext,
): Promise<RunningEmulator> {
  const connectTo: ConnectShield = (ip, port, connected) => {
    const socket = connect({ host: ip, port })
    const connection = {
      send(bytes: Uint8Array) {
        if (socket.writableLength > mostBehindBytes) return false
        socket.write(bytes)
        return true
      },
      end: () => void socket.destroy(),
    }
    socket.on('error', () => connected(null))
    socket.on('connect', () => connected(connection))
    socket.on('close', () => connected(null))
  }
  const shield = await EmulatedShield.make(options, context, connectTo)
  const server = createServer(
    (request, response) => void answer(shield, context.clock, request, response),
  )
  server.listen(0, ownHost)
  await once(server, 'listening')
  const at = server.address()
  const address = `${ownHost}:${typeof at === 'object' && at ? at.port : 0}`
  const finder = createSocket('udp4')
  finder.on('message', (question, { port, address: asker }) => {
    if (shield.isAway || !question.toString('latin1').includes(searchTarget)) return
    finder.send(foundText(address), port, asker, () => {})
  })
  finder.bind(0, ownHost)
  await once(finder, 'listening')
  return {
    address,
    environment: { SYNAPSE_SSDP: `${ownHost}:${finder.address().port}` },
    command: (line) => shield.command(line),
    summary: () => shield.summary(),
    async close() {
      shield.close()
      finder.close()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

async function answer(
  shield: EmulatedShield,
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = ''
  for await (const part of request) {
    text += part
    if (text.length > longestBody) break
  }
  // Out of range: the request is never answered.
  if (shield.isAway) {
    request.socket.destroy()
    return
  }
  const { status, text: said } = shield.board.request(
    request.method ?? '',
    request.url ?? '',
    bodyOf(text),
  )
  if (status === unanswered) await sleep(clock, patienceSeconds)
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(said)
}

function bodyOf(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

function foundText(address: string): string {
  const lines = [
    'HTTP/1.1 200 OK',
    'EXT:',
    'CACHE-CONTROL: max-age=1200',
    'SERVER: Arduino/1.0 UPNP/1.1 OpenBCI-WiFi/2.0',
    `ST: ${searchTarget}`,
    `USN: uuid:38323636-4558-4dda-9188-cda0e6${address.split(':')[1]!.padStart(6, '0')}::${searchTarget}`,
    `LOCATION: http://${address}/description.xml`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
